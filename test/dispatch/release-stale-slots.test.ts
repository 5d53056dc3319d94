/**
 * A process that dies between settling a stream's end and giving its slot back leaves the slot
 * behind, for a while only.
 */
import { expect, test } from "vitest";
import type { DeploymentEvent, Stage } from "../support/simulation/deployments.ts";
import { createWorld, STARTS_AT } from "../support/simulation/world.ts";
import type { World } from "../support/simulation/world.ts";

const ACCOUNT = "default";

const event = (track: number, stage: Stage): DeploymentEvent => ({
  track,
  run: 0,
  stage,
  at: STARTS_AT + (stage === "created" ? 0 : 1_000),
});

async function slotsOf(world: World) {
  return (await world.store.loadAccount(ACCOUNT))?.state.slots ?? [];
}

/** As the process leaves the account that dies right after the end of a stream is settled. */
async function leaveBehind(world: World, slots: Awaited<ReturnType<typeof slotsOf>>) {
  const stored = await world.store.loadAccount(ACCOUNT);
  if (!stored) throw new Error("there is no account");
  const { state, version } = stored;
  await world.store.saveAccount(ACCOUNT, { ...state, slots: [...state.slots, ...slots] }, version);
}

/** A preview deployment that began and ended, whose slot was not given back. */
async function worldWithSlotLeft(activities: number): Promise<World> {
  const world = await createWorld({
    limits: { activities },
    settings: { LIVE_ACTIVITIES: activities },
  });
  await world.deliver(event(1, "created"));
  await world.untilIdle(60_000);
  const slots = await slotsOf(world);
  await world.deliver(event(1, "succeeded"));
  await world.untilIdle(60_000);
  expect(await slotsOf(world)).toEqual([]);
  await leaveBehind(world, slots);
  return world;
}

test("a slot that was left behind is freed, and whoever waits for it goes on at once", async () => {
  const world = await worldWithSlotLeft(1);
  await world.deliver(event(3, "created"));
  await world.run();
  expect(await world.owed()).toBe(1);
  expect(await world.gateway().steps.releaseStaleSlots()).toBe(1);
  await world.untilIdle(1_000);
  expect(world.core.calls.map(({ kind }) => kind)).toEqual(["update", "update", "end", "update"]);
  expect(await slotsOf(world)).toHaveLength(1);
  await world.close();
});

test("the slots of streams that are on the screen, or owe a call, stay", async () => {
  const world = await createWorld({ settings: { LIVE_ACTIVITIES: 1 } });
  await world.deliver(event(0, "created"));
  await world.deliver(event(2, "created"));
  await world.run();
  const before = await slotsOf(world);
  expect(before).toHaveLength(1);
  await world.pass(60_000);
  expect(await world.gateway().steps.releaseStaleSlots()).toBe(0);
  expect((await slotsOf(world)).map(({ streamKey }) => streamKey)).toEqual(
    before.map(({ streamKey }) => streamKey),
  );
  await world.close();
});

test("a stream whose slot was left behind makes room and does not come back", async () => {
  const world = await worldWithSlotLeft(1);
  const before = world.core.calls.length;
  await world.deliver(event(0, "created"));
  await world.untilIdle(60_000);
  await world.pass(60_000);
  const first = world.core.calls[0];
  const others = world.core.calls.slice(before);
  const shown = others.filter(({ kind }) => kind === "update").map(({ streamKey }) => streamKey);
  expect(shown).toHaveLength(1);
  expect(shown).not.toContain(first?.streamKey);
  await world.close();
});
