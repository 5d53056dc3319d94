/**
 * The end of what fired as one of a group, such as a failed check among those of a commit. Reads;
 * writes the draft.
 */
import type { AlertSignal } from "../../model/signal.ts";
import type { Incident } from "../../model/telling/incident.ts";
import { isNamedIn, withoutMember } from "../../telling/incident.ts";
import { lineKeyOf } from "../../tracking/track.ts";
import { waitNoLonger } from "../due/wait.ts";
import type { Draft } from "../draft.ts";
import type { Origin } from "../origin.ts";

/** What is to be told of the end. */
export type Ended =
  | { readonly how: "tell"; readonly incident: Incident }
  | { readonly how: "quiet"; readonly because: string };

const UNTOLD: Ended = { how: "quiet", because: "that it was wrong was not told" };

/** It leaves every group that names it; a group that it leaves empty is over. */
export async function endInGroups(
  origin: Origin,
  draft: Draft,
  alert: AlertSignal,
): Promise<Ended> {
  if (!alert.project) return UNTOLD;
  const lineKey = lineKeyOf(alert.project.id, alert.line?.id);
  const open = await draft.reader.openIncidents(origin.endpoint.id, lineKey);
  const left = open.filter((it) => isNamedIn(it, alert)).map((it) => withoutMember(it, alert));
  const over = left.filter(({ state }) => state === "resolved");
  const told = over.find((it) => it.toldSeverity !== null && it.facts.muted !== true);
  draft.remember({ incidents: left.filter((it) => it !== told) });
  for (const { incidentKey } of over) await waitNoLonger(origin, draft, "incident", incidentKey);
  if (told) return { how: "tell", incident: told };
  if (left.length === 0 || over.length > 0) return UNTOLD;
  return { how: "quiet", because: "others that failed with it still do" };
}
