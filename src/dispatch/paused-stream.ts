/**
 * Streams that were paused in ActivitySmith: the API takes their updates and shows nothing. Of the run that was paused no more
 * is sent; the next run of the track is tried once, into a free place. Noted in place of a confirmed hash. Pure.
 */
import type { CoreCall } from "../destinations/activitysmith/contract.ts";
import type { StreamRecord } from "../model/stream.ts";

const PAUSED = "paused:";
export const PAUSED_REASON = "the stream is paused in ActivitySmith: tried again with the next run";

/** What a stream's record has for a hash when the API said that it is paused. */
export const pausedMark = (call: CoreCall, wantedHash: string): string =>
  PAUSED + (runOf(call) ?? wantedHash);

/** The stream was paused, and whether that was while it showed the run of this call. */
export function pauseOf(
  stream: StreamRecord | undefined,
  call: CoreCall,
  wantedHash: string,
): "none" | "of this run" | "of another run" {
  const mark = stream?.confirmedHash;
  if (stream?.alive !== false || !mark?.startsWith(PAUSED)) return "none";
  return mark === pausedMark(call, wantedHash) ? "of this run" : "of another run";
}

/** An ending is named by its run, attempt and state. */
function runOf(call: CoreCall): string | undefined {
  if (call.call === "stream_update") return call.run;
  if (call.call === "stream_end") return call.ending.slice(0, call.ending.lastIndexOf(":"));
  return undefined;
}
