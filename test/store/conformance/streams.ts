/** Conformance of streams that give way and come back, and of commands that wait for a reason. */
import { pictureOf } from "../../support/wire.ts";
import { describe, expect, test } from "vitest";
import { PRIORITY } from "../../../src/model/command.ts";
import type { NewCommand, Settlement } from "../../../src/model/command.ts";
import type { StreamRecord } from "../../../src/model/card/stream.ts";
import type { Store } from "../../../src/store/port.ts";
import type { Current } from "../conformance.ts";
import {
  claimCommands,
  commandsById,
  LEASE_MS,
  NOON,
  pushOf,
  settlementOf,
  updateOf,
  writeCommands,
} from "../records.ts";

const DISPLACED: StreamRecord = {
  streamKey: "s",
  account: "default",
  alive: false,
  confirmedHash: "h9",
  confirmedState: pictureOf("made room"),
  confirmedAt: NOON + 9,
};

const RESUME = { id: "cmd_resume", reason: "no slot", notBefore: NOON + 90, createdAt: NOON + 10 };

/** Writes, claims and settles one command. */
async function send(store: Store, command: NewCommand, values: Partial<Settlement> = {}) {
  await writeCommands(store, command);
  const [claimed] = await claimCommands(store);
  if (!claimed) throw new Error("There is nothing to claim.");
  await store.settleCommand(settlementOf(claimed, values));
}

const waitingFor = (reason: string, notBefore: number): Partial<Settlement> => ({
  result: { status: "pending", notBefore, reason, possibleRepeat: false },
});

export function streamConformance(current: Current): void {
  test("a stream is found as it was last confirmed", async () => {
    const { store } = current();
    expect(await store.findStream("s")).toBeUndefined();
    const stream = { ...DISPLACED, alive: true };
    await send(store, updateOf("s"), { stream });
    expect(await store.findStream("s")).toEqual(stream);
    expect(await store.findStream("t")).toBeUndefined();
  });

  test("a stream is called while a command of it is claimed, until the lease runs out", async () => {
    const { store } = current();
    await writeCommands(store, updateOf("s"), updateOf("t"), pushOf());
    expect(await store.calledStreams("default", NOON)).toEqual([]);
    const claimed = await claimCommands(store);
    expect([...(await store.calledStreams("default", NOON))].toSorted()).toEqual(["s", "t"]);
    expect(await store.calledStreams("other", NOON)).toEqual([]);
    expect(await store.calledStreams("default", NOON + LEASE_MS)).toEqual([]);
    const first = claimed.find(({ streamKey }) => streamKey === "s");
    if (!first) throw new Error("unreachable");
    await store.settleCommand(settlementOf(first));
    expect(await store.calledStreams("default", NOON)).toEqual(["t"]);
  });

  describe("displacing a stream", () => {
    test("records it and makes a copy of its last done update pending", async () => {
      const { store } = current();
      const last = updateOf("s", { createdAt: NOON + 2, deliveryId: "dlv_1", dedupeKey: "d" });
      await send(store, updateOf("s", { createdAt: NOON + 1 }));
      await send(store, { ...last, priority: PRIORITY.streamStart, trackId: "trk_1" });
      await send(store, updateOf("t", { createdAt: NOON + 3 }));
      const dead = { status: "dead", reason: "400" } as const;
      await send(store, updateOf("s", { createdAt: NOON + 4 }), { result: dead });
      const intent: NewCommand["intent"] = { kind: "end", streamKey: "s" };
      await send(store, updateOf("s", { createdAt: NOON + 5, intent }));
      await store.displaceStream(DISPLACED, RESUME);
      expect(await store.findStream("s")).toEqual(DISPLACED);
      expect((await commandsById(store)).get(RESUME.id)).toEqual({
        ...last,
        ...RESUME,
        priority: PRIORITY.streamStart,
        trackId: "trk_1",
        dedupeKey: null,
        status: "pending",
        attempts: 0,
        possibleRepeat: false,
        settledAt: null,
      });
      expect(await claimCommands(store, RESUME.notBefore - 1)).toEqual([]);
      const claimed = await claimCommands(store, RESUME.notBefore);
      expect(claimed).toMatchObject([{ id: RESUME.id, intent: last.intent, stream: DISPLACED }]);
    });

    test.each(["pending", "sending"])(
      "adds nothing to a %s command of the stream",
      async (status) => {
        const { store } = current();
        await send(store, updateOf("s"));
        const newer = updateOf("s");
        await writeCommands(store, newer);
        if (status === "sending") await claimCommands(store);
        await store.displaceStream(DISPLACED, RESUME);
        const commands = await commandsById(store);
        expect(commands.get(newer.id)?.status).toBe(status);
        expect(commands.has(RESUME.id)).toBe(false);
        expect(await store.findStream("s")).toEqual(DISPLACED);
      },
    );

    test("records a stream of which no update was done", async () => {
      const { store } = current();
      await store.displaceStream(DISPLACED, RESUME);
      expect(await store.findStream("s")).toEqual(DISPLACED);
      expect((await commandsById(store)).size).toBe(0);
    });

    test("leaves one pending command however many do it at the same moment", async () => {
      const { store, another } = current();
      const second = await another();
      await send(store, updateOf("s"));
      await Promise.all(
        Array.from({ length: 8 }, (_, at) =>
          (at % 2 === 0 ? store : second).displaceStream(DISPLACED, {
            ...RESUME,
            id: `cmd_r${at}`,
          }),
        ),
      );
      expect((await store.listCommands({ limit: 9, status: "pending" })).rows).toHaveLength(1);
    });
  });

  test("waking makes due what waits for that reason, of that account, and nothing else", async () => {
    const { store } = current();
    const made = ["no slot", "no slot", "timeout"].map(() => pushOf());
    const [first, due, timeout] = made;
    if (!first || !due || !timeout) throw new Error("unreachable");
    await send(store, first, waitingFor("no slot", NOON + 50));
    await send(store, timeout, waitingFor("timeout", NOON + 50));
    await send(store, due, waitingFor("no slot", NOON + 3));
    const skipped = pushOf();
    await send(store, skipped, { result: { status: "skipped", reason: "no slot" } });
    await store.wakeCommands("other", "no slot", NOON + 5);
    expect(await claimCommands(store, NOON + 2)).toEqual([]);
    await store.wakeCommands("default", "no slot", NOON + 5);
    const commands = await commandsById(store);
    const notBefore = (id: string) => commands.get(id)?.notBefore;
    expect([first.id, due.id, timeout.id].map(notBefore)).toEqual([NOON + 5, NOON + 3, NOON + 50]);
    expect(commands.get(skipped.id)?.status).toBe("skipped");
    const claimed = await claimCommands(store, NOON + 5);
    expect(claimed.map((it) => it.id)).toEqual([first.id, due.id]);
  });

  test("waits beyond a time end, those up to it and settled commands stay", async () => {
    const { store } = current();
    const [soon, beyond, skipped] = [pushOf(), pushOf(), pushOf()];
    await send(store, soon, waitingFor("later", NOON + 50));
    await send(store, beyond, waitingFor("later", NOON + 51));
    await send(store, skipped, { result: { status: "skipped", reason: "no need" } });
    await store.endWaitsBeyond(NOON + 50, NOON + 5);
    const claimed = await claimCommands(store, NOON + 49);
    expect(claimed.map((it) => it.id)).toEqual([beyond.id]);
    const commands = await commandsById(store);
    expect(commands.get(soon.id)).toMatchObject({ status: "pending", notBefore: NOON + 50 });
    expect(commands.get(skipped.id)?.status).toBe("skipped");
  });
}
