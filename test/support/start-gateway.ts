/**
 * A whole gateway for tests: real store, real pipeline, real app; the core API, the clock and the
 * loops are the test's.
 */
import { Hono } from "hono";
import { adapters } from "../../adapters/index.ts";
import { parseConfig } from "../../src/config.ts";
import type { Config } from "../../src/config.ts";
import type { Destinations } from "../../src/destinations/destination.ts";
import { createGateway } from "../../src/gateway.ts";
import type { Gateway as Built } from "../../src/gateway.ts";
import type { Store } from "../../src/store/port.ts";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import type { Gateway, TestEndpoint } from "./gateway.ts";
import * as z from "zod";
import { recordingCore } from "./recording-core.ts";
import type { RecordingCore } from "./recording-core.ts";

export const ADMIN_TOKEN = "test-admin-token-0123456789";
const ENCRYPTION_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
const ORIGIN = "http://gateway.invalid";
const API_KEY = "test-api-key";

export interface TestGateway extends Gateway {
  readonly core: RecordingCore;
  readonly store: Store;
  /** Log lines so far. */
  readonly log: readonly Record<string, unknown>[];
  /** The steps of its loops, one at a time. */
  readonly steps: Pick<
    Built,
    | "digest"
    | "dispatch"
    | "idle"
    | "releaseStaleSlots"
    | "writeRefused"
    | "refusedKey"
    | "flyCanary"
  >;
  /** Digests and dispatches until nothing is left that is due now. */
  settle(): Promise<void>;
}

export interface TestGatewayOptions {
  readonly store?: Store;
  /** ms since the epoch. */
  readonly startsAt?: number;
  readonly settings?: Partial<Config>;
  /** The gateway's own; a valid one unless told. */
  readonly apiKey?: string;
  readonly setAside?: () => number;
  /** As on D1. */
  readonly isBilledByRows?: boolean;
  /** What stands before the gateway where it calls its own address; nothing unless told. */
  readonly frontDoor?: (request: Request) => Response | undefined;
  /** In place of ActivitySmith. */
  readonly destinations?: Destinations;
}

/**
 * Results leave the screen after so many minutes, and runs are on it at once: for suites that are
 * about something else.
 */
export const lingering = (minutes: number): Partial<Config> => ({
  FIRST_FRAME_AFTER_SECONDS: 0,
  FIRST_FRAME_OF_PRODUCTION_AFTER_SECONDS: 0,
  LINGER_SUCCESS_MINUTES: minutes,
  LINGER_CANCELED_MINUTES: minutes,
  LINGER_FAILURE_MINUTES: minutes,
  LINGER_LASTING_FAILURE_MINUTES: minutes,
});

const created = z.object({ id: z.string(), url: z.string(), secret: z.string() });

export async function startGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  let now = options.startsAt ?? Date.parse("2026-11-02T12:00:00.000Z");
  const clock = { now: () => now, advance: (ms: number) => void (now += ms) };
  const store = options.store ?? (await createSqliteStore({ file: ":memory:" }));
  const core = recordingCore();
  const log: Record<string, unknown>[] = [];
  const write =
    (level: string) =>
    (message: string, facts: object = {}) =>
      void log.push({ level, message, ...facts });
  const gateway: Built = createGateway(
    {
      store,
      adapters,
      clock,
      random: () => 0.5,
      waker: { wake: () => undefined },
      log: { info: write("info"), warn: write("warn"), error: write("error") },
      fetch: async (input, init) => {
        const request = new Request(input, init);
        if (!request.url.startsWith(ORIGIN)) return core.fetch(request);
        return options.frontDoor?.(request) ?? gateway.app.fetch(request);
      },
      preview: { app: new Hono(), apiKey: "preview-key" },
      ...(options.setAside && { setAside: options.setAside }),
      isBilledByRows: options.isBilledByRows ?? false,
      ...(options.destinations && { destinations: options.destinations }),
    },
    {
      ...parseConfig({}),
      ...options.settings,
      ACTIVITYSMITH_API_KEY: options.apiKey ?? API_KEY,
      ACTIVITYSMITH_API_URL: core.baseUrl,
      adminToken: ADMIN_TOKEN,
      encryptionKey: ENCRYPTION_KEY,
      publicUrl: () => ORIGIN,
    },
  );
  const request = async (path: string, init?: RequestInit) =>
    gateway.app.fetch(new Request(ORIGIN + path, init));
  const admin = (method: string, path: string, body?: unknown) =>
    request(path, {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return {
    core,
    store,
    log,
    clock,
    steps: gateway,
    fetch: request,
    admin,
    createEndpoint: async (provider, settings = {}): Promise<TestEndpoint> => {
      const response = await admin("POST", "/api/v1/endpoints", { provider, ...settings });
      if (response.status !== 201)
        throw new Error(`POST endpoints: ${response.status} ${await response.text()}`);
      return created.parse(await response.json());
    },
    settle: async () => {
      for (let done = 1; done > 0;) {
        done = (await gateway.digest()) + (await gateway.dispatch());
        await gateway.idle();
      }
    },
    close: () => store.close(),
  };
}
