/** Which track a signal belongs to, and which of its runs the track shows. Pure. */
import type { RunRecord } from "../model/run-record.ts";
import type { Track } from "../model/track.ts";
import type { ProgressSignal } from "../model/signal.ts";

const MAX_KEY_PART = 60;

/** Project, line and environment as one text: the identity of a track within its endpoint. */
export function trackKey({ project, line, environment }: ProgressSignal): string {
  return JSON.stringify([project.id, line?.id ?? null, environment?.name ?? null]);
}

/** A track as its first signal opens it; `version` 0: not stored yet. */
export function openTrack(
  id: string,
  endpointId: string,
  signal: ProgressSignal,
  now: number,
): Track {
  const { project, line, environment } = signal;
  return {
    id,
    endpointId,
    key: trackKey(signal),
    streamKey: streamKeyOf(id, [project.name, line?.name, environment?.name]),
    projectId: project.id,
    projectName: project.name,
    lineName: line?.name ?? null,
    environment: environment?.name ?? null,
    environmentKind: environment?.kind ?? null,
    version: 0,
    shownRunId: null,
    createdAt: now,
    updatedAt: now,
  };
}

/** A person can read it in the core API's history; the end of the track's id makes it unique. `^[A-Za-z0-9_-]+$`, at most 255. */
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

/** The run that the track shows: the newest that is not excluded, by the provider's creation time, then by id. */
export function newestOf(runs: readonly RunRecord[]): RunRecord | undefined {
  return runs
    .filter((record) => !record.excluded)
    .toSorted((a, b) => b.createdAt - a.createdAt || (a.run.id < b.run.id ? 1 : -1))[0];
}
