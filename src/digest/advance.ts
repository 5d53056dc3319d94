/**
 * From what a delivery says to what is to be written and sent. Reads; writes nothing but the draft.
 */
import type { Signal } from "../model/signal.ts";
import { advanceBySignal } from "./run/advance-run.ts";
import type { Advance } from "./steps.ts";
import { createDraft } from "./draft.ts";
import type { Reader, Writes } from "./draft.ts";
import type { Origin } from "./origin.ts";
import { tellOccurrence } from "./alert/tell-occurrence.ts";

export interface Advanced extends Writes {
  /**
   * The filters that sorted out all of its signals; undefined where at least one passed or there
   * was none.
   */
  readonly filteredBy: string | undefined;
  /** What was told and what was not, and why. */
  readonly said: readonly string[];
}

export const NOTHING: Advanced = {
  tracks: [],
  moved: [],
  commands: [],
  memory: {},
  filteredBy: undefined,
  said: [],
};

/** Runs before alerts: an alert yields to the failed run that it belongs to. */
export async function advance(
  origin: Origin,
  signals: readonly Signal[],
  reader: Reader,
): Promise<Advanced> {
  const draft = createDraft(reader);
  const advances: Advance[] = [];
  for (const signal of signals)
    if (signal.kind === "progress") advances.push(await advanceBySignal(origin, draft, signal));
  for (const [index, signal] of signals.entries())
    if (signal.kind !== "progress")
      advances.push(await tellOccurrence(origin, draft, signal, index));
  const filtered = advances.flatMap((it) => it.filteredBy ?? []);
  const isAll = signals.length > 0 && filtered.length === signals.length;
  return {
    ...draft.writes(),
    filteredBy: isAll ? [...new Set(filtered)].join(", ") : undefined,
    said: advances.flatMap((it) => it.said),
  };
}
