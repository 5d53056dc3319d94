/** What of a run's row changes, so that a write touches no index for nothing. Pure. */
import type { RunRecord } from "../../model/run/run-record.ts";

/**
 * - `row`: it is new on its track, or columns change by which runs are found and counted.
 * - `check`: of these only the time of its next check changes.
 * - `none`: none of these.
 */
export type RunChange = "row" | "check" | "none";

/** @param before the row as it was loaded; undefined where it is not known */
export function runChange(before: RunRecord | undefined, run: RunRecord): RunChange {
  const isSame =
    before?.trackId === run.trackId &&
    before.state === run.state &&
    before.createdAt === run.createdAt &&
    before.startedAt === run.startedAt &&
    before.endedAt === run.endedAt &&
    before.excluded === run.excluded;
  if (!isSame) return "row";
  return before.checkAt === run.checkAt ? "none" : "check";
}
