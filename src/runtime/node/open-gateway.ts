/**
 * A gateway in a Node process without a door of its own: its store is open, its loops run once they
 * are begun, and whoever opened it brings the requests.
 */
import { adapters as builtIn } from "../../../adapters/index.ts";
import type { Adapter } from "../../adapter/contract.ts";
import type { Config } from "../../config.ts";
import { createGateway } from "../../gateway.ts";
import type { Gateway, GatewayPorts } from "../../gateway.ts";
import { isStoreAway } from "../../model/errors/store-away-error.ts";
import { createChanges } from "../../observability/changes.ts";
import type { Changes } from "../../observability/changes.ts";
import type { Logger } from "../../ports.ts";
import { createPreviewCore } from "../../preview-core/preview-core.ts";
import type { PreviewCore } from "../../preview-core/preview-core.ts";
import type { Store } from "../../store/port.ts";
import { ConfigError } from "../../util/config-error.ts";
import { randomToken } from "../../util/id.ts";
import { openStore } from "./open-store.ts";
import { newEncryptionKey, secretsOf } from "./secrets.ts";
import type { SpooledStore } from "./spool/spooled-store.ts";
import { WorkLoops } from "./work-loops.ts";

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
  const preview = openPreview(config, ports);
  const changes = createChanges();
  const loops = new WorkLoops(changes, clock);
  const held = holdingInfo(log);
  const { wrapStore, onRefused, publicUrl } = ports;
  const { waker } = loops;
  const store = await openStore({ config, log: held.log, waker, wrapStore, onRefused });
  try {
    const encryptionKey = keptKey ?? (await newKey(config, store));
    const open = { config, log, ports, preview, changes, store, loops };
    const settings = { ...config, adminToken, encryptionKey, publicUrl };
    const gateway = createGateway(gatewayPorts(open), settings);
    await requireFittingKey(gateway);
    return {
      gateway,
      adminToken,
      previewKey: config.ACTIVITYSMITH_API_KEY === undefined ? preview.apiKey : undefined,
      isWatched: () => preview.viewers() + changes.viewers() > 0,
      begin: () => {
        held.release();
        loops.begin(gateway, store, log);
      },
      stop: (shutDoor = async () => undefined) => stop(open, gateway, shutDoor),
      discard: () => store.close(),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** What a gateway is made of, and what has to be closed with it. */
interface Open {
  readonly config: Config;
  readonly log: Logger;
  readonly ports: OpenPorts;
  readonly preview: PreviewCore;
  readonly changes: Changes;
  readonly store: SpooledStore;
  readonly loops: WorkLoops;
}

const openPreview = (config: Config, { fetch = globalThis.fetch }: OpenPorts): PreviewCore =>
  createPreviewCore({
    now: clock.now,
    fetch,
    apiKey: config.PREVIEW_API_KEY ?? `preview_${randomToken(PREVIEW_KEY_BYTES)}`,
  });

const newKey = async ({ DATA_DIR }: Config, store: Store): Promise<string> =>
  newEncryptionKey(DATA_DIR, await store.sealedTexts(clock.now()));

const gatewayPorts = ({
  config,
  log,
  ports,
  preview,
  changes,
  store,
  loops,
}: Open): GatewayPorts => ({
  store,
  storeName: config.DATABASE_URL === undefined ? "SQLite, a file in DATA_DIR" : "Postgres",
  adapters: ports.adapters ?? builtIn,
  clock,
  random: Math.random,
  waker: loops.waker,
  log,
  fetch: ports.fetch ?? globalThis.fetch,
  preview,
  changes,
  spooled: () => store.spooled,
  setAside: () => store.setAside,
  intake: () => ({ blocked: store.blocked, damaged: store.damaged }),
});

/**
 * Throws ConfigError where the key does not open what is stored. While the database is away nobody
 * knows; readiness asks again.
 */
async function requireFittingKey(gateway: Gateway): Promise<void> {
  const problem = await gateway.sealedProblem().catch((error: unknown) => {
    if (isStoreAway(error)) return undefined;
    throw error;
  });
  if (problem !== undefined) throw new ConfigError(problem);
}

async function stop(
  { preview, changes, loops, store }: Open,
  gateway: Gateway,
  shutDoor: () => Promise<void>,
): Promise<void> {
  preview.close();
  changes.close();
  const done = Promise.all([loops.stop(), shutDoor()])
    .then(() => gateway.idle())
    .then(() => gateway.writeRefused(true));
  try {
    await within(STOP_WORK_MS, done);
  } finally {
    await within(STOP_STORE_MS, store.close());
  }
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
