/**
 * Puts the parts together: everything that is the same on every runtime. The runtimes bring the
 * ports and decide when the digester and the dispatcher run.
 */
import type { Hono } from "hono";
import type { Adapter } from "./adapter/contract.ts";
import { ADMIN_PATHS, adminOperations, createAdminApi } from "./api/admin-api.ts";
import { CONSOLE_PATHS, createConsole } from "./console/console.ts";
import type { DatabaseBackup } from "./api/backup.ts";
import type { AdminDeps } from "./api/deps.ts";
import type { ConsoleDeps } from "./console/deps.ts";
import type { Destinations } from "./destinations/destination.ts";
import type { Changes } from "./observability/changes.ts";
import { createApp } from "./http/app.ts";
import { readinessOf } from "./http/readiness.ts";
import type { ReadinessDeps } from "./http/readiness.ts";
import { shareFor } from "./http/share-for.ts";
import { createActivitySmithClients } from "./destinations/activitysmith/clients.ts";
import { apiKeyContext, createEndpointDirectory } from "./receive/endpoint-directory.ts";
import type { EndpointDirectory } from "./receive/endpoint-directory.ts";
import { createHookHandler } from "./http/hook-handler.ts";
import type { AnswerHook } from "./http/hook-handler.ts";
import { loginPath } from "./http/login.ts";
import { createSessions, requireOperator } from "./http/session.ts";
import { ownProblems, sharedFloods } from "./http/own-problems.ts";
import { lazyApp } from "./http/lazy-app.ts";
import { createMetrics } from "./observability/metrics.ts";
import type { Metrics } from "./observability/metrics.ts";
import { digest } from "./digest/digest.ts";
import { createDispatcher } from "./dispatch/dispatch.ts";
import type { DispatchDeps, Dispatcher } from "./dispatch/dispatch.ts";
import { dryRun } from "./digest/dry-run.ts";
import { createLedger } from "./pacing/ledger.ts";
import type { ReceiveDeps } from "./receive/receive.ts";
import { canaryAdapter, createCanary } from "./receive/canary.ts";
import type { Canary } from "./receive/canary.ts";
import { createRefusedAttempts } from "./receive/refused-attempts.ts";
import type { RefusedMemory } from "./receive/refused-attempts.ts";
import { createRepeatedLines } from "./observability/repeated-lines.ts";
import type { Clock, Logger, Waker } from "./ports.ts";
import type { Store } from "./store/port.ts";
import { outboxHealth } from "./dispatch/trouble/readiness.ts";
import { releaseStaleSlots } from "./dispatch/slot/release-stale-slots.ts";
import { trim } from "./maintenance/trim.ts";
import { sealedProblem } from "./receive/check-sealed.ts";
import { createSealer } from "./util/encryption.ts";
import { ASSETS as PHONE_FILES } from "./preview-core/page/assets.ts";
import {
  coreApiOf,
  lingerPolicy,
  pacingLimits,
  retentionPolicy,
  retryForMs,
  shownSettings,
  updateIntervalMs,
  watchPolicy,
} from "./gateway-settings.ts";
import type { GatewaySettings } from "./gateway-settings.ts";

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
  /** Whether anything can come in yet. Rejects where the store is away. */
  hasEndpoints(): Promise<boolean>;
  /** Digests what is stored; returns how much was done. */
  digest(): Promise<number>;
  /** Begins sending what is due now; returns how much it began. */
  dispatch(): Promise<number>;
  /** Resolves when no call to the core API is in flight. */
  idle(): Promise<void>;
  /**
   * Frees slots that a process which died has left behind, and commands that wait for ever; returns
   * how many slots.
   */
  releaseStaleSlots(): Promise<number>;
  /** Sends itself a delivery through PUBLIC_URL where that is due; returns how many. */
  flyCanary(): Promise<number>;
  /** Deletes a batch of what is too old or too much; returns how much went. */
  trim(): Promise<number>;
}

export function createGateway(ports: GatewayPorts, settings: GatewaySettings): Gateway {
  const { store, clock, waker, log } = ports;
  const parts = partsOf(ports, settings);
  const { adapters, findEndpoint, canary, refused, ledger, destinations, sessions } = parts;
  const dispatcher = dispatcherOf(parts);
  const watched = watchedBy(parts, dispatcher);
  const digestDeps = {
    store,
    isBilledByRows: ports.isBilledByRows ?? false,
    adapters,
    findEndpoint,
    waker,
    clock,
    log,
    watch: watchPolicy(settings),
    linger: lingerPolicy(settings),
    updateIntervalMs: updateIntervalMs(settings),
  };
  return {
    answerHook: parts.answerHook,
    app: appOf(parts, watched),
    newLoginPath: () => loginPath(sessions.newCode()),
    sealedProblem: parts.findSealedProblem,
    refusedKey: () => destinations.refusedKey(),
    hasEndpoints: async () => (await store.listEndpoints({ limit: 1 })).rows.length > 0,
    refusedDue: () => refused.nextDue(),
    writeRefused: (everything) => {
      parts.refusedLines.flush();
      return refused.write(everything);
    },
    digest: () => digest(digestDeps),
    flyCanary: async () => ((await canary?.fly()) ? 1 : 0),
    releaseStaleSlots: () => releaseStaleSlots({ store, ledger, clock, log }),
    trim: () => trim({ store, clock, log, ...retentionPolicy(settings) }),
    dispatch: () => dispatcher.dispatch(),
    idle: () => dispatcher.idle(),
  };
}

type Parts = ReturnType<typeof partsOf>;

/** What several of the three stages and the faces share. */
function partsOf(ports: GatewayPorts, settings: GatewaySettings) {
  const { store, clock, log } = ports;
  const { adminToken, encryptionKey, publicUrl, VIEWER_TOKEN: viewerToken } = settings;
  const sealer = createSealer(encryptionKey);
  const directory = createEndpointDirectory({ store, sealer, clock });
  const metrics = createMetrics();
  const canary = canaryOf(ports, settings, metrics);
  const findEndpoint = async (id: string) =>
    id === canary?.endpoint.id ? canary.endpoint : directory.find(id);
  const known = canary ? [...ports.adapters, canaryAdapter] : ports.adapters;
  const adapters = new Map(known.map((adapter) => [adapter.name, adapter]));
  const destinations = ports.destinations ?? activitySmith(ports, settings);
  const limits = pacingLimits(destinations.limits, settings);
  const refused = createRefusedAttempts({ store, clock, log, memory: ports.refusedMemory });
  const refusedLines = createRepeatedLines((message, facts) => log.warn(message, facts), clock);
  const receive = receiveDeps(ports, settings, { adapters, findEndpoint, directory });
  return {
    ports,
    settings,
    sealer,
    directory,
    canary,
    findEndpoint,
    adapters,
    metrics,
    destinations,
    limits,
    refused,
    refusedLines,
    findSealedProblem: () => sealedProblem({ store, sealer, clock }),
    answerHook: createHookHandler({ receive, metrics, log, refused, refusedLines }),
    sessions: createSessions({ adminToken, viewerToken, encryptionKey, publicUrl, clock }),
    ledger: createLedger(store, limits, clock),
  };
}

function receiveDeps(
  { store, waker, clock }: GatewayPorts,
  { maxBodyBytes }: GatewaySettings,
  known: Pick<ReceiveDeps, "adapters" | "findEndpoint"> & { readonly directory: EndpointDirectory },
): ReceiveDeps {
  const { adapters, findEndpoint, directory } = known;
  return { adapters, findEndpoint, waker, clock, maxBodyBytes, ...storing(store, directory) };
}

function dispatcherOf(parts: Parts): Dispatcher {
  const { ports, settings, sealer, destinations, limits, ledger, findEndpoint, metrics } = parts;
  const { store, waker, clock, random, log } = ports;
  return createDispatcher({
    store,
    ledger,
    findEndpoint,
    openApiKey: (id, sealed) => sealer.open(sealed, apiKeyContext(id)),
    destinationFor: (endpoint) => destinations.of(endpoint),
    destinationLimits: destinations.limits,
    waker,
    clock,
    random,
    log,
    observe: observer(metrics),
    rollUp: settings.ROLL_UP,
    updateIntervalMs: updateIntervalMs(settings),
    retryForMs: retryForMs(settings),
    pushesPerMinute: limits.notifications.callsPerMinute,
  });
}

/** What `/readyz`, the metrics and the console look at. */
function watchedBy(
  { ports, settings, refused, canary, findSealedProblem }: Parts,
  dispatcher: Dispatcher,
): ReadinessDeps {
  const { store, clock, log } = ports;
  const recent = () => ({ refusals: refused.recent(), now: clock.now() });
  return {
    store,
    log,
    sealedProblem: shareFor(SEALED_MS, clock, findSealedProblem),
    outboxHealth: async () => {
      const { facts, problems } = await outboxHealth(store, clock);
      const floods = await sharedFloods(store, recent());
      return {
        facts: { core_api: coreApiOf(settings), ...facts },
        problems: [...problems, ...floods, ...((await canary?.problems()) ?? [])],
      };
    },
    ownProblems: () => ownProblems({ oldestFlight: dispatcher.oldestFlight(), ...recent() }),
    spooled: ports.spooled ?? (() => undefined),
    setAside: ports.setAside ?? (() => 0),
    intake: ports.intake ?? (() => ({ blocked: undefined, damaged: 0 })),
  };
}

/** All routes: hooks, health, and the two faces, which are made when somebody first asks for them. */
function appOf(parts: Parts, watched: ReadinessDeps): Hono {
  const { ports, settings, sessions, answerHook, findEndpoint, adapters, metrics } = parts;
  const { store, clock } = ports;
  const adminDeps: AdminDeps = {
    store,
    directory: parts.directory,
    sealer: parts.sealer,
    adapters: ports.adapters,
    clock,
    waker: ports.waker,
    requireOperator: requireOperator(sessions),
    publicUrl: settings.publicUrl,
    dryRun,
    changes: ports.changes,
    backup: ports.backup,
  };
  const hasPreview = settings.ACTIVITYSMITH_API_KEY === undefined;
  return createApp({
    answerHook,
    findEndpoint,
    clock,
    adapters,
    ...watched,
    store,
    metrics,
    sessions,
    canary: parts.canary,
    publicUrl: settings.publicUrl,
    admin: lazyApp(ADMIN_PATHS, () => createAdminApi(adminDeps)),
    console: lazyApp(CONSOLE_PATHS, () => createConsole(consoleDeps(parts, watched, adminDeps))),
    preview: hasPreview ? ports.preview.app : undefined,
  });
}

function consoleDeps(parts: Parts, watched: ReadinessDeps, adminDeps: AdminDeps): ConsoleDeps {
  const { ports, settings, sessions, destinations } = parts;
  const store = ports.storeName === undefined ? {} : { Store: ports.storeName };
  return {
    ...adminDeps,
    operations: adminOperations(adminDeps),
    directory: parts.directory,
    roleOf: async (c) => ((await sessions.admissionOf(c)) === "operator" ? "operator" : "viewer"),
    answerHook: parts.answerHook,
    tryKey: (apiKey) => destinations.tryKey(apiKey),
    facts: {
      settings: { ...store, ...shownSettings(settings) },
      problems: shareFor(SHOWN_MS, ports.clock, async () => (await readinessOf(watched)).problems),
      keys: () => parts.sealer.keyIds(),
      ping: () => ports.store.ping(),
    },
    hasPreview: settings.ACTIVITYSMITH_API_KEY === undefined,
    phoneFiles: PHONE_FILES,
  };
}

function canaryOf(
  { store, fetch, clock, log }: GatewayPorts,
  { CANARY_MINUTES: minutes, publicUrl, encryptionKey }: GatewaySettings,
  metrics: Metrics,
): Canary | undefined {
  if (minutes === 0) return undefined;
  const failures = metrics.counter(
    "gateway_canary_failures_total",
    "Canaries that did not come through PUBLIC_URL.",
  );
  failures.add({}, 0);
  const onFailure = () => failures.add({});
  return createCanary({ store, fetch, clock, log, minutes, publicUrl, encryptionKey, onFailure });
}

/** Another process may seal with another key; that is found out by then. */
const SEALED_MS = 60_000;
/** Pages that follow what happens are asked for again and again. */
const SHOWN_MS = 2_000;

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

function activitySmith(
  { fetch, clock, preview: { app, apiKey } }: GatewayPorts,
  settings: GatewaySettings,
): Destinations {
  return createActivitySmithClients({
    baseUrl: settings.ACTIVITYSMITH_API_URL,
    apiKey: settings.ACTIVITYSMITH_API_KEY,
    fetch,
    now: () => clock.now(),
    preview: { apiKey, fetch: async (input, init) => app.fetch(new Request(input, init)) },
  });
}
