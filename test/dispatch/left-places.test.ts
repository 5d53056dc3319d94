/**
 * The place of a card that has left is free though nobody has written that down, and the place of
 * one of which that is not known is not.
 */
import { afterEach, expect, test, vi } from "vitest";
import type { DeploymentEvent, Stage } from "../support/simulation/deployments.ts";
import { createWorld, STARTS_AT } from "../support/simulation/world.ts";
import type { World } from "../support/simulation/world.ts";
import { placesTaken } from "../support/places.ts";

/** Of production, all of which matter alike. */
const event = (track: number, stage: Stage, run = 0): DeploymentEvent => ({
  track: track * 2,
  run,
  stage,
  at: STARTS_AT + run * 60_000 + (stage === "created" ? 0 : 1_000),
});

let world: World;
afterEach(() => world.close());

const open = async (activities: number) =>
  (world = await createWorld({
    limits: { activities },
    settings: { LIVE_ACTIVITIES: activities },
    latency: () => [40, 60],
  }));
const kinds = () => world.core.calls.map(({ kind }) => kind).filter((kind) => kind !== "push");
const slotsStored = async () => (await world.store.loadAccount("default"))?.state.slots ?? [];

async function comeAndGo(track: number, run = 0): Promise<void> {
  await world.deliver(event(track, "created", run));
  await world.untilIdle(60_000);
  await world.deliver(event(track, "succeeded", run));
  await world.untilIdle(60_000);
}

test("where there is room and nobody waits, nothing is written for it, not by the sweep either", async () => {
  await open(3);
  await comeAndGo(0);
  expect(kinds().at(-1)).toBe("end");
  expect(await slotsStored()).toHaveLength(1);
  expect(await placesTaken(world.store)).toEqual([]);
  const screen = await world.gateway().admin("GET", "/api/v1/screen");
  expect(await screen.json()).toMatchObject({ accounts: [{ places: { used: 0, limit: 3 } }] });
  const save = vi.spyOn(world.store, "saveAccount");
  await world.rest(10 * 60_000);
  expect(await world.gateway().steps.releaseStaleSlots()).toBe(0);
  expect(save).not.toHaveBeenCalled();
});

test("who comes then finds it free, without waiting and without another giving way", async () => {
  await open(3);
  await comeAndGo(0);
  for (const track of [1, 2, 3]) await world.deliver(event(track, "created"));
  await world.run();
  await world.pass(10_000);
  expect(kinds().slice(-4)).toEqual(["end", "update", "update", "update"]);
  expect(await placesTaken(world.store)).toHaveLength(3);
  expect(await slotsStored()).toHaveLength(3);
});

test("where all are taken it is given back at once", async () => {
  await open(1);
  await comeAndGo(0);
  expect(await slotsStored()).toEqual([]);
});

test("the next run of its track begins another card in it", async () => {
  await open(3);
  await comeAndGo(0);
  await comeAndGo(0, 1);
  expect(kinds().filter((kind) => kind === "end")).toHaveLength(2);
  expect(await slotsStored()).toHaveLength(1);
  expect(await placesTaken(world.store)).toEqual([]);
});

test("the next run of its track takes no place where others have taken all meanwhile", async () => {
  await open(2);
  await comeAndGo(0);
  for (const track of [1, 2]) await world.deliver(event(track, "created"));
  await world.untilIdle(60_000);
  await world.deliver(event(0, "created", 1));
  await world.run();
  await world.pass(10_000);
  expect(await placesTaken(world.store)).toHaveLength(2);
  expect(world.core.calls.filter(({ status }) => status === 429)).toEqual([]);
});

test("one whose end was not answered stays taken", async () => {
  await open(2);
  await world.deliver(event(0, "created"));
  await world.untilIdle(60_000);
  world.core.fail(({ method }) => (method === "DELETE" ? "reset_lost" : undefined));
  await world.deliver(event(0, "succeeded"));
  await world.run();
  await world.pass(20_000);
  expect((await slotsStored()).map(({ leavesAt }) => typeof leavesAt)).toEqual(["number"]);
  expect(await placesTaken(world.store)).toHaveLength(1);
  world.core.fail(() => undefined);
  await world.untilIdle(120_000);
  expect(await placesTaken(world.store)).toEqual([]);
});

test.each([
  ["before its end is settled", false],
  ["after its end was settled", true],
])("a process that dies %s leaves no place taken for ever", async (_, isSettled) => {
  await open(2);
  await world.deliver(event(0, "created"));
  await world.untilIdle(60_000);
  let left: readonly string[] | undefined;
  const settle = world.store.settleCommand.bind(world.store);
  const spy = vi.spyOn(world.store, "settleCommand").mockImplementation(async (settlement) => {
    if (settlement.stream?.alive !== false) return settle(settlement);
    spy.mockRestore();
    const isKept = isSettled && (await settle(settlement));
    await world.kill({ downMs: 500, isAlone: true });
    left = await placesTaken(world.store);
    return isKept;
  });
  await world.deliver(event(0, "succeeded"));
  await world.untilIdle(120_000);
  expect(left).toHaveLength(isSettled ? 0 : 1);
  expect(await placesTaken(world.store)).toEqual([]);
  expect(kinds().filter((kind) => kind === "end").length).toBe(isSettled ? 1 : 2);
});
