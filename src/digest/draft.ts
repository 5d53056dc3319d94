/**
 * What one digest has loaded and will write. Whatever it wrote before is what it reads after, so
 * that several signals of one delivery build on one another. Reads only; the commit is the
 * caller's.
 */
import type { NewCommand } from "../model/command.ts";
import type { TrackView } from "../model/run/track.ts";
import type { Memory, MemoryKeys, MemoryWrites } from "../store/port.ts";
import type {
  DigestCommit,
  DigestStore,
  MemoryStore,
  RunKey,
  RunOnTrack,
  TrackWrite,
} from "../store/port.ts";

export type Reader = Pick<
  DigestStore & MemoryStore,
  | "loadTrack"
  | "findRun"
  | "findRuns"
  | "recentDurations"
  | "lineDurations"
  | "lastRunOfLine"
  | "lastConclusion"
  | "loadMemory"
  | "openIncidents"
>;

export type Writes = Pick<DigestCommit, "tracks" | "commands"> & {
  readonly moved: NonNullable<DigestCommit["moved"]>;
  readonly memory: MemoryWrites;
};

export interface Draft {
  readonly reader: Reader;
  loadTrack(endpointId: string, key: string, runId: string): Promise<TrackView>;
  findRun(endpointId: string, runId: string): Promise<RunOnTrack | undefined>;
  /** Several of them at once, those that there are, in no order. */
  findRuns(keys: readonly RunKey[]): Promise<readonly RunOnTrack[]>;
  /** The rows asked for, as they will be. */
  recall(keys: MemoryKeys): Promise<Memory>;
  remember(writes: MemoryWrites): void;
  writeTrack(
    write: TrackWrite,
    leaves?: { readonly trackId: string; readonly runId: string },
  ): void;
  send(commands: readonly NewCommand[]): void;
  writes(): Writes;
}

export function createDraft(reader: Reader): Draft {
  const tracks: TrackWrite[] = [];
  const moved: { readonly trackId: string; readonly runId: string }[] = [];
  const commands: NewCommand[] = [];
  let memory: Memory = NO_MEMORY;
  return {
    reader,
    loadTrack: async (endpointId, key, runId) =>
      withWritten(await reader.loadTrack(endpointId, key, runId), key, runId, tracks, moved),
    findRun: async (endpointId, runId) => {
      const written = tracks.findLast(({ run }) => run?.run.id === runId);
      if (written?.run) return { track: written.track, run: written.run };
      return reader.findRun(endpointId, runId);
    },
    findRuns: async (keys) => {
      const found = keys.length === 0 ? [] : await reader.findRuns(keys);
      return found.map((it) => movedOn(it, tracks));
    },
    recall: async (keys) => overlaid(await reader.loadMemory(keys), memory),
    remember: (writes) => {
      memory = overlaid(memory, { ...NO_MEMORY, ...writes });
    },
    writeTrack: (write, leaves) => {
      tracks.push(write);
      if (leaves) moved.push(leaves);
    },
    send: (more) => void commands.push(...more),
    writes: () => ({ tracks, moved, commands, memory }),
  };
}

/** The run and its track as stored, or as they were written since. */
function movedOn({ track, run }: RunOnTrack, written: readonly TrackWrite[]): RunOnTrack {
  const own = written.filter((it) => it.track.id === track.id);
  const last = own.findLast((it) => it.run?.run.id === run.run.id);
  return { track: own.at(-1)?.track ?? track, run: last?.run ?? run };
}

/** The track as stored, moved on by what was written of it. */
function withWritten(
  view: TrackView,
  key: string,
  runId: string,
  tracks: readonly TrackWrite[],
  moved: readonly { readonly trackId: string; readonly runId: string }[],
): TrackView {
  const written = tracks.filter(({ track }) => track.key === key);
  const last = written.at(-1);
  if (!last) return view;
  const { track } = last;
  const gone = new Set(moved.flatMap((it) => (it.trackId === track.id ? it.runId : [])));
  const runs = new Map(view.newest.map((it) => [it.run.id, it]));
  for (const { run } of written) if (run) runs.set(run.run.id, run);
  const left = [...runs.values()].filter(({ run }) => !gone.has(run.id));
  const run = left.find((it) => it.run.id === runId) ?? (gone.has(runId) ? undefined : view.run);
  return { track, run, newest: left.filter(({ excluded }) => !excluded) };
}

export const NO_MEMORY: Memory = {
  incidents: [],
  standings: [],
  servings: [],
  told: [],
  folds: [],
  cardGroups: [],
  due: [],
};

/** Where both have a row of a key, the newer one's holds. */
const overlaid = (older: Memory, newer: Memory): Memory => ({
  incidents: rows(older.incidents, newer.incidents, (it) => [it.endpointId, it.incidentKey]),
  standings: rows(older.standings, newer.standings, (it) => [it.endpointId, it.lineKey, it.scope]),
  servings: rows(older.servings, newer.servings, (it) => [
    it.endpointId,
    it.projectId,
    it.lineId,
    it.environment,
  ]),
  told: rows(older.told, newer.told, (it) => [it.account, it.toldKey, it.audience]),
  folds: rows(older.folds, newer.folds, (it) => [it.endpointId, it.foldKey, it.windowStart]),
  cardGroups: rows(older.cardGroups, newer.cardGroups, (it) => [it.account, it.groupKey]),
  due: rows(older.due, newer.due, (it) => [it.kind, it.key]),
});

function rows<Row>(
  older: readonly Row[],
  newer: readonly Row[],
  key: (row: Row) => readonly (string | number)[],
): readonly Row[] {
  const all = [...older, ...newer].map((row) => [JSON.stringify(key(row)), row] as const);
  return [...new Map(all).values()];
}

/** For digesting where nothing is known. */
export const EMPTY_READER: Reader = {
  loadTrack: async () => ({ track: undefined, run: undefined, newest: [] }),
  findRun: async () => undefined,
  findRuns: async () => [],
  recentDurations: async () => [],
  lineDurations: async () => [],
  lastRunOfLine: async () => undefined,
  lastConclusion: async () => undefined,
  loadMemory: async () => NO_MEMORY,
  openIncidents: async () => [],
};
