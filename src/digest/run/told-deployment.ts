/**
 * What others have told of a run's deployment, and what its owner says of it for others to heed.
 * Reads; writes the draft.
 */
import type { Run } from "../../model/run/run.ts";
import type { RunRecord } from "../../model/run/run-record.ts";
import type { Track } from "../../model/run/track.ts";
import type { Told } from "../../model/telling/telling.ts";
import { covers, isSameDeployment, isToldOf, takenBackKeysOf } from "../../telling/audience.ts";
import { runTimes } from "../../tracking/segments.ts";
import type { Draft } from "../draft.ts";
import type { Origin } from "../origin.ts";

interface OfRun {
  readonly track: Track;
  readonly record: RunRecord;
}

export interface Teller {
  readonly name: string;
  readonly at: number;
}

/** Who told the same of the same deployment to everybody whom this would reach. */
export async function tellerOf(
  origin: Origin,
  draft: Draft,
  about: OfRun,
  told: readonly Told[],
  audience: readonly string[],
): Promise<Teller | undefined> {
  const { createdAt } = runTimes(about.record.run);
  for (const it of told) {
    if (!covers(it.audience, audience) || !isToldOf(it, createdAt)) continue;
    const teller = it.runId === null ? undefined : await draft.findRun(it.endpointId, it.runId);
    if (teller && !isSameDeployment(teller, about)) continue;
    return { name: await origin.nameOf(it.endpointId), at: it.at };
  }
  return undefined;
}

/** Who says that the deployment of which this tells second-hand was canceled or skipped. */
export async function takenBackBy(
  origin: Origin,
  draft: Draft,
  about: OfRun,
): Promise<Teller | undefined> {
  const { run } = about.record;
  if (run.deployment?.secondHand !== true) return undefined;
  const keys = takenBackKeysOf(run);
  const rows = keys.map((toldKey) => ({ account: origin.endpoint.account, toldKey }));
  const { told } = await draft.recall({ told: rows });
  const own = told.filter(({ toldKey }) => keys.includes(toldKey));
  return tellerOf(origin, draft, about, own, []);
}

/** The owner says that it was canceled or skipped: whoever tells of a failure later heeds that. */
export async function noteTakenBack(
  { endpoint, now }: Origin,
  draft: Draft,
  run: Run,
): Promise<void> {
  if (run.deployment?.secondHand !== false || !isTakenBack(run)) return;
  const rows = takenBackKeysOf(run).map((toldKey) => ({ account: endpoint.account, toldKey }));
  const { told: known } = await draft.recall({ told: rows });
  const told = rows
    .filter(({ toldKey }) => !known.some((it) => it.toldKey === toldKey))
    .map((row): Told => {
      const by = { endpointId: endpoint.id, runId: run.id, commandId: null };
      return { ...row, ...by, audience: EVERYBODY, at: now };
    });
  draft.remember({ told });
}

/** It is a fact, whomever its endpoint tells. */
const EVERYBODY = "";

const isTakenBack = ({ outcome }: Run): boolean =>
  outcome !== undefined &&
  !outcome.provisional &&
  outcome.canceledBy !== "time_limit" &&
  (outcome.state === "canceled" || outcome.state === "skipped");
