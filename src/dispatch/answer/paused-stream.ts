/**
 * Streams that were paused in the destination's app: it takes their updates and shows nothing. Of
 * the run that was paused no more is sent; the next run of the track is tried once, into a free
 * place. Noted in place of a confirmed hash. Pure.
 */
import type { Show } from "../../model/command.ts";
import type { StreamRecord } from "../../model/card/stream.ts";

const PAUSED = "paused:";
export const PAUSED_REASON = "the stream is paused in ActivitySmith: tried again with the next run";

/** What a stream's record has for a hash when the destination said that it is paused. */
export const pausedMark = (show: Show, wantedHash: string): string =>
  PAUSED + (show.run ?? wantedHash);

/** The stream was paused, and whether that was while it showed the run of this command. */
export function pauseOf(
  stream: StreamRecord | undefined,
  show: Show,
  wantedHash: string,
): "none" | "of this run" | "of another run" {
  const mark = stream?.confirmedHash;
  if (stream?.alive !== false || !mark?.startsWith(PAUSED)) return "none";
  return mark === pausedMark(show, wantedHash) ? "of this run" : "of another run";
}
