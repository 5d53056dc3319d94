/**
 * A second destination: a room that takes plain texts, shows no cards and allows two texts a minute.
 * Everything upstream of it is the gateway's own, and nothing there knows it.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CountedResult, Destinations } from "../../src/destinations/destination.ts";
import { endpointFor, send } from "../support/send.ts";
import { webhookOf } from "../support/simulation/deployments.ts";
import type { Stage } from "../support/simulation/deployments.ts";
import { allCommands } from "../support/simulation/outbox.ts";
import { startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";
import { describeOnStores } from "../support/stores.ts";

const STARTS_AT = Date.parse("2026-11-02T12:00:00.000Z");
const MINUTE_MS = 60_000;
const TAKEN = { kind: "ok", status: 200, text: "ok" } as const;

/** What is said in the room, and what it answers from now on. */
class Room implements Destinations {
  readonly said: string[] = [];
  probes = 0;
  answer: CountedResult = TAKEN;
  readonly limits: Destinations["limits"] = {
    takes: new Set(["push"]),
    callsPerMinute: { notifications: 2, "live-activities": 1, metrics: 1, badges: 1 },
    probe: "notifications",
    cardLifetimeMs: Infinity,
  };

  of: Destinations["of"] = () => ({
    limits: this.limits,
    probe: async () => {
      this.probes += 1;
      return this.answer;
    },
    send: async (intent) => {
      if (intent.kind !== "push") throw new Error(`the room takes no ${intent.kind}`);
      if (this.answer.kind === "ok") this.said.push(intent.title);
      return this.answer;
    },
  });
  tryKey: Destinations["tryKey"] = async () => ({ kind: "works", devices: 1 });
  refusedKey: Destinations["refusedKey"] = async () => undefined;
}

describeOnStores((openStore) => {
  let gateway: TestGateway;
  let room: Room;
  beforeEach(async () => {
    room = new Room();
    gateway = await startGateway({
      store: await openStore(),
      startsAt: STARTS_AT,
      destinations: room,
      settings: { CALLS_RESERVED: 0 },
    });
  });
  afterEach(() => gateway.close());

  async function tell(track: number, stages: readonly Stage[], notify = "outcomes"): Promise<void> {
    const endpoint = await endpointFor(gateway, "vercel", { notify });
    for (const stage of stages) {
      const event = webhookOf({ track, run: 0, stage, at: gateway.clock.now() });
      expect((await send(gateway, endpoint, event)).status).toBe(200);
      await gateway.settle();
      gateway.clock.advance(10_000);
    }
  }

  /** Another process goes on where this one stopped. */
  async function restart(): Promise<void> {
    const { store, clock } = gateway;
    room = new Room();
    gateway = await startGateway({ store, startsAt: clock.now(), destinations: room });
    await gateway.settle();
  }

  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 5_000) {
      gateway.clock.advance(5_000);
      await gateway.settle();
    }
  }

  test("a deployment from its first webhook to its text; of cards there is no word", async () => {
    await tell(0, ["created", "ready", "failed"]);
    expect(room.said).toEqual([expect.stringContaining("failed")]);
    const commands = await allCommands(gateway.store);
    const cards = commands.filter(({ intent }) => intent.kind !== "push");
    expect(cards.length).toBeGreaterThan(0);
    for (const { status, reason } of cards)
      if (status !== "superseded")
        expect([status, reason]).toEqual([
          "skipped",
          expect.stringContaining("takes no stream_update"),
        ]);
    expect((await gateway.store.loadAccount("default"))?.state.slots ?? []).toEqual([]);
    expect(gateway.core.calls).toEqual([]);
  });

  test("what it refuses waits through a restart, and is told to whoever looks", async () => {
    room.answer = { kind: "refused", status: 409, message: "nobody is in the room", text: "" };
    await tell(0, ["created", "failed"]);
    expect(room.said).toEqual([]);
    await restart();
    const ready = await (await gateway.admin("GET", "/readyz")).json();
    expect(ready).toMatchObject({
      status: "degraded",
      refusals: [{ reason: "409: nobody is in the room" }],
    });
    await pass(6 * MINUTE_MS);
    expect(room.said).toHaveLength(1);
    expect(await (await gateway.admin("GET", "/readyz")).json()).toMatchObject({ status: "ok" });
  });

  test("its own limit holds, and no other", async () => {
    const startedAt = gateway.clock.now();
    for (const track of [0, 2, 4, 6, 8]) await tell(track, ["failed"]);
    expect(gateway.clock.now() - startedAt).toBeLessThan(MINUTE_MS);
    expect(room.said).toHaveLength(2);
    await pass(MINUTE_MS);
    expect(room.said).toHaveLength(4);
    await pass(MINUTE_MS);
    expect(new Set(room.said).size).toBe(5);
  });

  test("while nobody answers it is asked in its own way, and nothing is lost", async () => {
    room.answer = { kind: "no_answer", detail: "ECONNREFUSED", sent: "no" };
    for (const track of [0, 2, 4]) await tell(track, ["failed"]);
    await pass(20 * MINUTE_MS);
    expect(room.probes).toBeGreaterThan(3);
    room.answer = TAKEN;
    await pass(10 * MINUTE_MS);
    expect(new Set(room.said).size).toBe(3);
    expect(room.said).toHaveLength(3);
  });
});
