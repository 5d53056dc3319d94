/**
 * From what changed on a track to what we want of a destination. Pure: ids and times are the
 * caller's.
 *
 * A run is shown as it goes, and so is its result: the card leaves the screen later, or the next
 * run takes it over.
 */
import type { Intent, StreamIntent } from "../model/command.ts";
import type { EndpointSettings } from "../model/endpoint.ts";
import type { Forecast } from "../model/run/forecast.ts";
import { PRIORITY } from "../model/command.ts";
import type { Run } from "../model/run/run.ts";
import { runDuration, runState, runTimes } from "../tracking/segments.ts";
import { FRESH_FAILURE_MS, graceMs, importanceOf, lingerMs } from "./linger.ts";
import type { LingerPolicy } from "./linger.ts";
import { screenOf } from "./screen.ts";
import type { Outlook } from "./screen.ts";

/** What is wanted, with its place in the queue. */
export interface ComposedCommand {
  readonly intent: Intent;
  readonly priority: number;
  /** The same thing asked for twice is asked for once. */
  readonly dedupeKey: string | null;
  /** Not before then, in ms since the epoch; absent: at once. */
  readonly notBefore?: number;
  /** Whose stream it is, where that is another track's. */
  readonly owner?: StreamOwner | undefined;
}

export interface StreamOwner {
  readonly endpointId: string;
  readonly trackId: string;
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
  /** What was known of its bar before. */
  readonly forecastBefore: Forecast | undefined;
  /** Show it again though the provider said nothing new. */
  readonly refresh: boolean;
  /** Take it off the screen without knowing how it ended. */
  readonly giveUp: boolean;
  /** ms since the epoch. */
  readonly now: number;
  readonly linger: LingerPolicy;
}

/** The command that a change of the shown run asks for on its stream, if any. */
export function composeRun(
  change: RunChange,
  settings: EndpointSettings,
  tags: readonly string[],
): readonly ComposedCommand[] {
  if (settings.deliver === "push") return [];
  const intent = streamIntent(change, settings, tags);
  const before =
    change.wasShown &&
    change.before &&
    streamIntent(
      {
        ...change,
        after: change.before,
        outlook: { ...change.outlook, forecast: change.forecastBefore },
      },
      settings,
      tags,
    );
  const isKnown = before && JSON.stringify(before) === JSON.stringify(intent);
  if (isKnown && !change.refresh) return [];
  if (intent.kind === "end" || intent.lingerMs !== undefined)
    return [{ intent, priority: PRIORITY.streamEnd, dedupeKey: null }];
  const isStart = !change.wasShown || !change.before;
  const priority = isStart ? PRIORITY.streamStart : PRIORITY.streamUpdate;
  return [
    {
      intent,
      priority,
      dedupeKey: null,
      notBefore: firstFrameAt(change.after, change.now, change.linger),
    },
  ];
}

/**
 * When a run's first frame may go out, in ms since the epoch. A provider's clock that is ahead of
 * ours makes nobody wait longer.
 */
export function firstFrameAt(run: Run, now: number, linger: LingerPolicy): number {
  const grace = graceMs(run, linger);
  return Math.max(now, Math.min(runTimes(run).startedAt, now) + grace);
}

function streamIntent(
  { streamKey, after: run, outlook, giveUp, now, linger }: RunChange,
  settings: EndpointSettings,
  tags: readonly string[],
): StreamIntent {
  const picture = screenOf(run, settings.mapping, outlook);
  const state = runState(run);
  // It did nothing that anybody waits for, or nobody knows what it did.
  if (giveUp || state === "skipped") return { kind: "end", streamKey, picture };
  const { channels } = settings;
  const stays = lingerMs(run, linger);
  const shownRun = `${run.id}:${run.attempt}`;
  const shown = {
    kind: "show",
    streamKey,
    picture,
    ...(channels && { channels }),
    tags,
    importance: importanceOf(run),
    state,
    run: shownRun,
    ...(run.source?.isFork &&
      run.environment?.kind !== "production" && { isStrangers: true as const }),
  } as const;
  if (stays === undefined) return shown;
  return {
    ...shown,
    lingerMs: stays,
    // What is published or gone back to later is shown again, though the run ended long ago.
    ending: `${shownRun}:${state}${broughtBack(run)}`,
    ...(state === "failed" && { fadesAt: now + FRESH_FAILURE_MS }),
    ...(isFlash(run, linger) && { onlyIfShown: true }),
  };
}

/** ":restored", ":rolled_back", ":promoted": what somebody did with it after it was built. */
const broughtBack = ({ serves }: Run): string =>
  serves === undefined || serves.how === "live" ? "" : `:${serves.how}`;

/**
 * Over before its first frame, or called off: nobody needs a card to come for that. A failure is
 * worth one.
 */
function isFlash(run: Run, linger: LingerPolicy): boolean {
  if (run.outcome?.state === "canceled") return true;
  // Somebody did that on purpose; how long its build took says nothing.
  if (run.serves?.how === "rolled_back" || run.serves?.how === "restored") return false;
  return (
    run.outcome?.state === "succeeded" && (runDuration(run) ?? Infinity) < graceMs(run, linger)
  );
}
