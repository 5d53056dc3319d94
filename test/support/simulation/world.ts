/**
 * A simulated world for the fault suites: a whole gateway on a real store, a limited core at some
 * distance, and one clock that moves from event to event, so that an hour takes a second and the
 * same seed gives the same hour. Asserts nothing.
 */
import type { Store } from "../../../src/store/port.ts";
import { WAITING_FOR_PROBE } from "../../../src/dispatch/probe.ts";
import { createSqliteStore } from "../../../src/runtime/database/node-sqlite.ts";
import type { Config } from "../../../src/config.ts";
import type { TestEndpoint } from "../gateway.ts";
import { endpointFor, send } from "../send.ts";
import { lingering, startGateway } from "../start-gateway.ts";
import type { TestGateway } from "../start-gateway.ts";
import { webhookOf } from "./deployments.ts";
import type { DeploymentEvent } from "./deployments.ts";
import { createLimitedCore, TIMEOUT_MS } from "./limited-core.ts";
import type { LimitedCore, Limits } from "./limited-core.ts";

/** Long enough to be seen by what looks at the screen, and over before the world is. */
const LINGER_MINUTES = 1 / 60;

export interface WorldOptions {
  readonly limits?: Partial<Limits>;
  readonly settings?: Partial<Config>;
  /** Settings of the endpoint. */
  readonly endpoint?: object;
  /** How long the next call is under way to the core, and its answer back, in ms. */
  readonly latency?: () => readonly [up: number, down: number];
  /** What nothing wakes the dispatcher for it finds after so long, as the loops do, in ms. */
  readonly sweepMs?: number;
}

export interface World {
  readonly core: LimitedCore;
  readonly store: Store;
  now(): number;
  /** The process that runs now. */
  gateway(): TestGateway;
  /** Posts the webhook of an event; it must be accepted or known already. */
  deliver(event: DeploymentEvent): Promise<void>;
  /** Digests and dispatches until all that is left waits for the clock. */
  run(): Promise<void>;
  /** Lets the time pass, event by event. */
  pass(ms: number): Promise<void>;
  /** Lets the time pass until the outbox is empty; fails after `limitMs`. */
  untilIdle(limitMs: number): Promise<void>;
  /** How many commands are owed. */
  owed(): Promise<number>;
  /**
   * The process dies where it stands: its calls are under way, but it hears and writes nothing any
   * more. Another one starts after `downMs`; it frees the claims of the dead one if it may know
   * that it is alone.
   */
  kill(options: { readonly downMs: number; readonly isAlone: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** What the core of a world allows, and its gateways know, where nothing else is asked for. */
const USUAL_LIMITS: Limits = { callsPerMinute: 60, activities: 4 };

/** Real time after which a step that does not end is a bug. */
const STUCK_MS = 10_000;
export const STARTS_AT = Date.parse("2026-11-02T12:00:00.000Z");

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A gateway process: what it has begun to send, and what of that waits for the clock. */
interface Process {
  readonly gateway: TestGateway;
  readonly life: Life;
}

interface Life {
  isOver: boolean;
  begun: number;
  settled: number;
  asleep: number;
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const { latency = () => [0, 0], sweepMs = 500 } = options;
  const store = await createSqliteStore({ file: ":memory:" });
  let now = STARTS_AT;
  const limits = { ...USUAL_LIMITS, ...options.limits };
  const core = createLimitedCore(() => now, limits);
  const sleepers = new Set<Sleeper>();
  let onChange: () => void = () => undefined;

  const sleep = (life: Life, ms: number) =>
    new Promise<void>((resolve) => {
      life.asleep++;
      const sleeper: Sleeper = {
        at: now + ms,
        wake: () => {
          sleepers.delete(sleeper);
          life.asleep--;
          resolve();
        },
      };
      sleepers.add(sleeper);
      onChange();
    });

  async function start(): Promise<Process> {
    const life: Life = { isOver: false, begun: 0, settled: 0, asleep: 0 };
    const mortal = mortalStore(store, life, () => onChange());
    const settings = {
      ...lingering(LINGER_MINUTES),
      CALLS_PER_MINUTE: limits.callsPerMinute,
      LIVE_ACTIVITIES: limits.activities,
      ...options.settings,
    };
    const gateway = await startGateway({ store: mortal, startsAt: now, settings });
    gateway.core.answer(async (call) => {
      const begunAt = now;
      const [up, down] = latency();
      await sleep(life, up);
      const answer = await core.answer(call, begunAt).catch((error: unknown) => ({ error }));
      const isTimeout =
        "error" in answer && Reflect.get(Object(answer.error), "name") === "TimeoutError";
      await sleep(life, isTimeout ? TIMEOUT_MS - up : down);
      if ("error" in answer) throw answer.error;
      return answer;
    });
    return { gateway, life };
  }

  let process = await start();
  const endpoint: TestEndpoint = await endpointFor(process.gateway, "vercel", options.endpoint);

  /** Resolves when every call that was begun is over or waits for the clock. */
  function quiet({ gateway, life }: Process): Promise<void> {
    return new Promise((resolve, reject) => {
      const stuck = setTimeout(() => {
        const last = JSON.stringify(gateway.log.slice(-3));
        reject(new Error(`stuck: ${JSON.stringify(life)} ${last}`));
      }, STUCK_MS);
      onChange = () => {
        if (life.begun - life.settled !== life.asleep) return;
        clearTimeout(stuck);
        onChange = () => undefined;
        // What a settled call still does is done by then.
        setImmediate(resolve);
      };
      onChange();
    });
  }

  async function run(): Promise<void> {
    const { gateway, life } = process;
    for (let done = 1; done > 0;) {
      const digested = await gateway.steps.digest();
      const begun = await gateway.steps.dispatch();
      life.begun += begun;
      await quiet(process);
      done = digested + begun;
    }
  }

  function moveClock(time: number): void {
    process.gateway.clock.advance(time - now);
    now = time;
    for (const sleeper of sleepers) if (sleeper.at <= now) sleeper.wake();
  }

  async function moveTo(time: number): Promise<void> {
    moveClock(time);
    await quiet(process);
    await run();
  }

  async function pass(ms: number): Promise<void> {
    const until = now + ms;
    for (let at = now; at < until; at = now) {
      const due = (await store.nextCommandDue(at)) ?? until;
      const woken = [...sleepers].map((sleeper) => sleeper.at);
      await moveTo(Math.max(at, Math.min(until, at + sweepMs, due, ...woken)));
    }
  }

  const owed = async () => {
    const { commands } = await store.counts();
    return (commands.pending ?? 0) + (commands.sending ?? 0);
  };

  return {
    core,
    store,
    now: () => now,
    gateway: () => process.gateway,
    run,
    pass,
    owed,
    deliver: async (event) => {
      const answer = await send(process.gateway, endpoint, webhookOf(event));
      if (answer.status !== 200) throw new Error(`a webhook was answered ${answer.status}`);
    },
    untilIdle: async (limitMs) => {
      const limit = now + limitMs;
      await run();
      while ((await owed()) > 0) {
        if (now > limit) throw new Error(`after ${limitMs} ms ${await owed()} commands are owed`);
        await pass(sweepMs);
      }
    },
    kill: async ({ downMs, isAlone }) => {
      process.life.isOver = true;
      const startsAt = now + downMs;
      while (now < startsAt) {
        moveClock(Math.min(startsAt, ...[...sleepers].map(({ at }) => at)));
        // A call that was under way has arrived.
        await new Promise((resolve) => setImmediate(resolve));
      }
      process = await start();
      if (isAlone) await store.releaseClaims();
    },
    close: () => store.close(),
  };
}

/**
 * A store as one process sees it: when that is dead, what it asked for happens or not, and it never
 * hears of it.
 */
function mortalStore(store: Store, life: Life, onSettled: () => void): Store {
  const never = new Promise<never>(() => undefined);
  return new Proxy(store, {
    get(target, name) {
      const step: unknown = Reflect.get(target, name);
      if (typeof step !== "function") return step;
      return async (...given: unknown[]) => {
        if (life.isOver) return never;
        const result: unknown = await Reflect.apply(step, target, given);
        if (life.isOver) return never;
        if (endsFlight(name, given, result)) {
          life.settled++;
          onSettled();
        }
        return result;
      };
    },
  });
}

/**
 * A command is done with when it is settled; one that gave way to a probe, when what waits for that
 * is woken.
 */
function endsFlight(name: string | symbol, given: readonly unknown[], result: unknown): boolean {
  if (name !== "settleCommand" && name !== "wakeCommands") return false;
  const isOfProbe = JSON.stringify(given).includes(WAITING_FOR_PROBE) && result !== false;
  return name === (isOfProbe ? "wakeCommands" : "settleCommand");
}
