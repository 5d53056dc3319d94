/**
 * The roll-up activity: more streams wait than fit, and one activity counts them. Through webhooks,
 * against a core with its real limits.
 */
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Config } from "../../src/config.ts";
import type { Store } from "../../src/store/port.ts";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import { webhookOf } from "../support/simulation/deployments.ts";
import type { Stage } from "../support/simulation/deployments.ts";
import { createLimitedCore } from "../support/simulation/limited-core.ts";
import type { LoggedCall } from "../support/simulation/limited-core.ts";
import { allCommands } from "../support/simulation/outbox.ts";
import {
  expectNoRefusals,
  expectPushesOnce,
  expectTruth,
  expectWithinLimits,
} from "../support/simulation/promises.ts";
import { rage, stormOf } from "../support/simulation/storm.ts";
import { createWorld, STARTS_AT } from "../support/simulation/world.ts";
import type { World, WorldOptions } from "../support/simulation/world.ts";
import { endpointFor, send } from "../support/send.ts";
import { lingering, startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";
import { describeOnStores } from "../support/stores.ts";
import { placesTaken } from "../support/places.ts";

const KEY = "roll-up-of-default";
const ON = { ROLL_UP: true, STREAM_UPDATE_INTERVAL_SECONDS: 0 };
const PATIENCE_MS = 40_000;

type Told = readonly [track: number, stage: Stage];

async function worldWith(settings: Partial<Config> = ON, options: Partial<WorldOptions> = {}) {
  return createWorld({
    settings,
    endpoint: { notify: "none" },
    latency: () => [40, 60],
    ...options,
  });
}

let told = 0;
/** Tells of each in turn, a second apart, and lets a moment pass. */
async function tell(world: World, ...events: readonly Told[]): Promise<void> {
  for (const [track, stage] of events) {
    await world.deliver({ track, run: 0, stage, at: STARTS_AT - 60_000 + ++told });
    await world.pass(1_000);
  }
}

const start = (...tracks: readonly number[]) => tracks.map((track) => [track, "created"] as const);
const end = (...tracks: readonly number[]) => tracks.map((track) => [track, "succeeded"] as const);
/** Tracks that make previews, so that they matter alike. */
const PREVIEWS = [1, 3, 5, 7, 9, 11, 13];

const callsOf = ({ core }: World): readonly LoggedCall[] =>
  core.calls.filter(({ streamKey }) => streamKey === KEY);

/** The titles that are on the screen, the roll-up's last. */
function screenOf({ core }: World): string[] {
  const alive = core.screen().activities.filter(({ endedAt }) => endedAt === null);
  return alive
    .map(({ contentState: { title } }) => title)
    .toSorted((a, b) => Number(a.startsWith("+")) - Number(b.startsWith("+")) || (a < b ? -1 : 1));
}

const rollUpOf = ({ core }: World) =>
  core.screen().activities.find((it) => it.streamKey === KEY && it.endedAt === null)?.contentState;

function expectLimitsKept({ core }: World, activities = 4): void {
  expectNoRefusals(core);
  expectWithinLimits(core, { callsPerMinute: 60, activities });
}

describe("with 4 slots", () => {
  test("one that waits is counted nowhere; with the second the roll-up takes the last slot", async () => {
    const world = await worldWith();
    await tell(world, ...start(1, 3, 5, 7, 9));
    expect(screenOf(world)).toEqual(["shop-1", "shop-3", "shop-5", "shop-7"]);
    expect(callsOf(world)).toEqual([]);
    await tell(world, ...start(11));
    await world.pass(2_000);
    expect(screenOf(world)).toHaveLength(4);
    expect(rollUpOf(world)).toMatchObject({
      type: "segmented_progress",
      title: "+3 deploys",
      number_of_steps: 3,
      current_step: 0,
    });
    expectLimitsKept(world);
    await world.close();
  });

  test("is a command of the outbox like any other, without a delivery or a track", async () => {
    const world = await worldWith();
    await tell(world, ...start(...PREVIEWS));
    await world.pass(PATIENCE_MS);
    const answer = await world.gateway().admin("GET", "/api/v1/commands?status=done");
    const { data } = z.object({ data: z.array(z.looseObject({})) }).parse(await answer.json());
    expect(data.find(({ stream_key }) => stream_key === KEY)).toMatchObject({
      call: "stream_update",
      account: "default",
      delivery_id: null,
      track_id: null,
      body: { content_state: { title: "+4 deploys" } },
    });
    await world.close();
  });

  test("counts, counts again, and ends once with its slot given back", async () => {
    const world = await worldWith();
    await tell(world, ...start(...PREVIEWS));
    await world.pass(PATIENCE_MS);
    expect(rollUpOf(world)).toMatchObject({ title: "+4 deploys", subtitle: "4 running" });
    const shown = screenOf(world)
      .slice(0, 3)
      .map((title) => Number(title.split("-")[1]));
    await tell(world, ...end(...shown.slice(0, 1)));
    await world.pass(PATIENCE_MS);
    expect(rollUpOf(world)).toMatchObject({ title: "+3 deploys" });
    await tell(world, ...end(...shown.slice(1, 2)));
    await world.pass(PATIENCE_MS);
    expect(rollUpOf(world)).toMatchObject({ title: "+2 deploys" });
    expect(screenOf(world)).toHaveLength(4);
    await tell(world, ...end(...shown.slice(2, 3)));
    await world.pass(5_000);
    expect(screenOf(world)).toHaveLength(4);
    expect(rollUpOf(world)).toBeUndefined();
    expect(callsOf(world).filter(({ kind }) => kind === "end")).toHaveLength(1);
    expect(callsOf(world).at(-1)).toMatchObject({ kind: "end", status: 200 });
    expect((await world.store.loadAccount("default"))?.state.rollUp).toBeUndefined();
    expectLimitsKept(world);
    await tell(world, ...end(...PREVIEWS.filter((track) => !shown.includes(track))));
    await world.untilIdle(PATIENCE_MS);
    expect(screenOf(world)).toEqual([]);
    await world.close();
  });

  test("tells the states of those that wait, worst first, and how many are over", async () => {
    const world = await worldWith();
    await tell(world, ...start(0, 2, 4, ...PREVIEWS));
    await tell(world, [5, "failed"], [7, "succeeded"]);
    await world.pass(2_000);
    expect(rollUpOf(world)).toMatchObject({
      title: "+7 deploys",
      subtitle: "1 failed · 5 running · 1 succeeded",
      number_of_steps: 7,
      current_step: 2,
      color: "red",
      step_colors: ["red", "green"],
    });
    expectLimitsKept(world);
    await world.close();
  });

  test("production displaces a preview beside it, never the roll-up", async () => {
    const world = await worldWith();
    await tell(world, ...start(...PREVIEWS.slice(0, 6)));
    await world.pass(2_000);
    await tell(world, ...start(0, 2, 4));
    await world.pass(PATIENCE_MS);
    expect(screenOf(world)).toEqual(["shop-0", "shop-2", "shop-4", "+6 deploys"]);
    await tell(world, ...start(6));
    await world.pass(PATIENCE_MS);
    expect(screenOf(world)).toEqual(["shop-0", "shop-2", "shop-4", "+7 deploys"]);
    expect(callsOf(world).filter(({ kind }) => kind === "end")).toEqual([]);
    expectLimitsKept(world);
    await world.close();
  });

  test("five more or less on the edge do not make it come and go", async () => {
    const world = await worldWith();
    await tell(world, ...start(...PREVIEWS.slice(0, 6)));
    await world.pass(PATIENCE_MS);
    for (let round = 0; round < 4; round++) {
      const [first = ""] = screenOf(world);
      const track = Number(first.split("-")[1]);
      await tell(world, [track, "succeeded"]);
      await world.pass(PATIENCE_MS);
      expect(rollUpOf(world)).toMatchObject({ title: "+2 deploys" });
      await world.deliver({ track, run: round + 1, stage: "created", at: world.now() });
      await world.pass(PATIENCE_MS);
      expect(rollUpOf(world)).toMatchObject({ title: "+3 deploys" });
    }
    expect(callsOf(world).filter(({ kind }) => kind === "end")).toEqual([]);
    expectLimitsKept(world);
    await world.close();
  });

  test("newer states of those that wait cost no call but for what they change of it", async () => {
    const world = await worldWith();
    await tell(world, ...start(...PREVIEWS));
    await world.pass(PATIENCE_MS);
    const before = callsOf(world).length;
    await world.pass(10 * 60_000);
    expect(callsOf(world)).toHaveLength(before);
    await world.close();
  });

  test("its updates keep their distance", async () => {
    const world = await worldWith({ ROLL_UP: true, STREAM_UPDATE_INTERVAL_SECONDS: 20 });
    await tell(world, ...start(...PREVIEWS, 15, 17, 19, 21, 23, 25));
    await world.pass(2 * 60_000);
    expect(rollUpOf(world)).toMatchObject({ title: "+10 deploys" });
    const times = callsOf(world).map(({ begunAt }) => begunAt);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(20_000);
    await world.close();
  });
});

/** A gateway whose questions about what waits are counted. */
async function countingGateway(settings: Partial<Config>) {
  let questions = 0;
  const store = await createSqliteStore({ file: ":memory:" });
  const counting: Store = {
    ...store,
    openStreamCommands: (...given) => {
      questions++;
      return store.openStreamCommands(...given);
    },
    listAccounts: () => {
      questions++;
      return store.listAccounts();
    },
  };
  return { gateway: await startGateway({ store: counting, settings }), asked: () => questions };
}

async function tellGateway(gateway: TestGateway, events: readonly Told[]): Promise<void> {
  const endpoint = await endpointFor(gateway, "vercel", { notify: "none" });
  for (const [index, [track, stage]] of events.entries()) {
    await send(gateway, endpoint, webhookOf({ track, run: 0, stage, at: STARTS_AT + index }));
    await gateway.settle();
    gateway.clock.advance(1_000);
  }
}

describe("is not there", () => {
  const story: readonly Told[] = [...start(...PREVIEWS), ...end(...PREVIEWS)];

  test("by default, and asks the store nothing", async () => {
    const { gateway, asked } = await countingGateway({});
    await tellGateway(gateway, story);
    expect(gateway.core.calls.filter(({ path }) => path.endsWith(KEY))).toEqual([]);
    expect(asked()).toBe(0);
    await gateway.close();
  });

  test("where nothing waits: not one call differs, and nothing is asked but once a minute", async () => {
    const few = [...start(1, 3, 5, 7), ...end(3, 1, 5, 7)];
    const off = await countingGateway({ ROLL_UP: false });
    const on = await countingGateway({ ROLL_UP: true });
    for (const { gateway } of [off, on]) await tellGateway(gateway, few);
    const callsOfGateway = ({ core }: TestGateway) =>
      core.calls.map(({ method, body }) => [method, body]);
    expect(callsOfGateway(on.gateway)).toEqual(callsOfGateway(off.gateway));
    expect(on.asked()).toBe(1);
    for (const { gateway } of [off, on]) await gateway.close();
  });

  test("where a single activity fits", async () => {
    const limits = { activities: 1 };
    const world = await worldWith({ ...ON, LIVE_ACTIVITIES: 1 }, { limits });
    await tell(world, ...story);
    await world.untilIdle(10 * 60_000);
    expect(callsOf(world)).toEqual([]);
    expectLimitsKept(world, 1);
    await world.close();
  });
});

describe("comes right again", () => {
  test.each([300, 1_100, 1_500, 2_100, 2_600])("where the process dies %i ms later", async (ms) => {
    const world = await worldWith(ON, { latency: () => [400, 600] });
    await tell(world, ...start(...PREVIEWS.slice(0, 5)));
    await world.deliver({ track: 11, run: 0, stage: "created", at: STARTS_AT });
    await world.pass(ms);
    await world.kill({ downMs: 1_000, isAlone: true });
    await world.pass(2 * 60_000);
    expect(rollUpOf(world)).toMatchObject({ title: "+3 deploys" });
    const [first = ""] = screenOf(world);
    await tell(world, ...end(Number(first.split("-")[1])));
    await world.pass(PATIENCE_MS);
    const [second = ""] = screenOf(world);
    await world.deliver({
      track: Number(second.split("-")[1]),
      run: 0,
      stage: "succeeded",
      at: STARTS_AT,
    });
    await world.pass(ms);
    await world.kill({ downMs: 1_000, isAlone: true });
    await world.pass(3 * 60_000);
    expect(rollUpOf(world)).toBeUndefined();
    expect(screenOf(world)).toHaveLength(4);
    expect(Math.max(...world.core.calls.map(({ alive }) => alive.length))).toBeLessThanOrEqual(4);
    await world.close();
  });

  test("where the process dies after it resolved on a roll-up and before it asked for one", async () => {
    const store = await createSqliteStore({ file: ":memory:" });
    let deaths = 0;
    const dying: Store = {
      ...store,
      enqueueCommands: (commands, now) => {
        const isOwn = commands.some(({ streamKey }) => streamKey === KEY);
        if (isOwn && deaths++ === 0) return Promise.reject(new Error("died"));
        return store.enqueueCommands(commands, now);
      },
    };
    const first = await startGateway({ store: dying, settings: { ...lingering(0), ...ON } });
    await expect(tellGateway(first, start(...PREVIEWS))).rejects.toThrow("died");
    expect((await store.loadAccount("default"))?.state.rollUp?.streamKey).toBe(KEY);
    const next = await startGateway({
      store,
      startsAt: first.clock.now(),
      settings: { ...lingering(0), ...ON },
    });
    for (let at = 0; at < 90; at++) {
      next.clock.advance(1_000);
      await next.settle();
    }
    expect(next.core.calls.at(-1)).toMatchObject({
      path: `/live-activity/stream/${KEY}`,
      body: { content_state: { title: "+3 deploys" } },
    });
    await store.close();
  });

  test("where its endpoint is deleted", async () => {
    const world = await worldWith();
    await tell(world, ...start(...PREVIEWS));
    await world.pass(PATIENCE_MS);
    const { rows } = await world.store.listEndpoints({ limit: 1 });
    await world.gateway().admin("DELETE", `/api/v1/endpoints/${rows[0]?.id}`);
    await world.pass(2 * 60_000);
    expect(screenOf(world)).toEqual([]);
    expect((await world.store.loadAccount("default"))?.state.rollUp).toBeUndefined();
    await world.close();
  });

  test("where the core API has ended it, or takes one activity less than believed", async () => {
    const world = await worldWith(ON, { limits: { activities: 3 } });
    await tell(world, ...start(...PREVIEWS));
    await world.pass(PATIENCE_MS);
    expect(screenOf(world)).toHaveLength(3);
    expect(rollUpOf(world)).toMatchObject({ title: "+5 deploys" });
    world.core.fail(({ method, path }) =>
      method === "DELETE" && path.endsWith(KEY) ? "reset_done" : undefined,
    );
    await tell(world, ...end(...PREVIEWS.slice(0, 6)));
    await world.pass(30_000);
    world.core.fail(() => undefined);
    await world.pass(60_000);
    expect(rollUpOf(world)).toBeUndefined();
    await tell(world, ...end(...PREVIEWS.slice(6)));
    await world.untilIdle(5 * 60_000);
    expect(screenOf(world)).toEqual([]);
    expect(await placesTaken(world.store)).toEqual([]);
    await world.close();
  });
});

describe("of another setting", () => {
  test("ends, and its slot is the streams' again", async () => {
    const store = await createSqliteStore({ file: ":memory:" });
    const settings = { ...lingering(0), STREAM_UPDATE_INTERVAL_SECONDS: 0, LIVE_ACTIVITIES: 4 };
    const on = await startGateway({ store, settings: { ...settings, ROLL_UP: true } });
    await tellGateway(on, start(...PREVIEWS));
    expect(on.core.calls.at(-1)?.body["content_state"]).toMatchObject({ title: "+4 deploys" });
    const off = await startGateway({ store, startsAt: on.clock.now(), settings });
    for (let at = 0; at < 40; at++) {
      off.clock.advance(1_000);
      await off.settle();
    }
    expect(off.core.calls.filter(({ path }) => path.endsWith(KEY))).toMatchObject([
      { method: "DELETE" },
    ]);
    const { state } = (await store.loadAccount("default")) ?? {};
    expect(state?.slots).toHaveLength(4);
    expect(state?.rollUp).toBeUndefined();
    await store.close();
  });
});

test("in a storm the budget is kept, and it ends in the truth", async () => {
  const limits = { callsPerMinute: 60, activities: 4 };
  const latency = () => [300, 500] as const;
  const world = await createWorld({ limits, settings: { ROLL_UP: true }, latency });
  const events = stormOf({ tracks: 12, deployments: 5, withinMs: 60_000 }, STARTS_AT);
  const { truth } = await rage(world, events, { stepMs: 1_000, limitMs: 20 * 60_000 });
  await world.pass(60_000);
  const commands = await allCommands(world.store);
  expectNoRefusals(world.core);
  expectWithinLimits(world.core, limits);
  expectPushesOnce(world.core, commands);
  expect(expectTruth(world.core, truth, commands)).toEqual({ told: 12, untold: 0 });
  expect(callsOf(world).map(({ kind }) => kind)).toContain("update");
  expect(callsOf(world).at(-1)?.kind).toBe("end");
  expect(screenOf(world)).toEqual([]);
  expect((await world.store.loadAccount("default"))?.state).toMatchObject({ slots: [] });
  await world.close();
});

describeOnStores((openStore) => {
  test("two processes have one roll-up", async () => {
    const store = await openStore();
    let now = STARTS_AT;
    const core = createLimitedCore(() => now, { activities: 4 });
    const settings = { ...lingering(0), ...ON, ROLL_UP: true, LIVE_ACTIVITIES: 4 };
    const gateways = await Promise.all(
      [1, 2].map(() => startGateway({ store, startsAt: now, settings })),
    );
    const [first] = gateways;
    if (!first) throw new Error("unreachable");
    for (const gateway of gateways) gateway.core.answer((call) => core.answer(call, now));
    const endpoint = await endpointFor(first, "vercel", { notify: "none" });
    const pass = async () => {
      now += 1_000;
      for (const gateway of gateways) gateway.clock.advance(1_000);
      await Promise.all(gateways.map((gateway) => gateway.settle()));
    };
    const tellBoth = async (events: readonly Told[]) => {
      for (const [track, stage] of events)
        await send(first, endpoint, webhookOf({ track, run: 0, stage, at: now }));
      for (let at = 0; at < 50; at++) await pass();
    };
    await tellBoth(start(...PREVIEWS));
    const own = () => core.calls.filter(({ streamKey }) => streamKey === KEY);
    const shown = core.screen().activities.find(({ streamKey }) => streamKey === KEY);
    expect(shown?.contentState).toMatchObject({ title: "+4 deploys" });
    const bodies = own().map(({ body }) => JSON.stringify(body));
    expect(bodies).toEqual(bodies.filter((body, index) => body !== bodies[index - 1]));
    await tellBoth(end(...PREVIEWS));
    expect(own().filter(({ kind }) => kind === "end")).toHaveLength(1);
    expect(own().at(-1)?.kind).toBe("end");
    expect((await store.loadAccount("default"))?.state).toMatchObject({ slots: [] });
    expect(core.calls.filter(({ refusal }) => refusal)).toEqual([]);
    expect(Math.max(...core.calls.map(({ alive }) => alive.length))).toBeLessThanOrEqual(4);
    await store.close();
  });
});
