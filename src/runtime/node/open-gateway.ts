/**
 * A gateway in a Node process without a door of its own: its store is open, its loops run once they
 * are begun, and whoever opened it brings the requests.
 */
import { adapters as builtIn } from "../../../adapters/index.ts";
import type { Adapter } from "../../adapter/contract.ts";
import type { Config } from "../../config.ts";
import { DIGEST_BATCH } from "../../digest/digest.ts";
import { createGateway } from "../../gateway.ts";
import type { Gateway } from "../../gateway.ts";
import { isStoreAway } from "../../model/errors/store-away-error.ts";
import { createChanges } from "../../observability/changes.ts";
import type { Changes } from "../../observability/changes.ts";
import type { Logger, WakeReason, Waker } from "../../ports.ts";
import { createPreviewCore } from "../../preview-core/preview-core.ts";
import type { Store } from "../../store/port.ts";
import { ConfigError } from "../../util/config-error.ts";
import { randomToken } from "../../util/id.ts";
import { startLoop } from "./loop.ts";
import type { Loop } from "./loop.ts";
import { openStore } from "./open-store.ts";
import { newEncryptionKey, secretsOf } from "./secrets.ts";
import type { SpooledStore } from "./spool/spooled-store.ts";

export interface OpenedGateway {
  readonly gateway: Gateway;
  readonly adminToken: string;
  /** What the preview core's API takes; undefined where the real core API is used instead. */
  readonly previewKey: string | undefined;
  /** Whether a page of it is open in a browser. */
  isWatched(): boolean;
  /** From now on what is due is digested and sent. */
  begin(): void;
  /**
   * Shuts the door, stops claiming, finishes what is in flight, closes the store. Whatever is left
   * is found at the next start.
   */
  stop(shutDoor?: () => Promise<void>): Promise<void>;
  /** In place of `stop` where it was never begun. */
  discard(): Promise<void>;
}

export interface OpenPorts {
  readonly publicUrl: () => string;
  /**
   * Called where a database that was away comes to answer, and then with a sentence that waiting
   * does not help.
   */
  readonly onRefused: (sentence: string) => void;
  /** The built-in ones unless told. */
  readonly adapters?: readonly Adapter[] | undefined;
  readonly fetch?: typeof fetch;
  /** Wraps the opened store. */
  readonly wrapStore?: (store: Store) => Store;
}

/** A lost wake-up costs this much at most. */
const SWEEP_MS = 1_000;
const REFUSED_SWEEP_MS = 250;
const SLOTS_SWEEP_MS = 60_000;
const CANARY_SWEEP_MS = 30_000;
const RETENTION_SWEEP_MS = 5 * 60_000;
/**
 * A stop takes ten seconds at most, which is what service managers grant, and on a busy machine
 * too: what hangs is left alone.
 */
const STOP_WORK_MS = 7_500;
const STOP_STORE_MS = 1_000;

const clock = { now: () => Date.now() };
const PREVIEW_KEY_BYTES = 18;

/** Rejects with one sentence where a setting or the store forbids it. */
export async function openGateway(
  config: Config,
  log: Logger,
  ports: OpenPorts,
): Promise<OpenedGateway> {
  const { adminToken, encryptionKey: keptKey } = secretsOf(config);
  const fetch = ports.fetch ?? globalThis.fetch;
  const preview = createPreviewCore({
    now: clock.now,
    fetch,
    apiKey: config.PREVIEW_API_KEY ?? `preview_${randomToken(PREVIEW_KEY_BYTES)}`,
  });
  const loops = new Map<WakeReason, Loop>();
  const changes = createChanges();
  const waker: Waker = {
    wake: (what) => {
      loops.get(what)?.wake();
      changes.ring();
    },
  };
  const held = holdingInfo(log);
  const { wrapStore, onRefused } = ports;
  const store = await openStore({ config, log: held.log, waker, wrapStore, onRefused });
  const closing = async (error: unknown): Promise<never> => {
    await store.close();
    throw error;
  };
  const makeKey = async () =>
    newEncryptionKey(config.DATA_DIR, await store.sealedTexts(clock.now()));
  const encryptionKey = keptKey ?? (await makeKey().catch(closing));
  const gateway = createGateway(
    {
      store,
      storeName: config.DATABASE_URL === undefined ? "SQLite, a file in DATA_DIR" : "Postgres",
      adapters: ports.adapters ?? builtIn,
      clock,
      random: Math.random,
      waker,
      log,
      fetch,
      preview,
      changes,
      spooled: () => store.spooled,
      setAside: () => store.setAside,
      intake: () => ({ blocked: store.blocked, damaged: store.damaged }),
    },
    { ...config, adminToken, encryptionKey, publicUrl: ports.publicUrl },
  );
  // While the database is away nobody knows; readiness asks again.
  const problem = await gateway
    .sealedProblem()
    .catch((error: unknown) => (isStoreAway(error) ? undefined : closing(error)));
  if (problem !== undefined) return closing(new ConfigError(problem));
  let housekeeping: readonly Loop[] = [];
  return {
    gateway,
    adminToken,
    previewKey: config.ACTIVITYSMITH_API_KEY === undefined ? preview.apiKey : undefined,
    isWatched: () => preview.viewers() + changes.viewers() > 0,
    begin: () => {
      held.release();
      startLoops(loops, gateway, store, log, changes);
      housekeeping = startHousekeeping(gateway, store, waker, log);
    },
    stop: async (shutDoor = async () => undefined) => {
      preview.close();
      changes.close();
      const working = [...housekeeping, ...loops.values()].map((loop) => loop.stop());
      const done = Promise.all([shutDoor(), ...working])
        .then(() => gateway.idle())
        .then(() => gateway.writeRefused(true));
      try {
        await within(STOP_WORK_MS, done);
      } finally {
        await within(STOP_STORE_MS, store.close());
      }
    },
    discard: () => store.close(),
  };
}

/** The next one is looked at with the next sweep. */
async function flyCanary(gateway: Gateway): Promise<number> {
  await gateway.flyCanary();
  return 0;
}

function startHousekeeping(
  gateway: Gateway,
  store: SpooledStore,
  waker: Waker,
  log: Logger,
): readonly Loop[] {
  return [
    { name: "spool", step: () => drainSpool(store, waker), sweepMs: SWEEP_MS },
    { name: "refused", step: () => writeRefused(gateway), sweepMs: REFUSED_SWEEP_MS },
    { name: "slots", step: () => gateway.releaseStaleSlots(), sweepMs: SLOTS_SWEEP_MS },
    { name: "canary", step: () => flyCanary(gateway), sweepMs: CANARY_SWEEP_MS },
    { name: "retention", step: () => gateway.trim(), sweepMs: RETENTION_SWEEP_MS },
  ].map((it) => startLoop({ ...it, now: clock.now, log }));
}

/**
 * A logger that keeps what it is told by the way until the start has succeeded: one that fails says
 * one sentence.
 */
function holdingInfo(log: Logger): { readonly log: Logger; readonly release: () => void } {
  let held: (() => void)[] | undefined = [];
  const info: Logger["info"] = (message, facts) => {
    const say = () => log.info(message, facts);
    if (held) held.push(say);
    else say();
  };
  return {
    log: {
      info,
      warn: (message, facts) => log.warn(message, facts),
      error: (message, facts) => log.error(message, facts),
    },
    release: () => {
      const said = held ?? [];
      held = undefined;
      for (const say of said) say();
    },
  };
}

/** Waits for it, but not longer; a rejection is passed on. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function drainSpool(store: SpooledStore, waker: Waker): Promise<number> {
  const before = store.spooled;
  const left = await store.drain();
  if (left < before) waker.wake("deliveries");
  return 0;
}

function startLoops(
  loops: Map<WakeReason, Loop>,
  gateway: Gateway,
  store: Store,
  log: Logger,
  changes: Changes,
): void {
  const shared = { sweepMs: SWEEP_MS, now: clock.now, log };
  loops.set(
    "deliveries",
    startLoop({
      ...shared,
      name: "digest",
      step: async () => {
        const done = await gateway.digest();
        if (done > 0) changes.ring();
        // What comes later wakes the loop again, so only a full batch leaves anything behind.
        return done < DIGEST_BATCH ? 0 : done;
      },
    }),
  );
  loops.set(
    "commands",
    startLoop({
      ...shared,
      name: "dispatch",
      // What did not fit beside the calls in flight is begun when one of them ends, which wakes the
      // loop.
      step: async () => {
        await gateway.dispatch();
        return 0;
      },
      nextDue: (notYetAt) => store.nextCommandDue(notYetAt),
    }),
  );
}

/** Nothing is left over for the next turn: what comes later is swept later. */
async function writeRefused(gateway: Gateway): Promise<number> {
  await gateway.writeRefused();
  return 0;
}
