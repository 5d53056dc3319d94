/** Conformance of what a track's past runs tell. */
import { describe, expect, test } from "vitest";
import type { RunRecord } from "../../../src/model/run/run-record.ts";
import type { Store } from "../../../src/store/port.ts";
import type { Current } from "../conformance.ts";
import { commitOf, NOON, runOf, trackOf } from "../records.ts";

/** A track with these runs, created one ms after the other. */
async function trackWith(store: Store, runs: readonly Partial<RunRecord>[]) {
  const track = trackOf();
  const records = runs.map((values, at) =>
    runOf(track.id, `run-${at}`, { createdAt: NOON + at, state: "succeeded", ...values }),
  );
  await store.commitDigest(commitOf({ tracks: records.map((run) => ({ track, run })) }));
  return { id: track.id, records };
}

const lasting = (duration: number, values: Partial<RunRecord> = {}): Partial<RunRecord> => ({
  startedAt: NOON,
  endedAt: NOON + duration,
  ...values,
});

export function historyConformance(current: Current): void {
  describe("recent durations", () => {
    test("are those of the newest succeeded runs, newest first", async () => {
      const { store } = current();
      const { id } = await trackWith(store, [lasting(10), lasting(40), lasting(20), lasting(30)]);
      await trackWith(store, [lasting(99)]);
      expect(await store.recentDurations(id, 3)).toEqual([30, 20, 40]);
      expect(await store.recentDurations(id, 9)).toEqual([30, 20, 40, 10]);
      expect(await store.recentDurations("trk_unknown", 9)).toEqual([]);
    });

    test("leave out what failed, is excluded, still runs or has no known start", async () => {
      const { store } = current();
      const { id } = await trackWith(store, [
        lasting(10),
        lasting(20, { state: "failed" }),
        lasting(30, { excluded: true }),
        { state: "running" },
        lasting(40, { startedAt: null }),
      ]);
      expect(await store.recentDurations(id, 1)).toEqual([10]);
    });
  });

  describe("the past of a line", () => {
    interface Told {
      readonly at: number;
      readonly state?: "succeeded" | "failed" | "canceled";
      readonly isDefaultBranch?: boolean;
      readonly environmentKind?: string | null;
      readonly excluded?: boolean;
    }
    /** One track with one run, which took as long as `at`. */
    async function tell(store: Store, id: string, key: string, told: Told): Promise<RunRecord> {
      const { at, state = "succeeded", excluded = false } = told;
      const { isDefaultBranch = false, environmentKind = null } = told;
      const track = trackOf({ id, key, isDefaultBranch, environmentKind });
      const times = { createdAt: NOON + at, startedAt: NOON, endedAt: NOON + at };
      const run = runOf(id, `run-${id}`, { state, excluded, ...times });
      await store.commitDigest(commitOf({ tracks: [{ track, run }] }));
      return run;
    }
    const line = {
      endpointId: trackOf().endpointId,
      keyPrefix: '["p","ci",',
      environmentKind: null,
    };

    test("durations are of its branches, or of its default branch, the newest first", async () => {
      const { store } = current();
      await tell(store, "trk_a", '["p","ci",null,"main"]', { at: 10, isDefaultBranch: true });
      await tell(store, "trk_b", '["p","ci",null,"dev"]', { at: 20 });
      await tell(store, "trk_c", '["p","cd",null,"main"]', { at: 30, isDefaultBranch: true });
      await tell(store, "trk_d", '["p","ci","pr-1"]', { at: 40, environmentKind: "preview" });
      expect(await store.lineDurations(line, 9, "all branches")).toEqual([20, 10]);
      expect(await store.lineDurations(line, 1, "all branches")).toEqual([20]);
      expect(await store.lineDurations(line, 9, "default branch")).toEqual([10]);
      const previews = { ...line, environmentKind: "preview" };
      expect(await store.lineDurations(previews, 9, "all branches")).toEqual([40]);
    });

    test("its last run is of the default branch, then a success, then the newest", async () => {
      const { store } = current();
      const last = () => store.lastRunOfLine(line);
      await tell(store, "trk_x", '["p","cd",null]', { at: 90 });
      await tell(store, "trk_y", '["p","ci",null,"y"]', { at: 91, state: "canceled" });
      await tell(store, "trk_z", '["p","ci",null,"z"]', { at: 92, excluded: true });
      expect(await last()).toBeUndefined();
      const failed = await tell(store, "trk_a", '["p","ci",null,"a"]', { at: 20, state: "failed" });
      expect(await last()).toEqual(failed);
      const older = await tell(store, "trk_b", '["p","ci",null,"b"]', { at: 10 });
      expect(await last()).toEqual(older);
      const newer = await tell(store, "trk_c", '["p","ci",null,"c"]', { at: 30 });
      expect(await last()).toEqual(newer);
      const main = { at: 5, state: "failed", isDefaultBranch: true } as const;
      const ofMain = await tell(store, "trk_d", '["p","ci",null,"main"]', main);
      expect(await last()).toEqual(ofMain);
    });
  });

  describe("the last conclusion", () => {
    test("is the newest run that ended before the given time", async () => {
      const { store } = current();
      const { id, records } = await trackWith(store, [
        lasting(10),
        lasting(40, { state: "failed" }),
        lasting(30),
      ]);
      await trackWith(store, [lasting(1)]);
      const last = async (before: number) => store.lastConclusion(id, NOON + before);
      expect(await last(10)).toBeUndefined();
      expect(await last(11)).toEqual(records[0]);
      expect(await last(31)).toEqual(records[2]);
      expect(await last(41)).toEqual(records[2]);
      expect(await store.lastConclusion("trk_unknown", NOON + 99)).toBeUndefined();
    });

    test("may be a failure, and leaves out what was canceled, is excluded or still runs", async () => {
      const { store } = current();
      const { id, records } = await trackWith(store, [
        lasting(10),
        lasting(10, { state: "failed" }),
        lasting(10, { state: "canceled" }),
        lasting(10, { excluded: true }),
        { state: "running" },
      ]);
      expect(await store.lastConclusion(id, NOON + 99)).toEqual(records[1]);
    });
  });
}
