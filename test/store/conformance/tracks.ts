/** Conformance of listing tracks and runs. */
import { describe, expect, test } from "vitest";
import type { Current } from "../conformance.ts";
import { allRows, commitOf, NOON, runOf, trackOf } from "../records.ts";

const succeeded = (trackId: string, runId: string, at: number, duration: number) =>
  runOf(trackId, runId, {
    state: "succeeded",
    createdAt: NOON + at,
    startedAt: NOON + at,
    endedAt: NOON + at + duration,
  });

export function trackConformance(current: Current): void {
  describe("tracks", () => {
    test("are listed newest first, without gaps or repeats, of one endpoint or all", async () => {
      const { store } = current();
      const made = [1, 3, 2, 2, 2].map((at) =>
        trackOf({ createdAt: NOON + at, endpointId: at === 2 ? "ep_two" : "ep_shop" }),
      );
      for (const track of made) {
        await store.commitDigest(commitOf({ tracks: [{ track, run: runOf(track.id, "r") }] }));
      }
      const all = await allRows((cursor) => store.listTracks({ limit: 2, cursor }));
      expect(all.map((it) => it.createdAt - NOON)).toEqual([3, 2, 2, 2, 1]);
      expect(new Set(all.map((it) => it.id)).size).toBe(5);
      const two = await allRows((cursor) =>
        store.listTracks({ limit: 2, cursor, endpointId: "ep_two" }),
      );
      expect(two).toHaveLength(3);
      expect((await store.listTracks({ limit: 2, cursor: "none" })).rows).toEqual([]);
      const [, , third] = all;
      const one = await store.listTracks({ limit: 2, trackId: third?.id });
      expect(one).toEqual({ rows: [third], next: undefined });
      expect((await store.listTracks({ limit: 2, trackId: "trk_none" })).rows).toEqual([]);
    });

    test("come with the run they show and figures over the runs that are not excluded", async () => {
      const { store } = current();
      const track = trackOf({ shownRunId: "c" });
      const runs = [
        succeeded(track.id, "a", 1, 100),
        succeeded(track.id, "b", 2, 400),
        succeeded(track.id, "c", 3, 300),
        { ...succeeded(track.id, "d", 4, 9_000), excluded: true },
        { ...succeeded(track.id, "e", 5, 0), startedAt: null },
        runOf(track.id, "f", { state: "failed", endedAt: NOON + 9_000 }),
        runOf(track.id, "g"),
      ];
      await store.commitDigest(commitOf({ tracks: runs.map((run) => ({ track, run })) }));
      const other = trackOf({ createdAt: NOON - 1 });
      await store.commitDigest(
        commitOf({ tracks: [{ track: other, run: runOf(other.id, "c", { excluded: true }) }] }),
      );
      expect((await store.listTracks({ limit: 9 })).rows).toEqual([
        {
          ...track,
          shownRun: runs[2],
          runs: 6,
          succeeded: 4,
          failed: 1,
          medianDurationMs: 300,
        },
        {
          ...other,
          shownRun: undefined,
          runs: 0,
          succeeded: 0,
          failed: 0,
          medianDurationMs: null,
        },
      ]);
    });

    test("take the median of the last 50 succeeded runs, between two in the middle", async () => {
      const { store } = current();
      const track = trackOf();
      const runs = Array.from({ length: 60 }, (_, at) =>
        succeeded(track.id, `r${at}`, at, at < 10 ? 1_000_000 : at),
      );
      await store.commitDigest(commitOf({ tracks: runs.map((run) => ({ track, run })) }));
      const { rows } = await store.listTracks({ limit: 1 });
      expect(rows[0]?.medianDurationMs).toBe(34.5);
    });
  });

  test("runs are listed newest first, without gaps or repeats; undefined for an unknown track", async () => {
    const { store } = current();
    const track = trackOf();
    const runs = [2, 1, 2, 3, 2].map((at, place) =>
      runOf(track.id, `run.${place}`, { createdAt: NOON + at, excluded: place === 0 }),
    );
    await store.commitDigest(commitOf({ tracks: runs.map((run) => ({ track, run })) }));
    const listed = await allRows(async (cursor) => {
      const page = await store.listRuns(track.id, { limit: 2, cursor });
      if (!page) throw new Error("The track is gone.");
      return page;
    });
    expect(listed.map((it) => it.run.id)).toEqual(["run.3", "run.4", "run.2", "run.0", "run.1"]);
    expect(listed[0]).toEqual(runs[3]);
    expect(await store.listRuns("trk_unknown", { limit: 2 })).toBeUndefined();
    expect(await store.listRuns(track.id, { limit: 2, cursor: "none" })).toEqual({
      rows: [],
      next: undefined,
    });
  });
}
