/** Which track a signal belongs to, and which of its runs the track shows. Pure. */
import type { RunRecord } from "../model/run/run-record.ts";
import type { Track } from "../model/run/track.ts";
import type { Run } from "../model/run/run.ts";
import type { ProgressSignal, StepState } from "../model/signal.ts";
import { runOf } from "./merge.ts";
import { askedSteps, isHearsay } from "./segments.ts";

const MAX_KEY_PART = 60;

/** What tells one track of an endpoint from another. */
export interface TrackIdentity {
  readonly projectId: string;
  readonly lineId: string | null;
  readonly environment: string | null;
  /**
   * Runs of other branches are on other tracks where they do not replace one another: previews and
   * CI.
   */
  readonly branch: string | null;
}

/**
 * @param stored the track that the run is on: a record of before ids were kept in runs has its
 * identity from there
 */
export function identityOf(run: Run, stored?: Track): TrackIdentity {
  const { project, line, environment } = run;
  const fromKey = stored ? storedIdentity(stored.key) : undefined;
  const isPerBranch = !environment || environment.kind === "preview";
  return {
    projectId: project.id ?? stored?.projectId ?? project.value,
    lineId: line ? (line.id ?? fromKey?.lineId ?? line.value) : null,
    environment: environment ? (environment.id ?? environment.name) : null,
    branch: (isPerBranch && run.facts["branch"]?.value) || null,
  };
}

function storedIdentity(key: string): Pick<TrackIdentity, "lineId"> {
  const parts: unknown = JSON.parse(key);
  const lineId: unknown = Array.isArray(parts) ? parts[1] : null;
  return { lineId: typeof lineId === "string" ? lineId : null };
}

/** The identity as one text. */
export function keyOf({ projectId, lineId, environment, branch }: TrackIdentity): string {
  const parts = [projectId, lineId, environment];
  return JSON.stringify(branch === null ? parts : [...parts, branch]);
}

/** How the keys of all tracks of its line begin, whatever their environment and branch. */
export const linePrefixOf = ({ projectId, lineId }: TrackIdentity): string =>
  `${JSON.stringify([projectId, lineId]).slice(0, -1)},`;

/** The line of a project, whatever the environment and branch. */
export const lineKeyOf = (projectId: string, lineId: string | null | undefined): string =>
  JSON.stringify([projectId, lineId ?? null]);

/** Of a line: where its failures and recoveries belong together. */
export const scopeOf = ({ environment, branch }: TrackIdentity): string =>
  JSON.stringify([environment, branch]);

/** The track that a signal alone would be on. */
export const trackKey = (signal: ProgressSignal): string => keyOf(identityOf(runOf(signal)));

/** A track as its first run opens it; `version` 0: not stored yet. */
export function openTrack(id: string, endpointId: string, run: Run, now: number): Track {
  const identity = identityOf(run);
  const { project, line, environment } = run;
  const names = [project.value, line?.value, environment?.name, identity.branch ?? undefined];
  return {
    id,
    endpointId,
    key: keyOf(identity),
    streamKey: streamKeyOf(id, names),
    projectId: identity.projectId,
    projectName: project.value,
    lineName: line?.value ?? null,
    environment: environment?.name ?? null,
    environmentKind: environment?.kind ?? null,
    isDefaultBranch: false,
    version: 0,
    shownRunId: null,
    createdAt: now,
    updatedAt: now,
  };
}

/**
 * A person can read it in the core API's history; the end of the track's id makes it unique.
 * `^[A-Za-z0-9_-]+$`, at most 255.
 */
function streamKeyOf(trackId: string, names: readonly (string | undefined)[]): string {
  const readable = names.flatMap((name) => (name ? slug(name) : [])).filter((part) => part !== "");
  return [...readable, trackId.slice(-10).toLowerCase()].join("-");
}

const slug = (name: string): string =>
  name
    .normalize("NFKD")
    .replace(/\p{Mark}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_KEY_PART)
    .replace(/^-+|-+$/g, "");

/**
 * The run that the track shows: the newest that is not excluded, by the provider's creation time,
 * then by id. One that waits for a person is not covered by a newer one that is only under way, and
 * the end of one that was run again, or served again, not one that came after it.
 */
export function newestOf(runs: readonly RunRecord[]): RunRecord | undefined {
  const [newest, ...older] = runs
    .filter((record) => !record.excluded)
    .toSorted((a, b) => b.createdAt - a.createdAt || (a.run.id < b.run.id ? 1 : -1));
  if (!newest || asksSomebody(newest)) return newest;
  if (newest.run.outcome)
    return older.find((it) => isYounger(it, newest) || tookOver(it, newest)) ?? newest;
  return older.find(asksSomebody) ?? newest;
}

/** Whether it serves in the other's place: what was rolled back to is at the front until then. */
const tookOver = (it: RunRecord, other: RunRecord): boolean =>
  it.run.serves !== undefined && other.run.serves !== undefined
    ? it.run.serves.at > other.run.serves.at
    : false;

/** Whether it was made after the other, however often either was run again. */
export const isYounger = (it: RunRecord, other: RunRecord): boolean => madeAt(it) > madeAt(other);

const madeAt = ({ run, createdAt }: RunRecord): number => run.firstCreatedAt ?? createdAt;

const asksSomebody = ({ run }: RunRecord): boolean => askedSteps(run).length > 0;

/**
 * Whether a run has nothing to show: it was skipped, or canceled before it did anything, or nothing
 * but a provisional end is known of it.
 */
export function saysNothing(run: Run): boolean {
  if (isHearsay(run) || run.outcome?.state === "skipped") return true;
  if (run.outcome?.state !== "canceled" || run.outcome.canceledBy === "time_limit") return false;
  return Object.values(run.steps).every(({ state, startedAt }) =>
    state === "canceled" ? startedAt === undefined : IDLE.includes(state),
  );
}

const IDLE: readonly StepState[] = ["planned", "queued", "skipped"];

const BRINGS_BACK: readonly string[] = ["rolled_back", "restored"];

/** By which time the newest run is found: a rollback brings an old run to the front. */
export const frontAt = (run: Run, createdAt: number): number =>
  run.serves && BRINGS_BACK.includes(run.serves.how)
    ? Math.max(createdAt, run.serves.at)
    : createdAt;
