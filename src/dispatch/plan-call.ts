/** Which call a command needs now, if any, given what the core API has confirmed of its stream. Pure. */
import type { CoreCall } from "../destinations/activitysmith/contract.ts";
import type { ClaimedCommand } from "../model/command.ts";
import { PAUSED_REASON, pauseOf } from "./paused-stream.ts";

/** An ending older than this is not worth starting an activity for. */
export const ANNOUNCE_WITHIN_MS = 10 * 60_000;

export interface Planned {
  readonly kind: "call";
  readonly call: CoreCall;
  /** The stream that this call starts: it needs a slot. */
  readonly start?: {
    readonly streamKey: string;
    readonly importance: number;
    /** It was paused before, so that nobody gives way to it. */
    readonly onlyIfFree?: true;
  };
  /** The start shows an ending, which is to be sent next. */
  readonly thenEnds?: boolean;
}

export type CallPlan =
  | Planned
  | { readonly kind: "skip"; readonly reason: string }
  | { readonly kind: "defer"; readonly until: number; readonly reason: string };

type Plannable = Pick<ClaimedCommand, "call" | "stream" | "createdAt"> & {
  /** A start of its activity may have taken effect though nobody heard of it. */
  readonly mayBeAlive: boolean;
};

/**
 * An update equal to the confirmed one needs no call, and one too soon after it waits. An ending whose activity is not
 * alive is shown by starting it first.
 * @param wantedHash identity of the command's wanted state, to compare with the confirmed one's
 */
export function planCall(
  command: Plannable,
  wantedHash: string,
  now: number,
  updateIntervalMs: number,
): CallPlan {
  const { call } = command;
  if (call.call === "stream_update")
    return planUpdate(command, call, wantedHash, now, updateIntervalMs);
  if (call.call === "stream_end") return planEnd(command, call, wantedHash, now);
  return { kind: "call", call };
}

function planUpdate(
  { stream }: Plannable,
  call: Extract<CoreCall, { call: "stream_update" }>,
  wantedHash: string,
  now: number,
  updateIntervalMs: number,
): CallPlan {
  const { streamKey, importance = 0 } = call;
  const pause = pauseOf(stream, call, wantedHash);
  if (pause === "of this run") return { kind: "skip", reason: PAUSED_REASON };
  const onlyIfFree = pause === "of another run" && ({ onlyIfFree: true } as const);
  if (!stream?.alive)
    return { kind: "call", call, start: { streamKey, importance, ...onlyIfFree } };
  if (stream.confirmedHash === wantedHash)
    return { kind: "skip", reason: "the core API shows this already" };
  const until = (stream.confirmedAt ?? 0) + updateIntervalMs;
  if (now < until) return { kind: "defer", until, reason: "follows its last update at a distance" };
  return { kind: "call", call };
}

function planEnd(
  { stream, createdAt, mayBeAlive }: Plannable,
  call: Extract<CoreCall, { call: "stream_end" }>,
  wantedHash: string,
  now: number,
): CallPlan {
  const { streamKey, importance = 0, announce } = call;
  if (stream?.alive || mayBeAlive) return { kind: "call", call };
  if (stream?.confirmedHash === wantedHash)
    return { kind: "skip", reason: "this ending was shown already" };
  if (!announce) return { kind: "skip", reason: "there was nothing on the screen to end" };
  if (now - createdAt > ANNOUNCE_WITHIN_MS)
    return { kind: "skip", reason: "too long ago to be shown" };
  const pause = pauseOf(stream, call, wantedHash);
  if (pause === "of this run") return { kind: "skip", reason: PAUSED_REASON };
  const onlyIfFree = pause === "of another run" && ({ onlyIfFree: true } as const);
  return {
    kind: "call",
    call: { call: "stream_update", streamKey, importance, body: announce },
    start: { streamKey, importance, ...onlyIfFree },
    thenEnds: true,
  };
}
