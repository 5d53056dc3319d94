/** The tracks of a digest's commit, each once. Pure. */
import type { Track } from "../../model/run/track.ts";
import type { TrackWrite } from "../port.ts";
import { compareText } from "./compare.ts";

export interface GroupedTrack {
  /** As it will be stored. */
  readonly track: Track;
  /** The version that the database must still have, 0 for none. */
  readonly loadedVersion: number;
}

/**
 * Each track once, ordered by id so that two commits never lock crosswise; the last write of a
 * track holds.
 */
export function groupTracks(writes: readonly TrackWrite[]): GroupedTrack[] {
  const grouped = new Map<string, GroupedTrack>();
  for (const { track } of writes) {
    const loadedVersion = grouped.get(track.id)?.loadedVersion ?? track.version - 1;
    grouped.set(track.id, { track, loadedVersion });
  }
  return [...grouped.values()].sort((a, b) => compareText(a.track.id, b.track.id));
}
