/** Conformance of loading a track, committing a digest and finding runs that time settles. */
import { describe, expect, test } from "vitest";
import type { Track } from "../../../src/model/run/track.ts";
import type { Store } from "../../../src/store/port.ts";
import type { Current } from "../conformance.ts";
import {
  claimDeliveries,
  commandsById,
  commitOf,
  deliveryOf,
  NOON,
  pushOf,
  runOf,
  trackOf,
  updateOf,
} from "../records.ts";

const SIGNAL = {
  kind: "notice",
  title: "Certificate renewed",
  message: "by Ada Example",
  at: NOON,
} as const;

async function claimOne(store: Store) {
  await store.storeDeliveries([deliveryOf()]);
  const [claimed] = await claimDeliveries(store, NOON, 1);
  if (!claimed) throw new Error("There is nothing to claim.");
  return claimed;
}

/** One digest as the pipeline does it: load, count up in `pushed`, commit, again on conflict. */
async function countUp(store: Store, base: Track, mark: string): Promise<number> {
  for (let tries = 1; ; tries++) {
    const view = await store.loadTrack(base.endpointId, base.key, "run-1");
    const track = { ...base, ...view.track, version: (view.track?.version ?? 0) + 1 };
    const pushed = [...(view.run?.pushed ?? []), mark];
    const run = runOf(track.id, "run-1", { pushed });
    const outcome = await store.commitDigest(commitOf({ tracks: [{ track, run }] }));
    if (outcome === "committed") return tries;
  }
}

export function digestConformance(current: Current): void {
  describe("a run by the provider's id", () => {
    test("is found on whichever track of its endpoint it is, and after it moved", async () => {
      const { store } = current();
      const [from, to] = [trackOf(), trackOf({ id: "trk_other", key: "other" })];
      const run = runOf(from.id, "run-1");
      await store.commitDigest(commitOf({ tracks: [{ track: from, run }] }));
      expect((await store.findRun(from.endpointId, "run-1"))?.run).toEqual(run);
      expect(await store.findRun("ep_another", "run-1")).toBeUndefined();

      const moved = runOf(to.id, "run-1");
      const left = { ...from, version: from.version + 1 };
      const committed = await store.commitDigest(
        commitOf({
          tracks: [{ track: to, run: moved }, { track: left }],
          moved: [{ trackId: from.id, runId: "run-1" }],
        }),
      );
      expect(committed).toBe("committed");
      expect(await store.findRun(from.endpointId, "run-1")).toEqual({ track: to, run: moved });
      expect((await store.loadTrack(from.endpointId, from.key, "run-1")).track).toBeUndefined();
      const { newest } = await store.loadTrack(from.endpointId, from.key, "run-1");
      expect(newest).toEqual([]);
    });

    test("several are found at once, each at its own endpoint only", async () => {
      const { store } = current();
      const [one, other] = [trackOf(), trackOf({ id: "trk_other", key: "other" })];
      const runs = [runOf(one.id, "run-1"), runOf(other.id, "run-2")];
      const tracks = runs.map((run, at) => ({ track: at === 0 ? one : other, run }));
      await store.commitDigest(commitOf({ tracks }));
      const { endpointId } = one;
      const found = await store.findRuns([
        { endpointId, runId: "run-2" },
        { endpointId: "ep_another", runId: "run-1" },
        { endpointId, runId: "run-1" },
        { endpointId, runId: "run-3" },
      ]);
      expect(found.toSorted((a, b) => (a.run.run.id < b.run.run.id ? -1 : 1))).toEqual(tracks);
      expect(await store.findRuns([])).toEqual([]);
    });
  });

  describe("loading a track", () => {
    test("finds nothing where there is nothing", async () => {
      const view = await current().store.loadTrack("ep_shop", "key", "run-1");
      expect(view).toEqual({ track: undefined, run: undefined, newest: [] });
    });

    test("finds the run asked for and the newest two that are not excluded", async () => {
      const { store } = current();
      const track = trackOf();
      const runs = [
        runOf(track.id, "a", { createdAt: NOON + 1, endedAt: NOON + 2, pushed: ["1:failed"] }),
        runOf(track.id, "b", { createdAt: NOON + 3 }),
        runOf(track.id, "c", { createdAt: NOON + 3, checkAt: NOON + 9, startedAt: null }, 2),
        runOf(track.id, "d", { createdAt: NOON + 4, excluded: true }),
      ];
      const [a, b, c, d] = runs;
      await store.commitDigest(commitOf({ tracks: runs.map((run) => ({ track, run })) }));
      const other = trackOf({ endpointId: "ep_other", key: track.key });
      await store.commitDigest(
        commitOf({
          tracks: [{ track: other, run: runOf(other.id, "a", { createdAt: NOON + 5 }) }],
        }),
      );
      const load = (runId: string) => store.loadTrack("ep_shop", track.key, runId);
      expect(await load("a")).toEqual({ track, run: a, newest: [c, b] });
      expect(await load("c")).toEqual({ track, run: c, newest: [c, b] });
      expect(await load("d")).toEqual({ track, run: d, newest: [c, b] });
      expect(await load("none")).toEqual({ track, run: undefined, newest: [c, b] });
    });
  });

  describe("committing a digest", () => {
    test("writes the delivery's outcome, tracks, runs and commands", async () => {
      const { store } = current();
      const { id, claim } = await claimOne(store);
      const track = trackOf();
      const run = runOf(track.id, "run-1");
      const command = updateOf(track.streamKey, {
        deliveryId: id,
        trackId: track.id,
        dedupeKey: "d",
      });
      const delivery = {
        id,
        claim,
        status: "processed",
        detail: "1 signal",
        signals: [SIGNAL],
      } as const;
      const commit = commitOf({
        delivery,
        tracks: [{ track, run }],
        commands: [command],
        now: NOON + 3,
      });
      expect(await store.commitDigest(commit)).toBe("committed");
      const found = await store.findDelivery(id);
      expect(found?.delivery).toMatchObject({
        status: "processed",
        detail: "1 signal",
        signals: [SIGNAL],
        digestedAt: NOON + 3,
      });
      expect(found?.commands).toEqual([
        {
          ...command,
          status: "pending",
          attempts: 0,
          reason: null,
          possibleRepeat: false,
          settledAt: null,
          attemptLog: [],
        },
      ]);
      expect(await store.loadTrack(track.endpointId, track.key, "run-1")).toEqual({
        track,
        run,
        newest: [run],
      });
    });

    test("writes nothing where the track's version moved", async () => {
      const { store } = current();
      const track = trackOf();
      const run = runOf(track.id, "run-1");
      const writes = (version: number) => [{ track: { ...track, version }, run }];
      expect(await store.commitDigest(commitOf({ tracks: writes(1) }))).toBe("committed");
      expect(await store.commitDigest(commitOf({ tracks: writes(2) }))).toBe("committed");
      const { id, claim } = await claimOne(store);
      const delivery = {
        id,
        claim,
        status: "processed",
        detail: null,
        signals: [],
      } as const;
      for (const version of [1, 2, 4]) {
        const stale = commitOf({ delivery, tracks: writes(version), commands: [pushOf()] });
        expect(await store.commitDigest(stale)).toBe("conflict");
      }
      expect((await store.findDelivery(id))?.delivery.status).toBe("received");
      expect((await commandsById(store)).size).toBe(0);
      const fresh = commitOf({ delivery, tracks: writes(3) });
      expect(await store.commitDigest(fresh)).toBe("committed");
    });

    test("writes nothing where a new track's key is taken by another id", async () => {
      const { store } = current();
      const first = trackOf();
      const second = trackOf({ key: first.key });
      const commit = (track: Track) =>
        store.commitDigest(commitOf({ tracks: [{ track, run: runOf(track.id, "r") }] }));
      expect(await commit(first)).toBe("committed");
      expect(await commit(second)).toBe("conflict");
      expect((await store.listTracks({ limit: 9 })).rows).toHaveLength(1);
    });

    test("writes nothing where the claim is lost", async () => {
      const { store } = current();
      const { id } = await claimOne(store);
      const track = trackOf();
      const delivery = {
        id,
        claim: "another",
        status: "processed",
        detail: null,
        signals: [],
      } as const;
      const commit = commitOf({
        delivery,
        tracks: [{ track, run: runOf(track.id, "r") }],
        commands: [pushOf()],
      });
      expect(await store.commitDigest(commit)).toBe("claim_lost");
      expect((await store.listTracks({ limit: 9 })).rows).toEqual([]);
      expect((await commandsById(store)).size).toBe(0);
    });

    test("loses none of many that count up one run at the same moment", async () => {
      const { store, another } = current();
      const second = await another();
      const track = trackOf();
      const marks = Array.from({ length: 16 }, (_, at) => `${at}:failed`);
      const tries = await Promise.all(
        marks.map((mark, at) => countUp(at % 2 === 0 ? store : second, track, mark)),
      );
      const view = await store.loadTrack(track.endpointId, track.key, "run-1");
      expect(view.track?.version).toBe(16);
      expect(view.run?.pushed.toSorted()).toEqual(marks.toSorted());
      expect(Math.max(...tries)).toBeGreaterThan(1);
    });

    test("drops a second command with the same dedupe key, now and later", async () => {
      const { store } = current();
      const [first, second, third] = [1, 2, 3].map(() => pushOf({ dedupeKey: "run-1:1:failed" }));
      if (!first || !second || !third) throw new Error("unreachable");
      expect(await store.commitDigest(commitOf({ commands: [first, second] }))).toBe("committed");
      const other = pushOf();
      expect(await store.commitDigest(commitOf({ commands: [third, other] }))).toBe("committed");
      expect([...(await commandsById(store)).keys()].toSorted()).toEqual([first.id, other.id]);
    });

    test("a dropped command supersedes nothing", async () => {
      const { store } = current();
      const [old, wanted] = [updateOf("s", { dedupeKey: "old" }), updateOf("s")];
      await store.commitDigest(commitOf({ commands: [old] }));
      await store.commitDigest(commitOf({ commands: [wanted] }));
      await store.commitDigest(commitOf({ commands: [updateOf("s", { dedupeKey: "old" })] }));
      const commands = await commandsById(store);
      expect(commands.get(old.id)?.status).toBe("superseded");
      expect(commands.get(wanted.id)?.status).toBe("pending");
    });

    test("supersedes the pending command of the same stream and no other", async () => {
      const { store } = current();
      const [old, other, push] = [updateOf("s"), updateOf("t"), pushOf()];
      await store.commitDigest(commitOf({ commands: [old, other, push] }));
      const [newer, newest] = [updateOf("s"), updateOf("s")];
      await store.commitDigest(commitOf({ commands: [newer, newest], now: NOON + 4 }));
      const commands = await commandsById(store);
      const replaced = { status: "superseded", settledAt: NOON + 4 };
      expect(commands.get(old.id)).toMatchObject(replaced);
      expect(commands.get(newer.id)).toMatchObject(replaced);
      for (const { id } of [newest, other, push]) {
        expect(commands.get(id)?.status).toBe("pending");
      }
    });

    test("leaves one pending command of a stream where many commit at the same moment", async () => {
      const { store, another } = current();
      const second = await another();
      await Promise.all(
        Array.from({ length: 16 }, (_, at) =>
          (at % 2 === 0 ? store : second).commitDigest(commitOf({ commands: [updateOf("s")] })),
        ),
      );
      const states = [...(await commandsById(store)).values()].map((it) => it.status);
      expect(states).toHaveLength(16);
      expect(states.filter((it) => it === "pending")).toHaveLength(1);
    });
  });

  test("due settlements are the runs whose time has come, oldest first", async () => {
    const { store } = current();
    const [a, b] = [trackOf(), trackOf()];
    const late = runOf(a.id, "late", { checkAt: NOON + 2 });
    const early = runOf(b.id, "early", { checkAt: NOON + 1 });
    const writes = [
      { track: a, run: late },
      { track: b, run: early },
      { track: a, run: runOf(a.id, "later", { checkAt: NOON + 3 }) },
      { track: a, run: runOf(a.id, "never") },
    ];
    await store.commitDigest(commitOf({ tracks: writes }));
    expect(await store.dueChecks({ now: NOON, limit: 9 })).toEqual([]);
    const due = await store.dueChecks({ now: NOON + 2, limit: 9 });
    expect(due).toEqual([
      { track: b, run: early },
      { track: a, run: late },
    ]);
    expect(await store.dueChecks({ now: NOON + 2, limit: 1 })).toHaveLength(1);
    const settled = { track: { ...b, version: 2 }, run: { ...early, checkAt: null } };
    await store.commitDigest(commitOf({ tracks: [settled] }));
    expect(await store.dueChecks({ now: NOON + 2, limit: 9 })).toHaveLength(1);
  });
}
