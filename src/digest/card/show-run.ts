/**
 * Putting a run on its track: which run the track shows now, and which call on its stream that asks
 * for. Pure.
 */
import { composeRun } from "../../compose/commands.ts";
import type { ComposedCommand } from "../../compose/commands.ts";
import type { Ruled } from "../../compose/rules.ts";
import type { Outlook } from "../../compose/screen.ts";
import type { EndpointSettings } from "../../model/endpoint.ts";
import type { Forecast } from "../../model/run/forecast.ts";
import type { Run } from "../../model/run/run.ts";
import type { Contact, RunRecord } from "../../model/run/run-record.ts";
import type { Track, TrackView } from "../../model/run/track.ts";
import { isOfDefaultBranch, namesOf } from "../../tracking/whose.ts";
import { paceOf } from "../../tracking/expectation.ts";
import { runState, runTimes } from "../../tracking/segments.ts";
import { frontAt, newestOf } from "../../tracking/track.ts";
import { lookAt, nextCheck, silenceLimit } from "../../tracking/watch.ts";
import { tagsOf } from "../origin.ts";
import type { Origin } from "../origin.ts";

/**
 * Why a track is moved: its provider said something, or one of its runs was looked at because it
 * said nothing.
 */
export type Trigger = "heard" | "settled" | "refreshed" | "silent" | "given_up";

/** A track, what is known of it, and what is expected of the run; undefined where it has left. */
export interface KnownTrack extends TrackView {
  readonly track: Track;
  readonly forecast: Forecast | undefined;
}

/** The run with what is derived from it, and when to look at it again. */
export function recordOf(
  { now, watch }: Origin,
  { track, run: known, forecast }: KnownTrack,
  run: Run,
  excluded: boolean,
  trigger: Trigger,
): RunRecord {
  const { createdAt, startedAt, endedAt } = runTimes(run);
  const lastSignalAt = trigger === "heard" ? now : (known?.lastSignalAt ?? now);
  const contact = contactAfter(trigger, known?.contact ?? "heard");
  const look = nextCheck(
    { run, lastSignalAt, contact },
    forecast?.expected ?? undefined,
    watch,
    now,
  );
  return {
    trackId: track.id,
    run,
    state: runState(run),
    createdAt: frontAt(run, createdAt),
    startedAt,
    endedAt: endedAt ?? null,
    excluded,
    lastSignalAt,
    contact,
    checkAt: look.kind === "later" ? lookAt(look.at, known?.checkAt ?? null, now) : now,
    pushed: known?.pushed ?? [],
    forecast: forecast ?? known?.forecast ?? null,
    updatedAt: now,
  };
}

function contactAfter(trigger: Trigger, before: Contact): Contact {
  if (trigger === "heard") return "heard";
  return trigger === "silent" || trigger === "given_up" ? trigger : before;
}

export interface Shown {
  readonly track: Track;
  /** The run that it shows now. */
  readonly shown: RunRecord | undefined;
  readonly commands: readonly ComposedCommand[];
}

/**
 * What the track shows with this record on it, or with the run gone from it.
 *
 * @param record the run as it is now; undefined where it has left the track
 */
export function showTrack(
  origin: Origin,
  settings: EndpointSettings,
  known: KnownTrack,
  record: RunRecord | undefined,
  runId: string,
  trigger: Trigger,
): Shown {
  const others = known.newest.filter((it) => it.run.id !== runId);
  const shown = newestOf(record ? [record, ...others] : others);
  const track: Track = {
    ...known.track,
    version: known.track.version + 1,
    ...(record && {
      projectName: nameOf(known.track, record),
      lineName: record.run.line?.value ?? null,
      isDefaultBranch: known.track.isDefaultBranch || isOfDefaultBranch(record.run),
    }),
    shownRunId: shown?.run.id ?? null,
    updatedAt: origin.now,
  };
  const composed = shown
    ? composeShown(origin, settings, known, shown, record, trigger)
    : composeGone(origin, settings, known);
  return { track, shown, commands: composed };
}

/** Who tells of a project by its id alone takes no name away that is known. */
function nameOf({ projectId, projectName }: Track, { run: { project } }: RunRecord): string {
  return project.value === projectId ? projectName : project.value;
}

/** What the track would show by itself though nothing was said: its run as it is stored. */
export function showAgain(
  origin: Origin,
  settings: EndpointSettings,
  track: Track,
  run: RunRecord,
): readonly ComposedCommand[] {
  const forecast = run.forecast ?? undefined;
  const known = { track, run, newest: [run], forecast };
  return composeShown(origin, settings, known, run, run, "refreshed");
}

/** What the shown run asks for. */
function composeShown(
  origin: Origin,
  settings: EndpointSettings,
  known: KnownTrack,
  shown: RunRecord,
  record: RunRecord | undefined,
  trigger: Trigger,
): readonly ComposedCommand[] {
  const { track, run } = known;
  const wasShown = track.shownRunId === shown.run.id;
  if (shown !== record && wasShown) return [];
  // What was taken off the screen for its silence has to come back.
  const cameBack = trigger === "heard" && run?.contact === "given_up";
  return composeRun(
    {
      trackId: track.id,
      streamKey: track.streamKey,
      before: shown === record ? run?.run : shown.run,
      after: shown.run,
      wasShown,
      outlook: outlookOf(origin, shown),
      forecastBefore: (shown === record ? run : shown)?.forecast ?? undefined,
      refresh: cameBack || (trigger !== "heard" && trigger !== "settled"),
      now: origin.now,
      linger: origin.linger,
      giveUp: shown.contact === "given_up" && shown.run.outcome === undefined,
    },
    settings,
    tagsOf(origin.endpoint, track.projectName, track.environment ?? undefined),
  );
}

/** The run that was shown says nothing after all, and there is no other: the screen is cleared. */
function composeGone(
  origin: Origin,
  settings: EndpointSettings,
  { track, newest }: KnownTrack,
): readonly ComposedCommand[] {
  const shown = newest.find((it) => it.run.id === track.shownRunId);
  if (!shown) return [];
  const change = {
    trackId: track.id,
    streamKey: track.streamKey,
    before: undefined,
    after: shown.run,
    wasShown: true,
    outlook: {},
    forecastBefore: undefined,
    refresh: true,
    giveUp: true,
    now: origin.now,
    linger: origin.linger,
  };
  return composeRun(change, settings, tagsOf(origin.endpoint, track.projectName));
}

function outlookOf({ now, watch }: Origin, { run, contact, forecast }: RunRecord): Outlook {
  const expected = forecast?.expected ?? undefined;
  const elapsed = now - runTimes(run).startedAt;
  const silentMs = contact === "heard" ? undefined : silenceLimit(run, expected, watch);
  return { pace: paceOf(expected, elapsed), silentMs, forecast: forecast ?? undefined };
}

/** What filters and rules look at. */
export const subjectOf = (origin: Origin, projectId: string, run: Run): Ruled => ({
  event: origin.event,
  project: { id: projectId, name: run.project.value },
  environment: run.environment,
  environments: run.environments,
  branch: run.facts["branch"]?.value,
  authors: namesOf(run),
  now: origin.now,
});
