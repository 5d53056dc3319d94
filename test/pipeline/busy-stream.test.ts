/** A stream is called by one at a time: another call waits and says why, but not for a process that is known to be dead. */
import { expect, test } from "vitest";
import type { DeploymentEvent, Stage } from "../faults/deployments.ts";
import { allCommands } from "../faults/outbox.ts";
import { createWorld, STARTS_AT } from "../faults/world.ts";

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
  expect(world.core.calls.map(({ kind }) => kind)).toEqual(["update", "end"]);
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
