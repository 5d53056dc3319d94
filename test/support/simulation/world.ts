/**
 * A simulated world for the fault suites: whole gateways on a real store, a limited core at some
 * distance, and one clock that moves from event to event, so that an hour takes a second and the
 * same seed gives the same hour. Asserts nothing.
 */
import type { Store } from "../../../src/store/port.ts";
import { WAITING_FOR_PROBE } from "../../../src/dispatch/probe.ts";
import { createSqliteStore } from "../../../src/runtime/database/node-sqlite.ts";
import type { Config } from "../../../src/config.ts";
import type { HttpFixture } from "../fixtures.ts";
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
  /** How many processes share the store; default 1. */
  readonly processes?: number;
  /** Looks at the world each time that all that is left waits for the clock. */
  readonly onRest?: (world: World) => Promise<void>;
}

export interface World {
  readonly core: LimitedCore;
  readonly store: Store;
  now(): number;
  /** The process that runs now, the first of those that live. */
  gateway(): TestGateway;
  /** Posts the webhook of an event; it must be accepted or known already. */
  deliver(event: DeploymentEvent): Promise<void>;
  /** Posts a webhook to another endpoint, as `deliver` does. */
  post(endpoint: TestEndpoint, webhook: HttpFixture): Promise<void>;
  /** Digests and dispatches until all that is left waits for the clock. */
  run(): Promise<void>;
  /** Lets the time pass, event by event. */
  pass(ms: number): Promise<void>;
  /** Lets the time pass in long steps, from one thing that is due to the next. */
  rest(ms: number): Promise<void>;
  /** How many processes do not run now. */
  dead(): number;
  /** Lets the time pass until the outbox is empty; fails after `limitMs`. */
  untilIdle(limitMs: number): Promise<void>;
  /** How many commands are owed. */
  owed(): Promise<number>;
  /**
   * A process dies where it stands: its calls are under way, but it hears and writes nothing any
   * more. Another one starts after `downMs`, while those beside it go on; it frees the claims of
   * the dead one if it may know that it is alone.
   */
  kill(death: Death): Promise<void>;
  /** The same, but it dies before it takes so many more steps of its store. */
  doom(death: Death, steps: number): void;
  close(): Promise<void>;
}

export interface Death {
  readonly downMs: number;
  readonly isAlone: boolean;
  /** Which of several dies; default the first. */
  readonly process?: number;
}

/** What the core of a world allows, and its gateways know, where nothing else is asked for. */
const USUAL_LIMITS: Limits = { callsPerMinute: 60, activities: 4 };

const LONGEST_STEP_MS = 60_000;

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
  /** Steps of its store that it has left. */
  stepsLeft: number;
  downMs: number;
  /** When another one stands in its place, and whether that may know that it is alone. */
  backAt: number;
  isAlone: boolean;
  /** Resolves when it is over. */
  readonly death: Promise<undefined>;
  die(): void;
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const { latency = () => [0, 0], sweepMs = 500, processes: count = 1 } = options;
  const store = await createSqliteStore({ file: ":memory:" });
  let now = STARTS_AT;
  const limits = { ...USUAL_LIMITS, ...options.limits };
  const core = createLimitedCore(() => now, limits);
  const sleepers = new Set<Sleeper>();
  let onChange: () => void = () => undefined;
  let posted = 0;

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
    const life = newLife(
      () => now,
      () => onChange(),
    );
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

  const processes = await Promise.all(Array.from({ length: count }, start));
  const living = () => processes.filter(({ life }) => !life.isOver);
  const first = (): Process => {
    const [process] = living();
    if (!process) throw new Error("no process lives");
    return process;
  };
  const endpoint: TestEndpoint = await endpointFor(first().gateway, "vercel", options.endpoint);

  /** Resolves when every call that was begun is over or waits for the clock. */
  function quiet(): Promise<void> {
    return new Promise((resolve, reject) => {
      const stuck = setTimeout(() => {
        const last = living().map(({ life, gateway }) => [life, gateway.log.slice(-3)]);
        reject(new Error(`stuck: ${JSON.stringify(last)}`));
      }, STUCK_MS);
      onChange = () => {
        if (living().some(({ life: it }) => it.begun - it.settled !== it.asleep)) return;
        clearTimeout(stuck);
        onChange = () => undefined;
        // What a settled call still does is done by then.
        setImmediate(resolve);
      };
      onChange();
    });
  }

  /** How much it did. */
  async function runOnce({ gateway, life }: Process): Promise<number> {
    const digested = await Promise.race([gateway.steps.digest(), life.death]);
    if (digested === undefined) return 0;
    const begun = (await Promise.race([gateway.steps.dispatch(), life.death])) ?? 0;
    life.begun += begun;
    return digested + begun;
  }

  async function run(): Promise<void> {
    for (let done = [1]; done.some((it) => it > 0);) {
      done = await Promise.all(living().map(runOnce));
      await quiet();
    }
    await options.onRest?.(world);
  }

  function moveClock(time: number): void {
    for (const { gateway } of living()) gateway.clock.advance(time - now);
    now = time;
    for (const sleeper of sleepers) if (sleeper.at <= now) sleeper.wake();
  }

  async function moveTo(time: number): Promise<void> {
    moveClock(time);
    await quiet();
    await run();
  }

  async function pass(ms: number, step = () => sweepMs): Promise<void> {
    const until = now + ms;
    for (let at = now; at < until; at = now) {
      const due = (await store.nextCommandDue(at)) ?? until;
      const woken = [...sleepers].map((sleeper) => sleeper.at);
      const back = processes.flatMap(({ life }) => (life.isOver ? life.backAt : []));
      await moveTo(Math.max(at, Math.min(until, at + step(), due, ...woken, ...back)));
      await revive();
    }
  }

  /** Ever longer steps as long as no call is made. */
  async function rest(ms: number): Promise<void> {
    let stepMs = sweepMs;
    let heard = core.calls.length;
    await pass(ms, () => {
      stepMs = core.calls.length > heard ? sweepMs : Math.min(2 * stepMs, LONGEST_STEP_MS);
      heard = core.calls.length;
      return stepMs;
    });
  }

  /** Another process stands in the place of a dead one when its time has come. */
  async function revive(): Promise<void> {
    for (const [which, { life }] of processes.entries()) {
      if (!life.isOver || life.backAt > now) continue;
      processes[which] = await start();
      if (life.isAlone) await store.releaseClaims();
    }
  }

  /** To each of the processes in turn; what nobody answered is sent again. */
  async function post(to: TestEndpoint, webhook: HttpFixture): Promise<void> {
    while (living().length === 0) await pass(sweepMs);
    const { gateway, life } = living()[posted++ % living().length] ?? first();
    const answer = await Promise.race([send(gateway, to, webhook), life.death]);
    if (answer === undefined) return post(to, webhook);
    if (answer.status !== 200) throw new Error(`a webhook was answered ${answer.status}`);
  }

  function condemn({ process: which = 0, downMs, isAlone }: Death, steps: number): void {
    const { life } = processes[which] ?? first();
    life.isAlone = isAlone && processes.length === 1;
    life.downMs = downMs;
    life.stepsLeft = steps;
    if (steps === 0) life.die();
  }

  const owed = async () => {
    const { commands } = await store.counts();
    return (commands.pending ?? 0) + (commands.sending ?? 0);
  };

  const world: World = {
    core,
    store,
    now: () => now,
    gateway: () => first().gateway,
    run,
    pass: (ms) => pass(ms),
    rest,
    dead: () => processes.length - living().length,
    owed,
    post,
    deliver: (event) => post(endpoint, webhookOf(event)),
    untilIdle: async (limitMs) => {
      const limit = now + limitMs;
      await run();
      while ((await owed()) > 0) {
        if (now > limit) throw new Error(`after ${limitMs} ms ${await owed()} commands are owed`);
        await pass(sweepMs);
      }
    },
    kill: async (death) => {
      condemn(death, 0);
      await pass(death.downMs);
    },
    doom: condemn,
    close: () => store.close(),
  };
  return world;
}

function newLife(now: () => number, onDeath: () => void): Life {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const life: Life = {
    isOver: false,
    begun: 0,
    settled: 0,
    asleep: 0,
    stepsLeft: Infinity,
    downMs: 0,
    backAt: Infinity,
    isAlone: false,
    death: promise,
    die: () => {
      life.isOver = true;
      life.backAt = now() + life.downMs;
      resolve(undefined);
      onDeath();
    },
  };
  return life;
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
        if (!life.isOver && --life.stepsLeft <= 0) life.die();
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
