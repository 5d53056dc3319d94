/** What is loaded before a track is moved: its state, and what its history says. Reads only. */
import type { TrackView } from "../model/track.ts";
import type { DigestStore } from "../store/port.ts";
import { expectationOf } from "../tracking/expectation.ts";
import type { TrackKnowledge } from "./update-track.ts";

/** The last runs of a track that say how long the next one may take. */
const HISTORY_RUNS = 30;

/**
 * The track, the run asked for, and the track's history.
 * @param before by the provider's clock: the run that ended last before it counts as the previous one
 */
export async function loadKnowledge(
  store: DigestStore,
  endpointId: string,
  trackKey: string,
  runId: string,
  before: number,
): Promise<TrackKnowledge> {
  const view: TrackView = await store.loadTrack(endpointId, trackKey, runId);
  if (!view.track) return { ...view, previous: undefined, expected: undefined };
  const { id } = view.track;
  const [previous, durations] = await Promise.all([
    store.lastConclusion(id, before),
    store.recentDurations(id, HISTORY_RUNS),
  ]);
  return { ...view, previous, expected: expectationOf(durations) };
}
