/** Waiting is a row with a due time, found by the sweep. Reads; writes the draft. */
import type { Due, DueKind } from "../../model/due.ts";
import type { RunRecord } from "../../model/run/run-record.ts";
import type { Draft } from "../draft.ts";
import type { Origin } from "../origin.ts";

export interface Wait {
  readonly kind: DueKind;
  readonly key: string;
  readonly dueAt: number;
  readonly payload: Due["payload"];
}

/** A run that is judged again; what comes of it then is found at the delivery that began the wait. */
export const dueRow = (
  kind: DueKind,
  { deliveryId }: Pick<Origin, "deliveryId">,
  { run }: RunRecord,
  { what, dueAt }: { readonly what: string; readonly dueAt: number },
): Wait => ({
  kind,
  key: `${run.id}:${what}`,
  dueAt,
  payload: { runId: run.id, ...(deliveryId !== null && { deliveryId }) },
});

/** Waits from now on; what waits already goes on as it was, unless it is put off. */
export async function waitFor(
  { endpoint }: Origin,
  draft: Draft,
  { kind, key: own, dueAt, payload }: Wait,
  ifThere: "keep" | "replace" = "keep",
): Promise<void> {
  const key = own.startsWith(`${endpoint.id}:`) ? own : `${endpoint.id}:${own}`;
  const { due } = await draft.recall({ due: [{ kind, key }] });
  const known = due.find((it) => it.kind === kind && it.key === key);
  if (known && known.dueAt !== null && ifThere === "keep") return;
  const row = { kind, key, dueAt, payload, endpointId: endpoint.id, attempts: 0 };
  draft.remember({ due: [{ ...row, version: known?.version ?? 0 }] });
}

/** It waits no longer. */
export async function waitNoLonger(
  { endpoint }: Origin,
  draft: Draft,
  kind: DueKind,
  own: string,
): Promise<void> {
  const key = `${endpoint.id}:${own}`;
  const { due } = await draft.recall({ due: [{ kind, key }] });
  const known = due.find((it) => it.kind === kind && it.key === key);
  if (known) draft.remember({ due: [{ ...known, dueAt: null }] });
}
