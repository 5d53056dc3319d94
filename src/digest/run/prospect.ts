/** What a line's past lets one expect of a run that begins. Reads only. */
import type { BarShape, Expectation } from "../../model/run/forecast.ts";
import type { Run } from "../../model/run/run.ts";
import type { Track } from "../../model/run/track.ts";
import type { LineOfTracks } from "../../store/port.ts";
import { shapeOf } from "../../tracking/bar.ts";
import type { Prospect } from "../../tracking/bar.ts";
import { MIN_RUNS, expectationOf } from "../../tracking/expectation.ts";
import { linePrefixOf } from "../../tracking/track.ts";
import type { TrackIdentity } from "../../tracking/track.ts";
import type { Reader } from "../draft.ts";
import type { Origin } from "../origin.ts";

/** The last runs that say how long the next one may take. */
const HISTORY_RUNS = 30;

/** From the same branch, else from the line's default branch, else from the whole line. */
export async function prospectOf(
  { now }: Origin,
  reader: Reader,
  track: Track,
  identity: TrackIdentity,
  run: Run,
): Promise<Prospect> {
  const line: LineOfTracks = {
    endpointId: track.endpointId,
    keyPrefix: linePrefixOf(identity),
    environmentKind: run.environment?.kind ?? null,
  };
  return {
    seed: await seedOf(reader, track, line, now),
    expected: (await expectedOf(reader, track, line)) ?? null,
  };
}

async function seedOf(
  reader: Reader,
  track: Track,
  line: LineOfTracks,
  now: number,
): Promise<BarShape | null> {
  const own = track.version === 0 ? undefined : await reader.lastConclusion(track.id, now);
  const ownShape = own && shapeOf(own.run);
  if (own?.state === "succeeded" && ownShape && ownShape.count > 0) return ownShape;
  // One that was stopped early, or heard of by its end alone, came to less than others do.
  const last = await reader.lastRunOfLine(line);
  const lastShape = last && shapeOf(last.run);
  const isOwnLonger = (ownShape?.count ?? 0) > (lastShape?.count ?? 0);
  return (isOwnLonger ? ownShape : (lastShape ?? ownShape)) ?? null;
}

async function expectedOf(
  reader: Reader,
  track: Track,
  line: LineOfTracks,
): Promise<Expectation | undefined> {
  const own = track.version === 0 ? [] : await reader.recentDurations(track.id, HISTORY_RUNS);
  if (own.length >= MIN_RUNS) return expectationOf(own);
  const main = await reader.lineDurations(line, HISTORY_RUNS, "default branch");
  if (main.length >= MIN_RUNS) return expectationOf(main);
  return expectationOf(await reader.lineDurations(line, HISTORY_RUNS, "all branches"));
}
