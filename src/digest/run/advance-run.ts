/**
 * One more report of a run, or one more look at it: merged, put on its track, shown and told.
 * Reads; writes the draft.
 */
import { firstFrameAt } from "../../compose/commands.ts";
import { filteredBy } from "../../compose/filter.ts";
import { lingeringFor } from "../../compose/linger.ts";
import { governed } from "../../compose/rules.ts";
import type { Run } from "../../model/run/run.ts";
import type { RunRecord } from "../../model/run/run-record.ts";
import type { ProgressSignal } from "../../model/signal.ts";
import type { Track, TrackView } from "../../model/run/track.ts";
import { forecastAfter } from "../../tracking/bar.ts";
import { mergeSignal } from "../../tracking/merge.ts";
import { identityOf, keyOf, openTrack, saysNothing, trackKey } from "../../tracking/track.ts";
import type { TrackIdentity } from "../../tracking/track.ts";
import { newId } from "../../util/id.ts";
import { completeRun } from "./complete-run.ts";
import { withDefaultBranch } from "./default-branch.ts";
import type { Draft } from "../draft.ts";
import { meetLines } from "../expect-lines.ts";
import { commandOf } from "../origin.ts";
import type { Origin } from "../origin.ts";
import { prospectOf } from "./prospect.ts";
import { shareCard } from "../card/share-card.ts";
import { recordOf, showTrack, subjectOf } from "../card/show-run.ts";
import type { Trigger } from "../card/show-run.ts";
import { closeByServing } from "./serve.ts";
import type { Advance, LookedAt } from "../steps.ts";
import { tellRun } from "./tell-run.ts";

const FRESH: LookedAt = { isHeldOver: false, news: undefined };

/** A report of the provider. */
export async function advanceBySignal(
  origin: Origin,
  draft: Draft,
  signal: ProgressSignal,
): Promise<Advance> {
  const { id } = origin.endpoint;
  const home = await homeOf(draft, id, trackKey(signal), signal.run.id);
  const after = mergeSignal(home.run?.run, signal);
  return advanceRun(origin, draft, home, after, "heard", FRESH);
}

/**
 * The view of the track that the run is on, wherever that is; else of the one that it should be on.
 */
async function homeOf(
  draft: Draft,
  endpointId: string,
  key: string,
  runId: string,
): Promise<TrackView> {
  const view = await draft.loadTrack(endpointId, key, runId);
  if (view.run) return view;
  const elsewhere = await draft.findRun(endpointId, runId);
  return elsewhere ? draft.loadTrack(endpointId, elsewhere.track.key, runId) : view;
}

/** @param home the track that the run is on */
export async function advanceRun(
  origin: Origin,
  draft: Draft,
  home: TrackView,
  merged: Run,
  trigger: Trigger,
  looked: LookedAt,
): Promise<Advance> {
  const { endpoint } = origin;
  const { identity, track, view, leaves, isNew } = await placeOf(origin, draft, home, merged);
  const named = await completeRun(draft, merged, identity, track);
  const after = await withDefaultBranch(origin, draft, named, home.run?.run, identity);
  const before = home.run?.forecast ?? undefined;
  const prospect =
    before && !isNew ? undefined : await prospectOf(origin, draft.reader, track, identity, after);
  const subject = subjectOf(origin, identity.projectId, after);
  const shownAs = governed(endpoint, { ...subject, outcome: undefined });
  const filter =
    filteredBy(endpoint.filters, subject, "fails") ??
    (shownAs.isMuted ? `muted by ${shownAs.by}` : undefined);
  const excluded = filter !== undefined || saysNothing(after);
  const linger = lingeringFor(origin.linger, shownAs.lingerMinutes);
  const forecast = forecastAfter(after, before, prospect, {
    now: origin.now,
    firstFrameAt: excluded ? undefined : firstFrameAt(after, origin.now, linger),
  });
  const known = { ...view, track, run: home.run, forecast };
  const record = recordOf(origin, known, after, excluded, trigger);
  const ruled = { ...origin, linger };
  const shown = showTrack(ruled, shownAs.settings, known, record, after.id, trigger);
  if (leaves) await leaveTrack(origin, draft, home, leaves, after.id);
  const former = [home.run, ...view.newest].find((it) => it?.run.id === track.shownRunId);
  const commands = await shareCard(origin, draft, { ...shown, identity, former });
  const about = { identity, track, record, newest: known.newest, subject };
  const told = filter === undefined ? await tellRun(origin, draft, about, looked) : NOTHING_TOLD;
  const closed = await closeByServing(origin, draft, about, told.isTold);
  const written: RunRecord = { ...record, pushed: [...record.pushed, ...told.marks] };
  draft.writeTrack(
    { track: shown.track, run: written, before: home.run },
    leaves && { trackId: leaves.id, runId: after.id },
  );
  draft.send(commands.map((command) => commandOf(origin, command, track.id)));
  const met = trigger === "heard" ? await meetLines(origin, draft, after, subject) : [];
  return { filteredBy: filter, said: [...told.said, ...closed, ...met] };
}

/** Where a run belongs as it is known now. */
interface Place {
  readonly identity: TrackIdentity;
  readonly track: Track;
  /** What is known of that track. */
  readonly view: TrackView;
  /** The track that it goes from. */
  readonly leaves: Track | undefined;
  /** It was on another one until now: its line's past is another. */
  readonly isNew: boolean;
}

async function placeOf(
  { endpoint, now }: Origin,
  draft: Draft,
  home: TrackView,
  run: Run,
): Promise<Place> {
  const identity = identityOf(run, home.run && home.track);
  const key = keyOf(identity);
  const left = home.run && home.track && home.track.key !== key ? home.track : undefined;
  const target = left ? await draft.loadTrack(endpoint.id, key, run.id) : home;
  const opened = openTrack(newId("trk", now), endpoint.id, run, now);
  // Nothing else is on it: the track itself goes where its run belongs, and its card with it.
  if (left && !target.track && isOnly(home, run.id))
    return {
      identity,
      track: { ...opened, ...keptOf(left) },
      view: home,
      leaves: undefined,
      isNew: true,
    };
  return {
    identity,
    track: target.track ?? opened,
    view: target,
    leaves: left,
    isNew: left !== undefined,
  };
}

const isOnly = ({ newest }: TrackView, runId: string): boolean =>
  newest.every(({ run }) => run.id === runId);

const keptOf = ({ id, streamKey, version, shownRunId, createdAt }: Track) => ({
  id,
  streamKey,
  version,
  shownRunId,
  createdAt,
});

const NOTHING_TOLD = { marks: [], said: [], isTold: false };

/** What was shown of the run there is taken off, or what it had covered comes back. */
async function leaveTrack(
  origin: Origin,
  draft: Draft,
  home: TrackView,
  track: Track,
  runId: string,
): Promise<void> {
  const known = { ...home, track, run: undefined, forecast: undefined };
  const left = showTrack(origin, origin.endpoint, known, undefined, runId, "heard");
  const former = [home.run, ...home.newest].find((it) => it?.run.id === track.shownRunId);
  const identity = former ? identityOf(former.run, track) : undefined;
  const commands = identity
    ? await shareCard(origin, draft, { ...left, identity, former })
    : left.commands;
  draft.writeTrack({ track: left.track });
  draft.send(commands.map((command) => commandOf(origin, command, track.id)));
}
