/**
 * Which call a command needs now, if any, given what the destination has confirmed of its stream.
 * Pure.
 */
import type { ClaimedCommand, End, Intent, Show } from "../model/command.ts";
import type { StreamRecord } from "../model/card/stream.ts";
import { PAUSED_REASON, pauseOf } from "./answer/paused-stream.ts";

/** A result older than this is not worth starting an activity for. */
export const ANNOUNCE_WITHIN_MS = 10 * 60_000;

export interface Planned {
  readonly kind: "call";
  readonly intent: Intent;
  /** It starts the stream's activity: it needs a slot; `onlyIfFree`: nobody gives way to it. */
  readonly start?: { readonly onlyIfFree: boolean };
}

export type CallPlan =
  | Planned
  | { readonly kind: "skip"; readonly reason: string }
  | { readonly kind: "defer"; readonly until: number; readonly reason: string };

type Plannable = Pick<ClaimedCommand, "intent" | "stream" | "createdAt"> & {
  /** A start of its activity may have taken effect though nobody heard of it. */
  readonly mayBeAlive: boolean;
};

const ENDED = "ended:";

/** What a stream's record has for a hash when this result has left the screen. */
export const endedMark = (ending: string | undefined): string | null =>
  ending === undefined ? null : ENDED + ending;

/**
 * What equals the confirmed state needs no call, and an update too soon after it waits; a result
 * does not. A result that is not to stay takes its card off the screen.
 * @param wantedHash identity of the command's wanted state, to compare with the confirmed one's
 */
export function planCall(
  command: Plannable,
  wantedHash: string,
  now: number,
  updateIntervalMs: number,
): CallPlan {
  const { intent, stream, mayBeAlive } = command;
  if (intent.kind === "end") return planEnd(intent, stream, mayBeAlive);
  if (intent.kind !== "show") return { kind: "call", intent };
  if (intent.lingerMs === 0) return planEnd(endOf(intent), stream, mayBeAlive);
  if (!stream?.alive) return planStart(command, intent, wantedHash, now);
  if (stream.confirmedHash === wantedHash)
    return { kind: "skip", reason: "the core API shows this already" };
  const until = (stream.confirmedAt ?? 0) + updateIntervalMs;
  if (now < until && intent.lingerMs === undefined)
    return { kind: "defer", until, reason: "follows its last update at a distance" };
  return { kind: "call", intent };
}

function planStart(
  { stream, createdAt, mayBeAlive }: Plannable,
  show: Show,
  wantedHash: string,
  now: number,
): CallPlan {
  if (show.ending !== undefined && stream?.confirmedHash === endedMark(show.ending))
    return { kind: "skip", reason: "this result was shown already" };
  if (show.onlyIfShown && !mayBeAlive)
    return { kind: "skip", reason: "not worth a card: nothing of it was on the screen" };
  if (show.lingerMs !== undefined && !mayBeAlive && now - createdAt > ANNOUNCE_WITHIN_MS)
    return { kind: "skip", reason: "too long ago to be shown" };
  const pause = pauseOf(stream, show, wantedHash);
  if (pause === "of this run") return { kind: "skip", reason: PAUSED_REASON };
  return { kind: "call", intent: show, start: { onlyIfFree: pause === "of another run" } };
}

function planEnd(end: End, stream: StreamRecord | undefined, mayBeAlive: boolean): CallPlan {
  // What was started by others is not known here.
  if (stream?.alive || mayBeAlive || end.asWritten) return { kind: "call", intent: end };
  return { kind: "skip", reason: "there was nothing on the screen to end" };
}

/** How the card of this result leaves the screen. */
export const endOf = ({ streamKey, picture, ending }: Show): End => ({
  kind: "end",
  streamKey,
  picture,
  ...(ending !== undefined && { ending }),
});
