/**
 * Advancing tracks: from what a delivery says and what is known of its tracks to what is to be written and sent. Pure: no
 * I/O; ids come from the clock's time that is passed in.
 */
import { composeOccurrence } from "../compose/commands.ts";
import { filteredBy } from "../compose/filter.ts";
import { newId } from "../util/id.ts";
import type { NewCommand } from "../model/command.ts";
import type { RunRecord } from "../model/run-record.ts";
import type { TrackWrite } from "../store/port.ts";
import type { AlertSignal, NoticeSignal, ProgressSignal, Signal } from "../model/signal.ts";
import { mergeSignal } from "../tracking/merge.ts";
import { openTrack, trackKey } from "../tracking/track.ts";
import { commandOf, moveTrack, tagsOf } from "./update-track.ts";
import type { KnownTrack, Origin, TrackKnowledge } from "./update-track.ts";

/** What a delivery's signals make of the tracks, and the commands they ask for. */
export interface Advanced {
  readonly tracks: readonly TrackWrite[];
  readonly commands: readonly NewCommand[];
  /** The filters that sorted out all of its signals; undefined where at least one passed or there was none. */
  readonly filteredBy: string | undefined;
}

export const NOTHING: Advanced = { tracks: [], commands: [], filteredBy: undefined };

/** What the store knows of a signal's track and run. */
export type KnowledgeOf = (signal: ProgressSignal) => TrackKnowledge;

/**
 * @param occurrenceKey makes the pushes of this delivery's notices and alerts one of a kind
 */
export function advance(
  origin: Origin,
  signals: readonly Signal[],
  knowledgeOf: KnowledgeOf,
  occurrenceKey: string,
): Advanced {
  const tracks: TrackWrite[] = [];
  const commands: NewCommand[] = [];
  const filtered: string[] = [];
  for (const [index, signal] of signals.entries()) {
    if (signal.kind === "progress") {
      const known = knownTrack(origin, signal, knowledgeOf(signal), tracks);
      const moved = moveTrack(origin, known, mergeSignal(known.run?.run, signal), "heard");
      tracks.push(moved.write);
      commands.push(...moved.commands);
      if (moved.filteredBy) filtered.push(moved.filteredBy);
    } else {
      const reason = filteredBy(origin.endpoint.filters, signal, "passes");
      if (reason) filtered.push(reason);
      else commands.push(...occurrenceCommands(origin, signal, `${occurrenceKey}:${index}`));
    }
  }
  const all = signals.length > 0 && filtered.length === signals.length;
  return { tracks, commands, filteredBy: all ? filtered.join(", ") : undefined };
}

/** The track as stored, moved on by what earlier signals of the same delivery made of it. */
function knownTrack(
  { endpoint, now }: Origin,
  signal: ProgressSignal,
  knowledge: TrackKnowledge,
  writes: readonly TrackWrite[],
): KnownTrack {
  const key = trackKey(signal);
  const written = writes.filter(({ track }) => track.key === key);
  const last = written.at(-1);
  if (!last) {
    const track = knowledge.track ?? openTrack(newId("trk", now), endpoint.id, signal, now);
    return { ...knowledge, track };
  }
  const runs = new Map<string, RunRecord>();
  for (const record of [...knowledge.newest, ...written.flatMap(({ run }) => run ?? [])])
    runs.set(record.run.id, record);
  return {
    ...knowledge,
    track: last.track,
    run: runs.get(signal.run.id) ?? knowledge.run,
    newest: [...runs.values()].filter(({ excluded }) => !excluded),
  };
}

function occurrenceCommands(
  origin: Origin,
  signal: NoticeSignal | AlertSignal,
  dedupeKey: string,
): readonly NewCommand[] {
  const { endpoint } = origin;
  const tags = tagsOf(endpoint, signal.project?.name, signal.environment?.name);
  const composed = composeOccurrence(signal, endpoint, tags, dedupeKey);
  return composed.map((command) => commandOf(origin, command, null));
}

/** For advancing where nothing is known yet. */
export const NOTHING_KNOWN: TrackKnowledge = {
  track: undefined,
  run: undefined,
  newest: [],
  previous: undefined,
  expected: undefined,
};
