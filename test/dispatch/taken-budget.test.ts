/**
 * Calls are taken out of a budget when they begin, not when their commands are claimed: what
 * another process, or a death, does between the two overdraws and loses nothing.
 */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NO_CALL_LEFT } from "../../src/dispatch/own-call.ts";
import type { AccountState } from "../../src/model/account.ts";
import { pacingKey } from "../../src/pacing/ledger.ts";
import type { DeploymentEvent } from "../support/simulation/deployments.ts";
import { allCommands } from "../support/simulation/outbox.ts";
import { createWorld, STARTS_AT } from "../support/simulation/world.ts";
import type { World } from "../support/simulation/world.ts";
import { placesTaken } from "../support/places.ts";

const failed = (track: number): DeploymentEvent => ({
  track,
  run: 0,
  stage: "failed",
  at: STARTS_AT,
});

let world: World;
/** Of a command that was claimed, before anything else is done: what others do then. */
let onClaim: (kind: "push" | "update") => Promise<void>;

beforeEach(async () => {
  onClaim = async () => undefined;
  world = await createWorld({ latency: () => [40, 60] });
  const claim = world.store.claimCommands.bind(world.store);
  vi.spyOn(world.store, "claimCommands").mockImplementation(async (options) => {
    const claimed = await claim(options);
    for (const { intent } of claimed) await onClaim(intent.kind === "push" ? "push" : "update");
    return claimed;
  });
  // Both features have called before, so that this process believes to know their rows.
  await world.deliver(failed(1));
  await world.untilIdle(60_000);
});
afterEach(() => world.close());

const FEATURES = { push: "notifications", update: "live-activities" } as const;
type Kind = keyof typeof FEATURES;

const stateOf = async (kind: Kind) => world.store.loadAccount(pacingKey("default", FEATURES[kind]));
const callsOf = (kind: Kind) => world.core.calls.filter((it) => it.kind === kind).length;
const pending = async () =>
  (await allCommands(world.store)).filter(({ status }) => status === "pending");

/** Another process has changed the account once a command of that kind is claimed. */
function meanwhile(of: Kind, to: (state: AccountState) => AccountState): void {
  onClaim = async (kind) => {
    const stored = await stateOf(of);
    if (kind !== of || !stored) return;
    onClaim = async () => undefined;
    await world.store.saveAccount(
      pacingKey("default", FEATURES[of]),
      to(stored.state),
      stored.version,
    );
  };
}

const CHANGES: Readonly<Record<string, (state: AccountState) => AccountState>> = {
  "took the last calls": (state) => ({
    ...state,
    calls: Array<number>(60).fill(world.now()),
  }),
  "was told to wait": (state) => ({
    ...state,
    pause: { until: world.now() + 30_000, reason: "rate_limited" },
  }),
};

test.each([
  ["push", "took the last calls"],
  ["push", "was told to wait"],
  ["update", "took the last calls"],
  ["update", "was told to wait"],
] as const)("a claimed %s waits where another process %s, and goes later", async (kind, change) => {
  const before = callsOf(kind);
  meanwhile(kind, CHANGES[change] ?? ((state) => state));
  await world.deliver(failed(0));
  await world.run();
  await world.pass(2_000);
  expect(callsOf(kind)).toBe(before);
  expect((await pending()).map(({ reason }) => reason)).toEqual([NO_CALL_LEFT]);
  // A place is taken with a call or not at all.
  expect(await placesTaken(world.store)).toEqual([]);
  await world.untilIdle(120_000);
  expect(callsOf(kind)).toBe(before + 1);
  expect((await allCommands(world.store)).every(({ possibleRepeat }) => !possibleRepeat)).toBe(
    true,
  );
});

test("where another process has taken some, the call is made and both are counted", async () => {
  const before = callsOf("push");
  const called = (await stateOf("push"))?.state.calls.length ?? 0;
  meanwhile("push", (state) => ({ ...state, calls: [...state.calls, world.now()] }));
  await world.deliver(failed(0));
  await world.run();
  await world.pass(1_000);
  expect(callsOf("push")).toBe(before + 1);
  expect((await stateOf("push"))?.state.calls).toHaveLength(called + 2);
});

test.each([
  ["before it is written down", 0],
  ["after it was written down", 1],
])(
  "a process that dies with a claim, %s, has made no call, and the next one does",
  async (_, paid) => {
    const before = callsOf("push");
    const called = (await stateOf("push"))?.state.calls.length ?? 0;
    const save = world.store.saveAccount.bind(world.store);
    const die = async () => world.kill({ downMs: 500, isAlone: true });
    const key = pacingKey("default", FEATURES.push);
    const spy = vi
      .spyOn(world.store, "saveAccount")
      .mockImplementation(async (account, ...rest) => {
        if (account !== key) return save(account, ...rest);
        spy.mockRestore();
        if (paid === 0) {
          await die();
          return new Promise<boolean>(() => undefined);
        }
        const isSaved = await save(account, ...rest);
        await die();
        return isSaved;
      });
    await world.deliver(failed(0));
    await world.run();
    expect(callsOf("push")).toBe(before);
    expect((await stateOf("push"))?.state.calls).toHaveLength(called + paid);
    await world.untilIdle(60_000);
    expect(callsOf("push")).toBe(before + 1);
  },
);
