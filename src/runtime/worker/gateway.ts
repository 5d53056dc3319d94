/**
 * The gateway for one invocation of the Worker. Everything but the memory of endpoints is made anew
 * each time: what one invocation opened or awaits, another must not touch, and deliveries of two
 * requests are never one commit.
 */
import { adapters } from "../../../adapters/index.ts";
import { createGateway } from "../../gateway.ts";
import type { Gateway } from "../../gateway.ts";
import { createJsonLogger } from "../../observability/log.ts";
import type { Logger, Waker } from "../../ports.ts";
import type { Store } from "../../store/port.ts";
import { withOutageFallback } from "./outage-fallback.ts";
import type { EndpointMemory } from "./outage-fallback.ts";
import type { Queue, WorkerEnv } from "../cloudflare-bindings.ts";
import { createCallMeter, withSubrequestLimit } from "./subrequest-budget.ts";
import { createD1Store, openD1, D1_MAX_BODY_BYTES, D1_MAX_RETENTION_GB } from "../database/d1.ts";
import { d1Backup } from "../backup/d1-backup.ts";
import { createHyperdriveStore } from "../database/hyperdrive.ts";
import { previewOf } from "./preview-object.ts";
import type { QueueMessage } from "./queue-message.ts";
import { parseWorkerSettings } from "./settings.ts";
import type { WorkerSettings } from "./settings.ts";
import { messageOf } from "../../util/error-text.ts";

/** How long a delivery may find its endpoint as another isolate knew it, in ms. */
const ENDPOINT_TTL_MS = 2_000;

const clock = { now: () => Date.now() };
const memory: EndpointMemory = new Map();
export const log: Logger = createJsonLogger((line) => console.log(line), clock.now);

/** What a queue consumer or a sweep works with. */
export interface WorkContext {
  readonly gateway: Pick<
    Gateway,
    "digest" | "dispatch" | "idle" | "releaseStaleSlots" | "trim" | "refusedKey" | "flyCanary"
  >;
  readonly store: Store;
  readonly queue: Queue;
  readonly log: Logger;
  readonly now: () => number;
  /** Whether one more step of the pipeline fits into what an invocation may call. */
  readonly hasRoom: () => boolean;
}

/** To answer a request: what it stores wakes the consumer. Throws ConfigError. */
export function openForRequest(
  env: WorkerEnv,
  request: Request,
  waitUntil: (promise: Promise<unknown>) => void,
): Gateway {
  const settings = parseWorkerSettings(env);
  const { origin, pathname } = new URL(request.url);
  const ttlMs = pathname.startsWith("/hooks/") ? ENDPOINT_TTL_MS : 0;
  const { queue } = settings;
  const stored = openStore(settings, () => undefined);
  const store = withOutageFallback(stored, { memory, ttlMs, now: clock.now, queue, log });
  const waker: Waker = { wake: (what) => waitUntil(sendWake(queue, { wake: what }, 0)) };
  return openGateway(settings, store, waker, () => undefined, origin);
}

/**
 * To work off what is due, without a waker: whoever works goes on until nothing is left. Throws
 * ConfigError.
 */
export function openForWork(env: WorkerEnv): WorkContext {
  const settings = parseWorkerSettings(env);
  const meter = createCallMeter(settings.maxCalls);
  const store = withSubrequestLimit(openStore(settings, meter.count), meter);
  const gateway = openGateway(settings, store, { wake: () => undefined }, meter.count, "");
  const { hasRoom } = meter;
  return { gateway, store, queue: settings.queue, log, now: clock.now, hasRoom };
}

/** Never rejects: what it was to tell of is stored, and the sweep finds it within a minute. */
export async function sendWake(
  queue: Queue,
  message: QueueMessage,
  delaySeconds: number,
): Promise<void> {
  try {
    await queue.send(message, { delaySeconds });
  } catch (error) {
    log.warn("wake-up not sent", { error: messageOf(error) });
  }
}

function openStore({ database }: WorkerSettings, onBatch: () => void): Store {
  return database.kind === "d1"
    ? createD1Store(database.binding, { onBatch })
    : createHyperdriveStore(database.binding);
}

function openGateway(
  settings: WorkerSettings,
  store: Store,
  waker: Waker,
  onCall: () => void,
  origin: string,
): Gateway {
  const { config, adminToken, encryptionKey, database } = settings;
  const countedFetch: typeof fetch = (input, init) => {
    onCall();
    return fetch(input, init);
  };
  const preview = { app: previewOf(settings.preview, onCall), apiKey: settings.previewKey };
  const backup = database.kind === "d1" ? d1Backup(openD1(database.binding), clock.now) : undefined;
  return createGateway(
    {
      store,
      isBilledByRows: database.kind === "d1",
      adapters,
      clock,
      random: Math.random,
      waker,
      log,
      fetch: countedFetch,
      preview,
      backup,
    },
    {
      ...config,
      adminToken,
      encryptionKey,
      publicUrl: () => config.PUBLIC_URL ?? origin,
      ...(database.kind === "d1" && {
        maxBodyBytes: D1_MAX_BODY_BYTES,
        RETENTION_GB: Math.min(config.RETENTION_GB, D1_MAX_RETENTION_GB),
      }),
    },
  );
}
