/** Tracks and their runs: deploy tracking per project and environment. Reads only. */
import * as z from "zod";
import type { RunRecord } from "../model/run/run-record.ts";
import type { TrackSummary } from "../model/run/track.ts";
import type { AdminDeps } from "./deps.ts";
import {
  endpointQuery,
  idParams,
  listAnswer,
  listOf,
  pageQuery,
  pageQueryOnly,
} from "./routing/models.ts";
import { apiError } from "./routing/api-error.ts";
import { none, route } from "./routing/route.ts";
import { runOf, runView, trackOf, trackView } from "./models/track-models.ts";

const LOOKED_THROUGH = 200;

export const trackOperations = (deps: AdminDeps) => ({
  listTracks: listTracks(deps),
  getTrack: getTrack(deps),
  listRuns: listRuns(deps),
  getRun: getRun(deps),
});

const listTracks = (deps: AdminDeps) =>
  route(
    {
      method: "get",
      path: "/api/v1/tracks",
      operation: "listTracks",
      tag: "Tracks",
      summary: "List tracks with the run each shows, its success rate and median duration",
      params: none,
      query: z.strictObject({ ...pageQuery, ...endpointQuery }),
      body: none,
      success: { status: 200, description: "A page.", schema: listOf(trackView) },
    },
    async ({ query: { endpoint, ...page } }) =>
      listAnswer(await deps.store.listTracks({ ...page, endpointId: endpoint }), trackOf),
  );

const listRuns = (deps: AdminDeps) =>
  route(
    {
      method: "get",
      path: "/api/v1/tracks/{id}/runs",
      operation: "listRuns",
      tag: "Tracks",
      summary: "List the runs of a track, newest first",
      params: idParams,
      query: pageQueryOnly,
      body: none,
      success: { status: 200, description: "A page.", schema: listOf(runView) },
      refusals: [404],
    },
    async ({ params, query }) => {
      const page = await deps.store.listRuns(params.id, query);
      if (page) return listAnswer(page, runOf);
      return trackNotFound();
    },
  );

const getTrack = (deps: AdminDeps) =>
  route(
    {
      method: "get",
      path: "/api/v1/tracks/{id}",
      operation: "getTrack",
      tag: "Tracks",
      summary: "One track",
      params: idParams,
      query: none,
      body: none,
      success: { status: 200, description: "The track.", schema: trackView },
      refusals: [404],
    },
    async ({ params: { id } }) => {
      const track = await findTrack(deps, id);
      return track ? trackOf(track) : trackNotFound();
    },
  );

const getRun = (deps: AdminDeps) =>
  route(
    {
      method: "get",
      path: "/api/v1/tracks/{id}/runs/{run}",
      operation: "getRun",
      tag: "Tracks",
      summary: "One run of a track",
      params: idParams.extend({ run: z.string().min(1).max(500).describe("The provider's id.") }),
      query: none,
      body: none,
      success: { status: 200, description: "The run.", schema: runView },
      refusals: [404],
    },
    async ({ params: { id, run } }) => {
      const track = await findTrack(deps, id);
      const found = track && (await findRun(deps, track, run));
      if (found) return runOf(found);
      return apiError(404, "not_found", "There is no such run; see GET /api/v1/tracks/{id}/runs.");
    },
  );

async function findTrack({ store }: AdminDeps, trackId: string): Promise<TrackSummary | undefined> {
  const { rows } = await store.listTracks({ limit: 1, trackId });
  return rows[0];
}

/** Runs of one id may stand on several tracks: the newest of this one are looked through first. */
async function findRun(
  { store }: AdminDeps,
  track: TrackSummary,
  runId: string,
): Promise<RunRecord | undefined> {
  const page = await store.listRuns(track.id, { limit: LOOKED_THROUGH });
  const recent = page?.rows.find(({ run }) => run.id === runId);
  if (recent) return recent;
  const found = await store.findRun(track.endpointId, runId);
  return found?.track.id === track.id ? found.run : undefined;
}

const trackNotFound = () =>
  apiError(404, "not_found", "There is no track with this id; see GET /api/v1/tracks.");
