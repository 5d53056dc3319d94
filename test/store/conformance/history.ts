/** Conformance of what a track's past runs tell. */
import { describe, expect, test } from "vitest";
import type { RunRecord } from "../../../src/model/run-record.ts";
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

  describe("durations of several tracks", () => {
    test("are of those whose key begins so, the newest run first", async () => {
      const { store } = current();
      const of = (id: string, key: string, took: number, at: number) => {
        const track = trackOf({ id, key });
        const times = { createdAt: NOON + at, startedAt: NOON, endedAt: NOON + took };
        const run = runOf(id, `run-${id}`, { state: "succeeded", ...times });
        return store.commitDigest(commitOf({ tracks: [{ track, run }] }));
      };
      await of("trk_a", '["p","ci",null,"main"]', 10, 0);
      await of("trk_b", '["p","ci",null,"dev"]', 20, 1);
      await of("trk_c", '["p","cd",null,"main"]', 30, 2);
      const { endpointId } = trackOf();
      expect(await store.durationsUnder(endpointId, '["p","ci",null', 9)).toEqual([20, 10]);
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
