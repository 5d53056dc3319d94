/**
 * A stream is called by one at a time: another call waits and says why, but not for a process that
 * is known to be dead.
 */
import { expect, test, vi } from "vitest";
import type { AccountState } from "../../src/model/account.ts";
import { releaseSlot } from "../../src/pacing/slots.ts";
import type { DeploymentEvent, Stage } from "../support/simulation/deployments.ts";
import { allCommands } from "../support/simulation/outbox.ts";
import { createWorld, STARTS_AT } from "../support/simulation/world.ts";

const event = (track: number, stage: Stage): DeploymentEvent => ({
  track,
  run: 0,
  stage,
  at: STARTS_AT + (stage === "created" ? 0 : 1_000),
});

test("the embedded store's next process calls a stream at once that the dead one was calling", async () => {
  const world = await createWorld({ latency: () => [40, 60] });
  await world.deliver(event(0, "created"));
  await world.run();
  await world.kill({ downMs: 500, isAlone: true });
  await world.deliver(event(0, "succeeded"));
  await world.run();
  await world.pass(500);
  expect(world.core.calls.map(({ kind }) => kind)).toEqual(["update", "update"]);
  await world.untilIdle(60_000);
  expect(world.core.calls.map(({ kind }) => kind)).toEqual(["update", "update", "end"]);
  expect(await world.owed()).toBe(0);
  await world.close();
});

test("a call on a stream that is just being moved aside waits, and says for what", async () => {
  const world = await createWorld({
    limits: { activities: 1 },
    settings: { LIVE_ACTIVITIES: 1 },
    latency: () => [40, 60],
  });
  await world.deliver(event(1, "created"));
  await world.run();
  await world.pass(5_000);
  await world.deliver(event(0, "created"));
  await world.run();
  await world.deliver(event(1, "succeeded"));
  await world.run();
  const waiting = (await allCommands(world.store)).filter(({ status }) => status === "pending");
  expect(waiting.map(({ reason }) => reason)).toEqual(["another call on the stream is under way"]);
  await world.close();
});

test("an ending that was shown is not called again where its slot is freed while the next call is planned", async () => {
  const world = await createWorld();
  const { store, core } = world;
  await world.deliver(event(0, "succeeded"));
  await world.untilIdle(60_000);
  const streamKey = core.calls[0]?.streamKey ?? "";
  const account = "default";
  const change = async (to: (state: AccountState) => AccountState) => {
    const stored = await load(account);
    if (stored) await store.saveAccount(account, to(stored.state), stored.version);
  };
  const load = store.loadAccount.bind(store);
  // As another process leaves it that has settled the end and not given the slot back yet.
  const slot = { streamKey, importance: 4, since: STARTS_AT };
  await change((state) => ({ ...state, slots: [slot] }));
  let freed = 0;
  vi.spyOn(store, "loadAccount").mockImplementation(async (key) => {
    const seen = await load(key);
    const isPlanned = (await allCommands(store)).some(({ status }) => status === "sending");
    if (isPlanned && freed++ === 0) await change((state) => releaseSlot(state, streamKey));
    return seen;
  });
  await world.deliver(event(0, "created"));
  await world.untilIdle(60_000);
  expect(freed).toBeGreaterThan(0);
  expect(core.calls.map(({ kind }) => kind)).toEqual(["update", "end"]);
  await world.close();
});
