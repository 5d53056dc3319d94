/** Putting a run on its track: which run the track shows now, and which commands that asks for. Pure. */
import { composeRun } from "../compose/commands.ts";
import type { ComposedCommand } from "../compose/commands.ts";
import { filteredBy } from "../compose/filter.ts";
import type { LingerPolicy } from "../compose/linger.ts";
import type { Outlook } from "../compose/screen.ts";
import type { EndpointSettings } from "../model/endpoint.ts";
import { newId } from "../util/id.ts";
import { isOfStream } from "../model/command.ts";
import type { NewCommand } from "../model/command.ts";
import type { RunRecord } from "../model/run-record.ts";
import type { Track, TrackView } from "../model/track.ts";
import type { TrackWrite } from "../store/port.ts";
import { paceOf } from "../tracking/expectation.ts";
import type { Expectation } from "../tracking/expectation.ts";
import type { Run } from "../model/run.ts";
import { isHearsay, runState, runTimes } from "../tracking/segments.ts";
import { newestOf } from "../tracking/track.ts";
import { lookAt, silenceLimit } from "../tracking/watch.ts";
import type { WatchPolicy } from "../tracking/watch.ts";
import type { Contact } from "../model/run-record.ts";

/** On whose behalf and when something is composed. */
export interface Origin {
  readonly endpoint: EndpointSettings & {
    readonly id: string;
    readonly provider: string;
    readonly account: string;
  };
  /** Null where no delivery is behind it. */
  readonly deliveryId: string | null;
  /** ms since the epoch. */
  readonly now: number;
  readonly watch: WatchPolicy;
  readonly linger: LingerPolicy;
}

/** What the store knows of a track, and of its history. */
export interface TrackKnowledge extends TrackView {
  /** The run that ended last before the one in question. */
  readonly previous: RunRecord | undefined;
  /** How long its runs take, where enough of them are known. */
  readonly expected: Expectation | undefined;
}

export interface KnownTrack extends TrackKnowledge {
  readonly track: Track;
}

/** Why a track is moved: its provider said something, or one of its runs was looked at because it said nothing. */
export type Cause = "heard" | "settled" | "refreshed" | "silent" | "given_up";

export interface MovedTrack {
  readonly write: TrackWrite;
  readonly commands: readonly NewCommand[];
  /** The endpoint's filter that keeps this run off the screen, if one does. */
  readonly filteredBy: string | undefined;
}

/** @param after the run as merged now */
export function moveTrack(origin: Origin, known: KnownTrack, after: Run, cause: Cause): MovedTrack {
  const { endpoint, now } = origin;
  const { track } = known;
  const reason = filteredBy(endpoint.filters, subjectOf(track, after), "fails");
  const excluded = reason !== undefined || isHearsay(after);
  const merged = recordOf(origin, known, after, excluded, cause);
  const shown = newestOf([merged, ...known.newest.filter((it) => it.run.id !== after.id)]);
  const commands = shown ? composeShown(origin, known, shown, merged, cause) : [];
  const marks = commands.flatMap(({ pushMark }) => pushMark ?? []);
  const moved: Track = {
    ...track,
    version: track.version + 1,
    projectName: after.project.value,
    lineName: after.line?.value ?? null,
    shownRunId: shown?.run.id ?? null,
    updatedAt: now,
  };
  return {
    write: { track: moved, run: { ...merged, pushed: [...merged.pushed, ...marks] } },
    commands: commands.map((command) => commandOf(origin, command, track.id)),
    filteredBy: reason,
  };
}

/** What the shown run asks for. One that only came forward because another stepped back has nothing new to push. */
function composeShown(
  origin: Origin,
  known: KnownTrack,
  shown: RunRecord,
  merged: RunRecord,
  cause: Cause,
): readonly ComposedCommand[] {
  const { track, run } = known;
  const wasShown = track.shownRunId === shown.run.id;
  if (shown !== merged && wasShown) return [];
  // What was taken off the screen for its silence has to come back.
  const cameBack = cause === "heard" && run?.contact === "given_up";
  return composeRun(
    {
      trackId: track.id,
      streamKey: track.streamKey,
      before: shown === merged ? run?.run : shown.run,
      after: shown.run,
      wasShown,
      previous: known.previous?.run,
      pushed: shown.pushed,
      now: origin.now,
      linger: origin.linger,
      outlook: outlookOf(origin, known, shown),
      refresh: cameBack || (cause !== "heard" && cause !== "settled"),
      giveUp: shown.contact === "given_up" && shown.run.outcome === undefined,
    },
    origin.endpoint,
    tagsOf(origin.endpoint, track.projectName, track.environment ?? undefined),
  );
}

function outlookOf(
  { now, watch }: Origin,
  { expected }: KnownTrack,
  { run, contact }: RunRecord,
): Outlook {
  const elapsed = now - runTimes(run).startedAt;
  const silentMs = contact === "heard" ? undefined : silenceLimit(run, expected, watch);
  return { pace: paceOf(expected, elapsed), silentMs };
}

const subjectOf = (track: Track, run: Run) => ({
  project: { id: track.projectId, name: run.project.value },
  environment: run.environment,
  branch: run.facts["branch"]?.value,
});

/** The run with what is derived from it, and when to look at it again. */
function recordOf(
  { now, watch }: Origin,
  { track, run: known, expected }: KnownTrack,
  run: Run,
  excluded: boolean,
  cause: Cause,
): RunRecord {
  const { createdAt, startedAt, endedAt } = runTimes(run);
  const heardAt = cause === "heard" ? now : (known?.heardAt ?? now);
  const contact = contactAfter(cause, known?.contact ?? "heard");
  const look = lookAt({ run, heardAt, contact }, expected, watch, now);
  return {
    trackId: track.id,
    run,
    state: runState(run),
    createdAt,
    startedAt,
    endedAt: endedAt ?? null,
    excluded,
    heardAt,
    contact,
    lookAt: look.kind === "later" ? look.at : now,
    pushed: known?.pushed ?? [],
    updatedAt: now,
  };
}

function contactAfter(cause: Cause, before: Contact): Contact {
  if (cause === "heard") return "heard";
  return cause === "silent" || cause === "given_up" ? cause : before;
}

/** Tags by which a person finds the activity again: provider, project, environment. */
export function tagsOf(
  endpoint: { readonly provider: string },
  ...names: readonly (string | undefined)[]
): string[] {
  return [endpoint.provider, ...names].filter((name) => name !== undefined);
}

/** A composed command as it goes into the outbox. */
export function commandOf(
  { endpoint, deliveryId, now }: Origin,
  { intent, priority, dedupeKey, notBefore = now }: ComposedCommand,
  trackId: string | null,
): NewCommand {
  return {
    id: newId("cmd", now),
    endpointId: endpoint.id,
    account: endpoint.account,
    deliveryId,
    trackId,
    streamKey: isOfStream(intent) ? intent.streamKey : null,
    priority,
    intent,
    dedupeKey,
    notBefore,
    createdAt: now,
  };
}
