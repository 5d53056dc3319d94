/**
 * Conformance of endpoints that leave their account: deleted, or with another API key. What may be
 * on the screen is to end.
 */
import { pictureOf } from "../../support/wire.ts";
import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS, newAccount } from "../../../src/pacing/account.ts";
import { requestSlot } from "../../../src/pacing/slots.ts";
import { PRIORITY } from "../../../src/model/command.ts";
import type { EndpointRecord } from "../../../src/model/endpoint.ts";
import type { Track } from "../../../src/model/run/track.ts";
import type { Store } from "../../../src/store/port.ts";
import type { Current } from "../conformance.ts";
import {
  allRows,
  claimCommands,
  commandsById,
  commitOf,
  endpointOf,
  LEASE_MS,
  NOON,
  pushOf,
  runOf,
  settlementOf,
  trackOf,
  updateOf,
  writeCommands,
} from "../records.ts";

const LATER = NOON + 7;

/** An endpoint with a track; `streamKey` is the track's. */
async function tracked(store: Store, values: Partial<EndpointRecord> = {}) {
  const endpoint = endpointOf(values);
  await store.insertEndpoint(endpoint, undefined);
  const track = trackOf({ endpointId: endpoint.id });
  await writeTrack(store, track);
  return { endpoint, track, streamKey: track.streamKey };
}

async function writeTrack(store: Store, track: Track) {
  const run = runOf(track.id, "run-1");
  return store.commitDigest(commitOf({ tracks: [{ track, run }] }));
}

type Tracked = Awaited<ReturnType<typeof tracked>>;

const of = ({ endpoint: { id, account } }: Tracked) => ({ endpointId: id, account });
const updateOn = (it: Tracked) => updateOf(it.streamKey, of(it));

const endOn = (it: Tracked) =>
  updateOf(it.streamKey, {
    ...of(it),
    priority: PRIORITY.streamEnd,
    intent: { kind: "end", streamKey: it.streamKey, picture: pictureOf("web-shop") },
  });

/** The stream is on the screen. */
async function show(store: Store, it: Tracked): Promise<void> {
  await writeCommands(store, updateOn(it));
  const { account } = it.endpoint;
  const [claimed] = await store.claimCommands({ now: NOON, limit: 1, leaseMs: LEASE_MS, account });
  if (!claimed) throw new Error("There is nothing to claim.");
  const stream = {
    streamKey: it.streamKey,
    account,
    alive: true,
    confirmedHash: "h1",
    confirmedState: pictureOf("web-shop"),
    confirmedAt: NOON,
  };
  await store.settleCommand(settlementOf(claimed, { stream }));
}

async function pendingOf(store: Store, { endpoint }: Tracked) {
  const commands = [...(await commandsById(store)).values()];
  return commands.filter((it) => it.endpointId === endpoint.id && it.status === "pending");
}

/** The end that an endpoint's leaving asks for. */
const leavingEndOf = ({ endpoint, track, streamKey }: Tracked) => ({
  id: expect.stringMatching(/^cmd_[0-9A-HJKMNP-TV-Z]{26}$/),
  endpointId: endpoint.id,
  account: endpoint.account,
  deliveryId: null,
  trackId: track.id,
  streamKey,
  priority: PRIORITY.streamEnd,
  notBefore: LATER,
  createdAt: LATER,
  intent: { kind: "end", streamKey },
});

const LEAVINGS: readonly (readonly [
  string,
  (store: Store, endpoint: EndpointRecord) => Promise<boolean>,
])[] = [
  ["deleted", (store, { id }) => store.deleteEndpoint(id, LATER)],
  [
    "given another account",
    (store, { id }) =>
      store.updateEndpoint(id, { account: "key_new", sealedApiKey: "sealed-new" }, LATER),
  ],
];

export function leaveAccountConformance(current: Current): void {
  describe.each(LEAVINGS)("an endpoint that is %s", (how, leave) => {
    const isDeleted = how === "deleted";

    test("leaves one pending end for a stream that is on the screen", async () => {
      const { store } = current();
      const it = await tracked(store);
      const other = await tracked(store);
      await show(store, it);
      await show(store, other);
      expect(await leave(store, it.endpoint)).toBe(true);
      expect(await pendingOf(store, it)).toMatchObject([leavingEndOf(it)]);
      expect(await pendingOf(store, other)).toEqual([]);
      const [claimed, ...more] = await claimCommands(store, LATER);
      expect(more).toEqual([]);
      expect(claimed).toMatchObject({
        stream: { alive: true, confirmedState: pictureOf("web-shop") },
        left: { isDeleted, sealedApiKey: "sealed-key" },
      });
    });

    test("does not let a result linger whose end was due later", async () => {
      const { store } = current();
      const it = await tracked(store);
      await show(store, it);
      await writeCommands(store, { ...endOn(it), notBefore: LATER + 3_600_000 });
      await leave(store, it.endpoint);
      expect(await claimCommands(store, LATER)).toMatchObject([
        { intent: { kind: "end", streamKey: it.streamKey } },
      ]);
    });

    test("leaves one for a stream that is being sent to: behind the start, which does not come back", async () => {
      const { store } = current();
      const it = await tracked(store);
      const start = updateOn(it);
      await writeCommands(store, start);
      const [sending] = await claimCommands(store);
      if (!sending) throw new Error("unreachable");
      await leave(store, it.endpoint);
      expect(await claimCommands(store, LATER)).toEqual([]);
      const again = { status: "pending", notBefore: LATER, reason: "timeout" } as const;
      const result = { ...again, possibleRepeat: false };
      await store.settleCommand(settlementOf(sending, { result }));
      expect((await commandsById(store)).get(start.id)?.status).toBe("superseded");
      expect(await claimCommands(store, LATER)).toMatchObject([leavingEndOf(it)]);
    });

    test("leaves one for a stream that holds a slot, though no start was confirmed", async () => {
      const { store } = current();
      const it = await tracked(store);
      const request = { streamKey: it.streamKey, importance: 1 };
      const slot = requestSlot(newAccount(DEFAULT_LIMITS, NOON), request, NOON);
      if (slot.kind !== "granted") throw new Error("unreachable");
      await store.saveAccount(it.endpoint.account, slot.state, 0);
      const retried = updateOn(it);
      await writeCommands(store, retried);
      await leave(store, it.endpoint);
      expect((await commandsById(store)).get(retried.id)?.status).toBe("skipped");
      expect(await pendingOf(store, it)).toMatchObject([leavingEndOf(it)]);
    });

    test("leaves none for streams that are not on the screen, and sends the ends that are pending", async () => {
      const { store } = current();
      const waiting = await tracked(store);
      await writeCommands(store, updateOn(waiting));
      await leave(store, waiting.endpoint);
      expect(await pendingOf(store, waiting)).toEqual([]);
      const ending = await tracked(store);
      await show(store, ending);
      const end = endOn(ending);
      await writeCommands(store, end);
      await leave(store, ending.endpoint);
      expect(await pendingOf(store, ending)).toMatchObject([{ id: end.id, intent: end.intent }]);
    });

    test("gives its tracks new stream keys: a digest that has not heard replaces no end", async () => {
      const { store, another } = current();
      const second = await another();
      const it = await tracked(store);
      await show(store, it);
      const loaded = await second.loadTrack(it.endpoint.id, it.track.key, "run-1");
      if (!loaded.track) throw new Error("unreachable");
      await leave(store, it.endpoint);
      const late = { ...loaded.track, version: loaded.track.version + 1 };
      expect(await writeTrack(second, late)).toBe("conflict");
      const again = (await second.loadTrack(it.endpoint.id, it.track.key, "run-1")).track;
      expect(again?.streamKey).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(again?.streamKey).not.toBe(it.streamKey);
    });

    test("marks what is committed for its old account afterwards", async () => {
      const { store } = current();
      const it = await tracked(store);
      await leave(store, it.endpoint);
      const late = updateOf("stream-late", of(it));
      await writeCommands(store, late);
      expect(await claimCommands(store, LATER)).toMatchObject([
        { id: late.id, left: { isDeleted, sealedApiKey: "sealed-key" } },
      ]);
    });

    test("keeps its API key until nothing is owed there", async () => {
      const { store } = current();
      const it = await tracked(store);
      await show(store, it);
      await leave(store, it.endpoint);
      const trim = () => store.trim({ before: NOON - 1, limit: 9 });
      expect(await trim()).toBe(0);
      const [end] = await claimCommands(store, LATER);
      if (!end) throw new Error("unreachable");
      expect(await trim()).toBe(0);
      await store.settleCommand(settlementOf(end));
      expect(await trim()).toBe(1);
      expect(await trim()).toBe(0);
      await writeCommands(store, updateOf("stream-late", of(it)));
      expect(await claimCommands(store, LATER)).toMatchObject([{ left: { sealedApiKey: null } }]);
    });

    test("keeps its API key while a roll-up is to be ended with it", async () => {
      const { store } = current();
      const { endpoint } = await tracked(store);
      await leave(store, endpoint);
      const fresh = newAccount(DEFAULT_LIMITS, NOON);
      const rollUp = {
        streamKey: "roll-up",
        endpointId: endpoint.id,
        wanted: "end",
        wantedAt: NOON,
      };
      await store.saveAccount(endpoint.account, { ...fresh, rollUp }, 0);
      const trim = () => store.trim({ before: NOON - 1, limit: 9 });
      expect(await trim()).toBe(0);
      await store.saveAccount(endpoint.account, fresh, 1);
      expect(await trim()).toBe(1);
    });

    test("leaves no start without an end, however digest, claim and leaving meet", async () => {
      const { store, another } = current();
      const second = await another();
      const endless: string[] = [];
      for (let round = 0; round < 12; round++) {
        const it = await tracked(store);
        const digestAndClaim = async () => {
          await writeCommands(second, updateOn(it));
          return claimCommands(second);
        };
        const [claimed] = await Promise.all([digestAndClaim(), leave(store, it.endpoint)]);
        const start = claimed.find(({ streamKey }) => streamKey === it.streamKey);
        const ends = (await pendingOf(store, it)).filter(({ intent }) => intent.kind === "end");
        if (start && !start.left && ends.length !== 1) endless.push(start.id);
      }
      expect(endless).toEqual([]);
    });
  });

  test("a claimed command of an endpoint that stays is not marked", async () => {
    const { store } = current();
    const it = await tracked(store);
    await writeCommands(store, updateOn(it));
    await store.updateEndpoint(it.endpoint.id, { account: it.endpoint.account }, LATER);
    await store.updateEndpoint(it.endpoint.id, { name: "shop", enabled: false }, LATER);
    const [claimed] = await claimCommands(store);
    expect(claimed).toMatchObject({ streamKey: it.streamKey });
    expect(claimed?.left).toBeUndefined();
    const rows = await allRows((cursor) => store.listTracks({ limit: 9, cursor }));
    expect(rows.map(({ streamKey }) => streamKey)).toContain(it.streamKey);
  });

  test("pushes that are owed move to the new account, and go with a deleted endpoint", async () => {
    const { store } = current();
    const it = await tracked(store);
    const push = pushOf(of(it));
    await writeCommands(store, push);
    await store.updateEndpoint(it.endpoint.id, { account: "key_new", sealedApiKey: "s" }, LATER);
    expect(await pendingOf(store, it)).toMatchObject([{ id: push.id, account: "key_new" }]);
    await store.deleteEndpoint(it.endpoint.id, LATER);
    expect((await commandsById(store)).get(push.id)).toMatchObject({
      status: "skipped",
      reason: "endpoint deleted",
    });
  });

  test("stream keys stay short enough however often the account changes", async () => {
    const { store } = current();
    const it = await tracked(store);
    const keys = new Set<string>();
    for (let time = 0; time < 30; time++) {
      await store.updateEndpoint(it.endpoint.id, { account: `key_${time}` }, LATER);
      const { track } = await store.loadTrack(it.endpoint.id, it.track.key, "run-1");
      keys.add(track?.streamKey ?? "");
    }
    expect(keys.size).toBe(30);
    expect(Math.max(...[...keys].map(({ length }) => length))).toBeLessThanOrEqual(255);
  });
}
