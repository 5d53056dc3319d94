/**
 * Puts the parts together: everything that is the same on every runtime. The runtimes bring the
 * ports and decide when the digester and the dispatcher run.
 */
import type { Hono } from "hono";
import type { Adapter } from "./adapter/contract.ts";
import { ADMIN_PATHS, adminOperations, createAdminApi } from "./api/admin-api.ts";
import { CONSOLE_PATHS, createConsole } from "./console/console.ts";
import type { DatabaseBackup } from "./api/backup.ts";
import type { Changes } from "./observability/changes.ts";
import { createApp } from "./http/app.ts";
import { readinessOf } from "./http/readiness.ts";
import type { ReadinessDeps } from "./http/readiness.ts";
import { shareFor } from "./http/share-for.ts";
import type { Config } from "./config.ts";
import type { LingerPolicy } from "./compose/linger.ts";
import { createActivitySmithClients } from "./destinations/activitysmith/clients.ts";
import type { DestinationLimits, Destinations } from "./destinations/destination.ts";
import { apiKeyContext, createEndpointDirectory } from "./receive/endpoint-directory.ts";
import { createHookHandler } from "./http/hook-handler.ts";
import type { AnswerHook } from "./http/hook-handler.ts";
import { loginPath } from "./http/login.ts";
import { createSessions, requireOperator } from "./http/session.ts";
import { ownProblems, sharedFloods } from "./http/own-problems.ts";
import { lazyApp } from "./http/lazy-app.ts";
import { createMetrics } from "./observability/metrics.ts";
import { digest } from "./digest/digest.ts";
import { createDispatcher } from "./dispatch/dispatch.ts";
import type { DispatchDeps } from "./dispatch/dispatch.ts";
import { dryRun } from "./digest/dry-run.ts";
import type { PacingLimits } from "./pacing/account.ts";
import { createLedger } from "./pacing/ledger.ts";
import type { FeatureLimits } from "./pacing/ledger.ts";
import type { Feature } from "./model/command.ts";
import type { ReceiveDeps } from "./receive/receive.ts";
import { canaryAdapter, createCanary } from "./receive/canary.ts";
import type { Canary } from "./receive/canary.ts";
import { createRefusedAttempts } from "./receive/refused-attempts.ts";
import type { RefusedMemory } from "./receive/refused-attempts.ts";
import { createRepeatedLines } from "./observability/repeated-lines.ts";
import type { Clock, Logger, Waker } from "./ports.ts";
import type { Store } from "./store/port.ts";
import { outboxHealth } from "./dispatch/trouble/readiness.ts";
import { releaseStaleSlots } from "./dispatch/release-stale-slots.ts";
import { trim } from "./maintenance/trim.ts";
import { sealedProblem } from "./receive/check-sealed.ts";
import { createSealer } from "./util/encryption.ts";
import { DEFAULT_WATCH } from "./tracking/watch.ts";
import { ASSETS as PHONE_FILES } from "./preview-core/page/assets.ts";

export interface GatewayPorts {
  readonly store: Store;
  /** What people call the database; left out of the settings page where it is not given. */
  readonly storeName?: string;
  /** Its owner pays for each row that is written. */
  readonly isBilledByRows?: boolean;
  readonly adapters: readonly Adapter[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly waker: Waker;
  readonly log: Logger;
  readonly fetch: typeof fetch;
  /** How many deliveries wait for a store that is away, where they can. */
  readonly spooled?: () => number;
  /** How many of them the store refused for good, so that they were set aside. */
  readonly setAside?: () => number;
  /**
   * Rung when something moved; undefined where the process does not live from one request to the
   * next.
   */
  readonly changes?: Changes;
  /** What was refused and is not written yet, where several gateways of one isolate share it. */
  readonly refusedMemory?: RefusedMemory | undefined;
  /** Why a delivery could be stored nowhere now, and how many pieces of the spool are damaged. */
  readonly intake?: () => { readonly blocked: string | undefined; readonly damaged: number };
  /** Of a database that no other program can open. */
  readonly backup?: DatabaseBackup | undefined;
  /** Where commands go; ActivitySmith where it is left out. */
  readonly destinations?: Destinations;
  /** The built-in stand-in for the core API; used where no API key is configured. */
  readonly preview: { readonly app: Hono; readonly apiKey: string };
}

export interface GatewaySettings extends Pick<
  Config,
  | "ACTIVITYSMITH_API_KEY"
  | "ACTIVITYSMITH_API_URL"
  | "CANARY_MINUTES"
  | "CALLS_PER_MINUTE"
  | "CALLS_RESERVED"
  | "LIVE_ACTIVITIES"
  | "FIRST_FRAME_AFTER_SECONDS"
  | "FIRST_FRAME_OF_PRODUCTION_AFTER_SECONDS"
  | "LINGER_CANCELED_MINUTES"
  | "LINGER_FAILURE_MINUTES"
  | "LINGER_LASTING_FAILURE_MINUTES"
  | "LINGER_SUCCESS_MINUTES"
  | "ROLL_UP"
  | "STREAM_UPDATE_INTERVAL_SECONDS"
  | "RETRY_FOR_HOURS"
  | "SILENT_AFTER_MINUTES"
  | "RETENTION_DAYS"
  | "RETENTION_GB"
  | "VIEWER_TOKEN"
> {
  readonly adminToken: string;
  readonly encryptionKey: string;
  /** Base of the hook URLs that are shown, without a slash at the end. */
  readonly publicUrl: () => string;
  /** The largest delivery that the store can hold, where that is less than what providers send. */
  readonly maxBodyBytes?: number | undefined;
}

export interface Gateway {
  readonly app: Hono;
  /** What the app answers POSTs on hook URLs with, for a runtime with a quicker door of its own. */
  readonly answerHook: AnswerHook;
  /** The path of a link that logs one browser in, once and within ten minutes. */
  newLoginPath(): string;
  /**
   * A sentence that says why the encryption key does not open what is stored; undefined where it
   * does.
   */
  sealedProblem(): Promise<string | undefined>;
  /**
   * When refused requests may be written next, in ms since the epoch; undefined where none wait.
   */
  refusedDue(): number | undefined;
  /**
   * Writes refused requests and tells of those that are repeated; all of them where the process
   * ends.
   */
  writeRefused(everything?: boolean): Promise<void>;
  /**
   * A sentence that says why the core API refuses the key of the settings; undefined where it does
   * not, or is not heard.
   */
  refusedKey(): Promise<string | undefined>;
  /** Digests what is stored; answers how much was done. */
  digest(): Promise<number>;
  /** Begins sending what is due now; answers how much it began. */
  dispatch(): Promise<number>;
  /** Resolves when no call to the core API is in flight. */
  idle(): Promise<void>;
  /**
   * Frees slots that a process which died has left behind, and commands that wait for ever; answers
   * how many slots.
   */
  releaseStaleSlots(): Promise<number>;
  /** Sends itself a delivery through PUBLIC_URL where that is due; answers how many. */
  flyCanary(): Promise<number>;
  /** Deletes a batch of what is too old or too much; answers how much went. */
  trim(): Promise<number>;
}

export function createGateway(ports: GatewayPorts, settings: GatewaySettings): Gateway {
  const { store, clock, waker, log } = ports;
  const adapters = new Map(ports.adapters.map((adapter) => [adapter.name, adapter]));
  const sealer = createSealer(settings.encryptionKey);
  const directory = createEndpointDirectory({ store, sealer, clock });
  const canary = canaryOf(ports, settings);
  if (canary) adapters.set(canaryAdapter.name, canaryAdapter);
  const findEndpoint = async (id: string) =>
    id === canary?.endpoint.id ? canary.endpoint : directory.find(id);
  const findSealedProblem = () => sealedProblem({ store, sealer, clock });
  const metrics = createMetrics();
  const destinations = ports.destinations ?? activitySmith(ports, settings);
  const limits = pacingLimits(destinations.limits, settings);
  const { maxBodyBytes } = settings;
  const stored = storing(store, directory);
  const receiveDeps = { adapters, findEndpoint, waker, clock, maxBodyBytes, ...stored };
  const refused = createRefusedAttempts({ store, clock, log, memory: ports.refusedMemory });
  const refusedLines = createRepeatedLines((message, facts) => log.warn(message, facts), clock);
  const answerHook = createHookHandler({
    receive: receiveDeps,
    metrics,
    log,
    refused,
    refusedLines,
  });
  const { adminToken, encryptionKey, publicUrl } = settings;
  const sessions = createSessions({
    adminToken,
    viewerToken: settings.VIEWER_TOKEN,
    encryptionKey,
    publicUrl,
    clock,
  });
  const adminDeps = {
    store,
    directory,
    sealer,
    adapters: ports.adapters,
    clock,
    waker,
    requireOperator: requireOperator(sessions),
    publicUrl,
    dryRun,
    changes: ports.changes,
    backup: ports.backup,
  };
  const admin = lazyApp(ADMIN_PATHS, () => createAdminApi(adminDeps));
  const console = lazyApp(CONSOLE_PATHS, () =>
    createConsole({
      ...adminDeps,
      operations: adminOperations(adminDeps),
      directory,
      roleOf: async (c) => ((await sessions.admissionOf(c)) === "operator" ? "operator" : "viewer"),
      answerHook,
      tryKey: (apiKey) => destinations.tryKey(apiKey),
      facts: {
        settings: {
          ...(ports.storeName !== undefined && { Store: ports.storeName }),
          ...shownSettings(settings),
        },
        problems: shareFor(SHOWN_MS, clock, async () => (await readinessOf(watched)).problems),
        ping: () => store.ping(),
      },
      hasPreview: settings.ACTIVITYSMITH_API_KEY === undefined,
      phoneFiles: PHONE_FILES,
    }),
  );
  const watch = { ...DEFAULT_WATCH, silentAfterMs: settings.SILENT_AFTER_MINUTES * MINUTE_MS };
  const retention = {
    keepMs: settings.RETENTION_DAYS * 24 * HOUR_MS,
    keepBytes: settings.RETENTION_GB * 1e9,
  };
  const preview = settings.ACTIVITYSMITH_API_KEY === undefined ? ports.preview.app : undefined;
  const updateIntervalMs = settings.STREAM_UPDATE_INTERVAL_SECONDS * 1000;
  const ledger = createLedger(store, limits, clock);
  const dispatcher = createDispatcher({
    store,
    ledger,
    findEndpoint,
    openApiKey: (id, sealed) => sealer.open(sealed, apiKeyContext(id)),
    destinationFor: (endpoint) => destinations.of(endpoint),
    destinationLimits: destinations.limits,
    waker,
    clock,
    random: ports.random,
    log,
    observe: observer(metrics),
    rollUp: settings.ROLL_UP,
    updateIntervalMs,
    retryForMs: settings.RETRY_FOR_HOURS * HOUR_MS,
    pushesPerMinute: limits.notifications.callsPerMinute,
  });
  const watched: ReadinessDeps = {
    store,
    log,
    sealedProblem: shareFor(SEALED_MS, clock, findSealedProblem),
    outboxHealth: async () => {
      const { facts, problems } = await outboxHealth(store, clock);
      const floods = await sharedFloods(store, { refusals: refused.recent(), now: clock.now() });
      const sendsTo = { core_api: coreApiOf(settings) };
      return {
        facts: { ...sendsTo, ...facts },
        problems: [...problems, ...floods, ...((await canary?.problems()) ?? [])],
      };
    },
    ownProblems: () =>
      ownProblems({
        oldestFlight: dispatcher.oldestFlight(),
        refusals: refused.recent(),
        now: clock.now(),
      }),
    spooled: ports.spooled ?? (() => undefined),
    setAside: ports.setAside ?? (() => 0),
    intake: ports.intake ?? (() => ({ blocked: undefined, damaged: 0 })),
  };
  return {
    answerHook,
    app: createApp({
      answerHook,
      findEndpoint,
      clock,
      adapters,
      ...watched,
      store,
      metrics,
      sessions,
      admin,
      console,
      preview,
    }),
    newLoginPath: () => loginPath(sessions.newCode()),
    sealedProblem: findSealedProblem,
    refusedKey: () => destinations.refusedKey(),
    refusedDue: () => refused.nextDue(),
    writeRefused: (everything) => {
      refusedLines.flush();
      return refused.write(everything);
    },
    digest: () =>
      digest({
        store,
        isBilledByRows: ports.isBilledByRows ?? false,
        adapters,
        findEndpoint,
        waker,
        clock,
        log,
        watch,
        linger: lingerPolicy(settings),
        updateIntervalMs,
      }),
    flyCanary: async () => ((await canary?.fly()) ? 1 : 0),
    releaseStaleSlots: () => releaseStaleSlots({ store, ledger, clock, log }),
    trim: () => trim({ store, clock, log, ...retention }),
    dispatch: () => dispatcher.dispatch(),
    idle: () => dispatcher.idle(),
  };
}

function canaryOf(
  { store, fetch, clock, log }: GatewayPorts,
  { CANARY_MINUTES: minutes, publicUrl, encryptionKey }: GatewaySettings,
): Canary | undefined {
  if (minutes === 0) return undefined;
  return createCanary({ store, fetch, clock, log, minutes, publicUrl, encryptionKey });
}

/** Another process may seal with another key; that is found out by then. */
const SEALED_MS = 60_000;
/** Pages that follow what happens are asked for again and again. */
const SHOWN_MS = 2_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function pacingLimits(
  { callsPerMinute: allowed }: DestinationLimits,
  settings: GatewaySettings,
): FeatureLimits {
  const { CALLS_PER_MINUTE, CALLS_RESERVED: reserve, LIVE_ACTIVITIES: activities } = settings;
  const of = (feature: Feature): PacingLimits => {
    const callsPerMinute = CALLS_PER_MINUTE ?? allowed[feature];
    return {
      callsPerMinute,
      reserve: Math.min(reserve, Math.floor(callsPerMinute / 2)),
      activities,
    };
  };
  return {
    notifications: of("notifications"),
    "live-activities": of("live-activities"),
    metrics: of("metrics"),
    badges: of("badges"),
  };
}
const lingerPolicy = (settings: GatewaySettings): LingerPolicy => ({
  successMs: settings.LINGER_SUCCESS_MINUTES * MINUTE_MS,
  canceledMs: settings.LINGER_CANCELED_MINUTES * MINUTE_MS,
  failureMs: settings.LINGER_FAILURE_MINUTES * MINUTE_MS,
  lastingFailureMs: settings.LINGER_LASTING_FAILURE_MINUTES * MINUTE_MS,
  graceMs: {
    production: settings.FIRST_FRAME_OF_PRODUCTION_AFTER_SECONDS * 1_000,
    preview: settings.FIRST_FRAME_AFTER_SECONDS * 1_000,
    other: settings.FIRST_FRAME_AFTER_SECONDS * 1_000,
  },
});

function storing(
  store: Store,
  directory: { forget(id: string): void },
): Pick<ReceiveDeps, "storeDelivery" | "pinEndpoint"> {
  return {
    storeDelivery: async (delivery) => {
      const [result] = await store.storeDeliveries([delivery]);
      if (!result) throw new Error("the store answered nothing for a delivery");
      return result;
    },
    pinEndpoint: async (id, pin) => {
      const inForce = await store.pinEndpoint(id, pin);
      directory.forget(id);
      return inForce;
    },
  };
}

function observer(metrics: ReturnType<typeof createMetrics>): DispatchDeps["observe"] {
  const calls = metrics.counter(
    "gateway_core_calls_total",
    "Calls to the core API by kind and result.",
  );
  const seconds = metrics.histogram(
    "gateway_core_call_seconds",
    "From a call to the core API to its answer.",
  );
  return (call, attempt) => {
    calls.add({ call, result: attempt.outcome });
    seconds.observe({ call }, attempt.durationMs / 1000);
  };
}

const coreApiOf = (settings: GatewaySettings): string =>
  settings.ACTIVITYSMITH_API_KEY === undefined
    ? "built-in preview core"
    : settings.ACTIVITYSMITH_API_URL;

/** What may be shown of the settings: nothing that is secret. */
const shownSettings = (settings: GatewaySettings): Record<string, string> => ({
  "Core API": coreApiOf(settings),
  "Live Activities at the same time": String(settings.LIVE_ACTIVITIES),
  "Updates of one activity": `${settings.STREAM_UPDATE_INTERVAL_SECONDS} s apart`,
  "A run without news": `counts as silent after ${settings.SILENT_AFTER_MINUTES} min`,
  "Calls are tried again for": `${settings.RETRY_FOR_HOURS} h`,
  "Deliveries are kept": `${settings.RETENTION_DAYS} days, ${settings.RETENTION_GB} GB`,
});

function activitySmith(
  { fetch, preview: { app, apiKey } }: GatewayPorts,
  settings: GatewaySettings,
): Destinations {
  return createActivitySmithClients({
    baseUrl: settings.ACTIVITYSMITH_API_URL,
    apiKey: settings.ACTIVITYSMITH_API_KEY,
    fetch,
    preview: { apiKey, fetch: async (input, init) => app.fetch(new Request(input, init)) },
  });
}
