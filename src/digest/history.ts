/** How long the runs of a line take, from the past that is nearest to a run. Reads only. */
import type { Track } from "../model/track.ts";
import { USUAL_DEFAULT_BRANCHES } from "../telling/hearing.ts";
import { expectationOf, MIN_RUNS } from "../tracking/expectation.ts";
import type { Expectation } from "../tracking/expectation.ts";
import { keyOf, keyPrefixOf } from "../tracking/track.ts";
import type { TrackIdentity } from "../tracking/track.ts";
import type { Reader } from "./draft.ts";

/** The last runs that say how long the next one may take. */
const HISTORY_RUNS = 30;

/** From the same branch, else from the default branch, else from the whole line. */
export async function expectedOf(
  reader: Pick<Reader, "recentDurations" | "durationsUnder">,
  track: Track,
  identity: TrackIdentity,
): Promise<Expectation | undefined> {
  const own = track.version === 0 ? [] : await reader.recentDurations(track.id, HISTORY_RUNS);
  if (own.length >= MIN_RUNS) return expectationOf(own);
  const branches = identity.branch === null ? [] : USUAL_DEFAULT_BRANCHES;
  const keys = branches.map((branch) => keyOf({ ...identity, branch }));
  for (const key of [...keys, keyPrefixOf(identity)]) {
    const durations = await reader.durationsUnder(track.endpointId, key, HISTORY_RUNS);
    if (durations.length >= MIN_RUNS) return expectationOf(durations);
  }
  return undefined;
}
