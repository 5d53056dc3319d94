/**
 * From what changed on a track to the calls we want made on the core API. Pure: ids and times are the caller's.
 *
 * A running run is a stream update, a finished one ONE stream end that carries the final state.
 */
import type { CoreCall, StreamRequest } from "../destinations/activitysmith/contract.ts";
import type { EndpointSettings } from "../model/endpoint.ts";
import { PRIORITY } from "../model/command.ts";
import type { Run } from "../model/run.ts";
import { runState } from "../tracking/segments.ts";
import type { RunState } from "../tracking/segments.ts";
import { screenOf } from "./screen.ts";
import type { Outlook } from "./screen.ts";

/** A call with its place in the queue. */
export interface ComposedCommand {
  readonly call: CoreCall;
  readonly priority: number;
  /** The same thing asked for twice is asked for once. */
  readonly dedupeKey: string | null;
}

export interface RunChange {
  readonly trackId: string;
  readonly streamKey: string;
  /** What was known of this run before; undefined for a new one. */
  readonly before: Run | undefined;
  readonly after: Run;
  /** Whether the track showed this run before. */
  readonly wasShown: boolean;
  /** What is known beyond what the provider said. */
  readonly outlook: Outlook;
  /** Show it again though the provider said nothing new. */
  readonly refresh: boolean;
  /** Take it off the screen without knowing how it ended. */
  readonly giveUp: boolean;
}

/** How long an ended activity stays on the screen: a failure waits to be seen. */
const DISMISS_AFTER_MINUTES: Readonly<Partial<Record<RunState, number>>> = {
  succeeded: 5,
  failed: 60,
  canceled: 1,
  skipped: 0,
};

/** Production before the rest before previews; of the same kind what goes wrong before what goes well. */
const ENVIRONMENT_IMPORTANCE = { production: 4, other: 2, preview: 0 } as const;

function importanceOf(run: Run): number {
  const state = runState(run);
  const hasTrouble =
    state === "failed" ||
    state === "waiting" ||
    Object.values(run.steps).some((step) => step.state === "failed");
  return ENVIRONMENT_IMPORTANCE[run.environment?.kind ?? "other"] + (hasTrouble ? 1 : 0);
}

/** The command that a change of the shown run asks for on its stream, if any. */
export function composeRun(
  change: RunChange,
  settings: EndpointSettings,
  tags: readonly string[],
): readonly ComposedCommand[] {
  if (settings.deliver === "push") return [];
  const call = streamCall(change, settings, tags);
  const before =
    change.wasShown &&
    change.before &&
    streamCall({ ...change, after: change.before }, settings, tags);
  const isKnown = before && JSON.stringify(before) === JSON.stringify(call);
  if (isKnown && !change.refresh) return [];
  const isStart = !change.wasShown || !change.before;
  const updatePriority = isStart ? PRIORITY.streamStart : PRIORITY.streamUpdate;
  const priority = call.call === "stream_end" ? PRIORITY.streamEnd : updatePriority;
  return [{ call, priority, dedupeKey: null }];
}

type StreamCall = Extract<CoreCall, { call: "stream_update" | "stream_end" }>;

function streamCall(
  { streamKey, after: run, outlook, giveUp }: RunChange,
  settings: EndpointSettings,
  tags: readonly string[],
): StreamCall {
  const { contentState, action, secondaryAction } = screenOf(run, settings.mapping, outlook);
  const shared = {
    content_state: contentState,
    ...(action && { action }),
    ...(secondaryAction && { secondary_action: secondaryAction }),
  } satisfies StreamRequest;
  const state = runState(run);
  const { channels } = settings;
  const shown = { ...shared, ...(channels && { channels }), tags: [...tags] };
  const dismissAfter = giveUp ? 0 : DISMISS_AFTER_MINUTES[state];
  const importance = importanceOf(run);
  if (dismissAfter === undefined) {
    const shownRun = `${run.id}:${run.attempt}`;
    return { call: "stream_update", streamKey, importance, state, body: shown, run: shownRun };
  }
  return {
    call: "stream_end",
    streamKey,
    importance,
    state,
    body: { ...shared, content_state: { ...contentState, auto_dismiss_minutes: dismissAfter } },
    ending: `${run.id}:${run.attempt}:${giveUp ? "given_up" : state}`,
    announce: giveUp || state === "canceled" || state === "skipped" ? null : shown,
  };
}
