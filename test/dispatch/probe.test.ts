/**
 * While the core API does not answer, only calls that may be repeated go out: an outage costs no
 * push.
 */
import { PROBE_STREAM_KEY } from "../../src/destinations/activitysmith/activitysmith.ts";
import { expect, test } from "vitest";
import type { DeploymentEvent } from "../support/simulation/deployments.ts";
import { markOf } from "../support/simulation/deployments.ts";
import type { Fault } from "../support/simulation/limited-core.ts";
import { allCommands } from "../support/simulation/outbox.ts";
import { expectPushesOnce } from "../support/simulation/promises.ts";
import { randomness } from "../support/simulation/randomness.ts";
import { createWorld, STARTS_AT } from "../support/simulation/world.ts";
import type { World } from "../support/simulation/world.ts";
import { WAITING_FOR_PROBE } from "../../src/dispatch/probe.ts";

const MINUTE_MS = 60_000;
const LIMITS = { callsPerMinute: 60, activities: 4 };

const failureOf = (track: number, run = 0): DeploymentEvent => ({
  track,
  run,
  stage: "failed",
  at: STARTS_AT + run,
});

/**
 * A world of pushes alone, in which every call goes wrong in one of these ways until they are taken
 * away.
 */
async function worldOf(...faults: readonly Fault[]): Promise<World & { recover(): void }> {
  const random = randomness(20_261_105);
  const world = await createWorld({
    limits: LIMITS,
    endpoint: { deliver: "push", notify: "outcomes" },
    latency: () => [40, 60],
    settings: { RETRY_FOR_HOURS: 1 },
    sweepMs: 5_000,
  });
  let current = faults;
  world.core.fail(() => current[Math.floor(random() * current.length)]);
  return { ...world, recover: () => void (current = []) };
}

const probesOf = ({ core }: World) =>
  core.calls.filter(({ streamKey }) => streamKey === PROBE_STREAM_KEY);
const pushesOf = ({ core }: World) => core.calls.filter(({ kind }) => kind === "push");

test.each<[string, readonly Fault[]]>([
  ["hangs", ["timeout_lost", "timeout_done"]],
  ["resets", ["reset_lost", "reset_done"]],
  ["mixed trouble", ["timeout_lost", "reset_done", "error_500", "timeout_done"]],
])("an outage that begins with %s under load costs no push", async (_name, faults) => {
  const world = await worldOf(...faults);
  for (let track = 0; track < 20; track++) await world.deliver(failureOf(track));
  await world.run();
  await world.pass(10 * MINUTE_MS);
  for (let track = 20; track < 30; track++) await world.deliver(failureOf(track));
  await world.pass(2 * MINUTE_MS);
  expect(probesOf(world).length).toBeGreaterThan(5);
  world.recover();
  await world.untilIdle(10 * MINUTE_MS);
  const commands = await allCommands(world.store);
  expect(commands.map(({ status }) => status)).toEqual(commands.map(() => "done"));
  expect(commands).toHaveLength(30);
  expectPushesOnce(world.core, commands);
  // What came when nobody answered any more was never in doubt.
  const late = new Set(Array.from({ length: 10 }, (_, at) => markOf({ track: 20 + at, run: 0 })));
  const isLate = (call: unknown) => [...late].some((mark) => JSON.stringify(call).includes(mark));
  expect(commands.filter((it) => isLate(it.intent) && it.possibleRepeat)).toEqual([]);
  await world.close();
});

test("probes come one at a time, and the pushes right after the first that is answered", async () => {
  const world = await worldOf("timeout_lost");
  for (let track = 0; track < 20; track++) await world.deliver(failureOf(track));
  await world.pass(10 * MINUTE_MS);
  const until = world.now();
  world.recover();
  await world.untilIdle(10 * MINUTE_MS);
  const opened = probesOf(world)[0]?.begunAt ?? 0;
  const away = world.core.calls.filter(({ begunAt }) => begunAt >= opened && begunAt < until);
  // A hang takes ten seconds, and nothing else is begun meanwhile.
  for (const [index, call] of away.entries())
    expect(call.begunAt - (away[index - 1]?.begunAt ?? 0)).toBeGreaterThanOrEqual(10_000);
  const heard = probesOf(world).find(({ status }) => status === 404);
  expect(heard).toBeDefined();
  const after = pushesOf(world).filter(({ begunAt }) => begunAt > (heard?.begunAt ?? Infinity));
  expect(after).toHaveLength(20);
  // One after the other, each on its way for 100 ms: so few can be repeated where a process dies.
  expect(after.every(({ begunAt }) => begunAt - (heard?.begunAt ?? 0) < 20 * 100 + 500)).toBe(true);
  await world.close();
});

test("who reads a push that waits is told why, and metrics count the probes", async () => {
  const world = await worldOf("error_500");
  for (let track = 0; track < 8; track++) await world.deliver(failureOf(track));
  await world.pass(MINUTE_MS);
  await world.deliver(failureOf(9));
  await world.pass(5 * MINUTE_MS);
  const waiting = (await allCommands(world.store)).find((it) => it.reason === WAITING_FOR_PROBE);
  expect(waiting).toMatchObject({ status: "pending", possibleRepeat: false });
  world.recover();
  await world.untilIdle(10 * MINUTE_MS);
  const found = await world.store.findDelivery(waiting?.deliveryId ?? "");
  const attempts = found?.commands[0]?.attemptLog.map(({ outcome }) => outcome) ?? [];
  expect(attempts).toContain("held_back");
  expect(attempts.at(-1)).toBe("ok");
  const metrics = await (await world.gateway().admin("GET", "/metrics")).text();
  expect(metrics).toMatch(/gateway_core_calls_total\{call="probe",result="unavailable"\} \d+/);
  expect(metrics).toContain('gateway_core_calls_total{call="probe",result="gone"} 1\n');
  await world.close();
});

test("a process that dies in a probe leaves no push in doubt", async () => {
  const world = await worldOf("timeout_lost");
  for (let track = 0; track < 10; track++) await world.deliver(failureOf(track));
  await world.pass(5 * MINUTE_MS);
  for (let track = 10; track < 14; track++) await world.deliver(failureOf(track));
  for (let deaths = 0; deaths < 4; deaths++) {
    const before = probesOf(world).length;
    while (probesOf(world).length === before) await world.pass(1_000);
    await world.kill({ downMs: 1_000, isAlone: true });
  }
  world.recover();
  await world.untilIdle(10 * MINUTE_MS);
  const commands = await allCommands(world.store);
  expect(commands.filter(({ status }) => status !== "done")).toEqual([]);
  expect(commands.slice(-4).filter(({ possibleRepeat }) => possibleRepeat)).toEqual([]);
  await world.close();
});

test("a push that nobody could be asked about for as long as it is worth it is given up", async () => {
  const world = await worldOf("timeout_lost");
  for (let track = 0; track < 6; track++) await world.deliver(failureOf(track));
  await world.pass(65 * MINUTE_MS);
  const commands = await allCommands(world.store);
  expect(commands.map(({ status }) => status)).toEqual(commands.map(() => "dead"));
  for (const { reason } of commands) expect(reason).toMatch(/^given up: /);
  await world.close();
});

test("after a refusal that does not say for how long, one call goes first", async () => {
  const world = await worldOf("rate_429");
  for (let track = 0; track < 20; track++) await world.deliver(failureOf(track));
  await world.pass(3 * MINUTE_MS);
  const refused = world.core.calls.length;
  // The one that was under way at the first refusal, and then one for each pause.
  const begun = world.core.calls.map(({ begunAt }) => begunAt).slice(1);
  expect(begun.length).toBeGreaterThan(2);
  for (const [index, at] of begun.slice(1).entries())
    expect(at - (begun[index] ?? at)).toBeGreaterThanOrEqual(5_000);
  world.recover();
  await world.untilIdle(10 * MINUTE_MS);
  const [first, second] = world.core.calls.slice(refused);
  expect(first?.status).toBe(200);
  expect(second?.begunAt).toBeGreaterThanOrEqual((first?.begunAt ?? Infinity) + 100);
  await world.close();
});
