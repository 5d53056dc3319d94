/** Conformance of trimming: what is old goes, what is still owed stays however old it is. */
import { describe, expect, test } from "vitest";
import type { NewCommand, Settlement } from "../../../src/model/command.ts";
import type { Store } from "../../../src/store/port.ts";
import type { Current } from "../conformance.ts";
import {
  claimCommands,
  claimDeliveries,
  commandsById,
  commitOf,
  deliveryOf,
  NOON,
  pushOf,
  runOf,
  settlementOf,
  trackOf,
  updateOf,
  writeCommands,
} from "../records.ts";
import type { DeliveryValues } from "../records.ts";

const before = NOON;
const OLD = NOON - 1;
const NOTHING_CONFIRMED = {
  account: "default",
  confirmedHash: null,
  confirmedState: null,
  confirmedAt: null,
} as const;

/** Stores a delivery and digests it into these commands. */
async function digested(
  store: Store,
  values: DeliveryValues = {},
  commands: readonly NewCommand[] = [],
): Promise<string> {
  await store.storeDeliveries([deliveryOf({ receivedAt: OLD, ...values })]);
  const [claimed, ...more] = await claimDeliveries(store);
  if (!claimed || more.length > 0) throw new Error("There is not exactly one to digest.");
  const { id, claim } = claimed;
  const delivery = { id, claim, status: "processed", detail: null, signals: null } as const;
  const attached = commands.map((it) => ({ ...it, deliveryId: id }));
  expect(await store.commitDigest(commitOf({ delivery, commands: attached }))).toBe("committed");
  return id;
}

async function settleAll(store: Store, values: Partial<Settlement> = {}): Promise<void> {
  for (const it of await claimCommands(store)) {
    await store.settleCommand(settlementOf(it, { now: OLD, ...values }));
  }
}

async function deliveryIds(store: Store): Promise<string[]> {
  return (await store.listDeliveries({ limit: 50 })).rows.map((it) => it.id).toSorted();
}

export function trimConformance(current: Current): void {
  describe("trimming", () => {
    test("deletes old deliveries with their settled commands and attempts, and counts the rows", async () => {
      const { store } = current();
      const commands = [pushOf(), pushOf(), updateOf("s")];
      const gone = await digested(store, {}, commands);
      const [dead] = await claimCommands(store, NOON, 1);
      if (!dead) throw new Error("unreachable");
      const result = { status: "dead", reason: "400" } as const;
      await store.settleCommand(settlementOf(dead, { result, attempt: null }));
      await settleAll(store);
      const recent = await digested(store, { receivedAt: NOON }, [pushOf()]);
      await settleAll(store);
      expect(await store.trim({ before, limit: 10 })).toBe(1 + 3 + 2);
      expect(await store.findDelivery(gone)).toBeUndefined();
      expect(await deliveryIds(store)).toEqual([recent]);
      expect((await store.findDelivery(recent))?.commands[0]?.attemptLog).toHaveLength(1);
      expect((await commandsById(store)).size).toBe(1);
      expect(await store.trim({ before, limit: 10 })).toBe(0);
    });

    test("takes the oldest first, up to the limit", async () => {
      const { store } = current();
      const ages = [5, 4, 3, 2, 1];
      const ids: string[] = [];
      for (const age of ages) ids.push(await digested(store, { receivedAt: NOON - age }));
      expect(await store.trim({ before, limit: 2 })).toBe(2);
      expect(await deliveryIds(store)).toEqual([ids[2], ids[3], ids[4]]);
      expect(await store.trim({ before, limit: 2 })).toBe(2);
      expect(await deliveryIds(store)).toEqual([ids[4]]);
      expect(await store.trim({ before, limit: 2 })).toBe(1);
    });

    test("keeps undigested deliveries and takes their neighbours", async () => {
      const { store } = current();
      const replayed = await digested(store, { receivedAt: OLD - 9 });
      await store.replayDelivery(replayed, NOON);
      await claimDeliveries(store);
      await digested(store);
      const waiting = deliveryOf({ receivedAt: OLD - 5 });
      await store.storeDeliveries([waiting]);
      expect(await store.trim({ before, limit: 1 })).toBe(1);
      expect(await store.trim({ before, limit: 1 })).toBe(0);
      expect(await deliveryIds(store)).toEqual([replayed, waiting.id]);
    });

    test("keeps a delivery whose command is pending or sending, with all its commands", async () => {
      const { store } = current();
      const sending = await digested(store, {}, [pushOf(), pushOf()]);
      const [done] = await claimCommands(store, NOON);
      if (!done) throw new Error("unreachable");
      await store.settleCommand(settlementOf(done, { now: OLD }));
      const [first, future] = [pushOf(), pushOf({ notBefore: NOON + 1 })];
      const pending = await digested(store, {}, [first, future]);
      const [sent] = await claimCommands(store, NOON);
      if (!sent) throw new Error("unreachable");
      await store.settleCommand(settlementOf(sent, { now: OLD }));
      expect(await store.trim({ before, limit: 10 })).toBe(0);
      expect((await store.findDelivery(sending))?.commands.map((it) => it.status)).toEqual([
        "done",
        "sending",
      ]);
      const kept = await store.findDelivery(pending);
      expect(kept?.commands.map((it) => it.status)).toEqual(["done", "pending"]);
      expect(kept?.commands[0]?.attemptLog).toHaveLength(1);
    });

    test("deletes commands without a delivery that were settled long ago", async () => {
      const { store } = current();
      const [open, young, old] = [pushOf({ notBefore: NOON + 9 }), pushOf(), pushOf()];
      await writeCommands(store, open, young);
      await settleAll(store, { now: NOON });
      await writeCommands(store, old);
      await settleAll(store);
      expect(await store.trim({ before, limit: 10 })).toBe(2);
      expect(new Set((await commandsById(store)).keys())).toEqual(new Set([open.id, young.id]));
    });

    test("deletes old ended runs that are not shown, and no track", async () => {
      const { store } = current();
      const track = trackOf({ shownRunId: "shown" });
      const ended = { state: "succeeded", endedAt: OLD, updatedAt: OLD };
      const runs = [
        runOf(track.id, "shown", ended),
        runOf(track.id, "old", ended),
        runOf(track.id, "excluded", { ...ended, excluded: true }),
        runOf(track.id, "young", { ...ended, updatedAt: NOON }),
        runOf(track.id, "open", { updatedAt: OLD }),
      ];
      await store.commitDigest(commitOf({ tracks: runs.map((run) => ({ track, run })) }));
      const other = trackOf({ shownRunId: "old" });
      await store.commitDigest(
        commitOf({ tracks: [{ track: other, run: runOf(other.id, "old", ended) }] }),
      );
      expect(await store.trim({ before, limit: 1 })).toBe(1);
      expect(await store.trim({ before, limit: 9 })).toBe(1);
      const left = async (id: string) =>
        (await store.listRuns(id, { limit: 9 }))?.rows.map((it) => it.run.id).toSorted();
      expect(await left(track.id)).toEqual(["open", "shown", "young"]);
      expect(await left(other.id)).toEqual(["old"]);
    });

    test("deletes tracks of branches and previews that nobody comes back to, and none that lasts", async () => {
      const { store } = current();
      const over = { state: "succeeded", endedAt: OLD, updatedAt: OLD };
      const shown = { shownRunId: "r", createdAt: OLD, updatedAt: OLD } as const;
      const branch = { ...shown, environment: null, environmentKind: null } as const;
      const preview = { ...shown, environment: "Preview", environmentKind: "preview" } as const;
      const of = {
        branch: trackOf(branch),
        preview: trackOf(preview),
        production: trackOf(shown),
        staging: trackOf({ ...shown, environment: "staging", environmentKind: "other" }),
        defaultBranch: trackOf({ ...branch, isDefaultBranch: true }),
        young: trackOf({ ...branch, updatedAt: NOON }),
        running: trackOf(branch),
        shown: trackOf(preview),
        pending: trackOf(preview),
        again: trackOf(branch),
      };
      const tracks = Object.values(of).map((track) => ({
        track,
        run: runOf(track.id, "r", track === of.running ? { updatedAt: OLD } : over),
      }));
      await store.commitDigest(commitOf({ tracks }));
      const younger = { ...over, updatedAt: NOON };
      await store.commitDigest(
        commitOf({
          tracks: [
            { track: { ...of.again, version: 2 }, run: runOf(of.again.id, "younger", younger) },
          ],
        }),
      );
      await writeCommands(store, updateOf(of.shown.streamKey), updateOf(of.branch.streamKey));
      for (const it of await claimCommands(store)) {
        const streamKey = it.streamKey ?? "";
        const alive = streamKey === of.shown.streamKey;
        const stream = { ...NOTHING_CONFIRMED, streamKey, alive };
        await store.settleCommand(settlementOf(it, { now: OLD, stream }));
      }
      await writeCommands(store, updateOf(of.pending.streamKey));

      expect(await store.trim({ before, limit: 1 })).toBeGreaterThan(0);
      while ((await store.trim({ before, limit: 1 })) > 0);
      const left = (await store.listTracks({ limit: 50 })).rows.map(({ id }) => id);
      const { branch: _merged, preview: _gone, ...kept } = of;
      expect(left.toSorted()).toEqual(
        Object.values(kept)
          .map(({ id }) => id)
          .toSorted(),
      );
      expect(await store.findStream(of.branch.streamKey)).toBeUndefined();
      expect(await store.findStream(of.shown.streamKey)).toMatchObject({ alive: true });
    });

    test("leaves no command of a trimmed delivery open, whoever retries, replays or resumes it meanwhile", async () => {
      const { store, another } = current();
      const second = await another();
      const commands = Array.from({ length: 12 }, (_, at) => updateOf(`s${at}`));
      for (const it of commands) await digested(store, {}, [it]);
      const claimed = await claimCommands(store);
      for (const [at, it] of claimed.entries()) {
        const dead = { status: "dead", reason: "400" } as const;
        const result = at % 2 === 0 ? dead : ({ status: "done" } as const);
        await store.settleCommand(settlementOf(it, { now: OLD, result }));
      }
      const resume = (at: number) => {
        const id = `cmd_resume_${at}`;
        return { id, reason: "no slot", notBefore: NOON, createdAt: NOON + at };
      };
      const stream = { account: "default", alive: false, confirmedHash: null, confirmedAt: null };
      await Promise.all([
        ...claimed.map((it) => second.retryCommand(it.id, NOON)),
        ...commands.map((_, at) =>
          second.displaceStream(
            { ...stream, streamKey: `s${at}`, confirmedState: null },
            resume(at),
          ),
        ),
        ...claimed.slice(0, 4).map((it) => second.replayDelivery(it.deliveryId ?? "", NOON)),
        ...Array.from({ length: 6 }, () => store.trim({ before, limit: 3 })),
      ]);
      const ids = new Set(await deliveryIds(store));
      const left = [...(await commandsById(store)).values()];
      expect(left.filter((it) => !ids.has(it.deliveryId ?? ""))).toEqual([]);
    });
  });
}
