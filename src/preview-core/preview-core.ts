/**
 * A stand-in of the core API with a lock screen to look at: what would happen on an iPhone happens
 * here, in memory. It keeps nothing over a restart and calls nobody, except a webhook whose button
 * is pressed on the page.
 */
import { Hono } from "hono";
import { createApi } from "./api.ts";
import { createChaos } from "./limits/chaos.ts";
import { createEventStreams } from "./routes/events.ts";
import { DEFAULT_LIMITS } from "./screen/lock-screen.ts";
import type { LockScreen, PreviewLimits } from "./screen/lock-screen.ts";
import { createRateLimits } from "./limits/rate-limits.ts";
import { createScreenStore } from "./screen/screen-store.ts";
import { createScreenRoutes, newWidget } from "./routes/screen-routes.ts";
import type { MetricRequest } from "./routes/screen-routes.ts";
import { createService } from "./service.ts";

export type { LockScreen, PreviewLimits } from "./screen/lock-screen.ts";

export interface PreviewCoreOptions {
  /** ms since the epoch. */
  readonly now: () => number;
  /** The key that its API takes; the reserved ones are this one with a word after it. */
  readonly apiKey: string;
  /** Calls the webhooks of pressed buttons, https only. */
  readonly fetch: typeof fetch;
  readonly limits?: Partial<PreviewLimits>;
  /** Metrics that exist from the start; others are made by `POST /metrics` of the app. */
  readonly metrics?: readonly MetricRequest[];
}

export interface PreviewCore {
  readonly apiKey: string;
  /**
   * To be mounted at `/preview`, behind a login but for `/api/*`, which takes `apiKey` alone: the
   * core API under `/api/*`, the page at `/`, its live picture at `/events` and `/state`, and what
   * a finger does: `/press`, `/dismiss`, `/metrics`.
   */
  readonly app: Hono;
  snapshot(): LockScreen;
  /** Tells of every change; returns how to stop that. */
  onChange(listener: (screen: LockScreen) => void): () => void;
  /** Ends the open event streams, which would keep a server from closing. */
  close(): void;
  /** How many watch the lock screen. */
  viewers(): number;
}

export function createPreviewCore(options: PreviewCoreOptions): PreviewCore {
  const { now, fetch, apiKey } = options;
  const limits: PreviewLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const rateLimits = createRateLimits(limits.quotas);
  const chaos = createChaos();
  const widgets = (options.metrics ?? []).map(newWidget);
  const store = createScreenStore({ now, limits, rateLimits, chaos, widgets });
  const events = createEventStreams(store);
  const service = createService({ store, rateLimits, chaos, limits, now });
  const app = new Hono();
  app.route("/api", createApi(service, apiKey));
  app.route("/", createScreenRoutes({ service, events, fetch }));
  return {
    app,
    apiKey,
    snapshot: () => store.snapshot(),
    onChange: (listener) => store.onChange(listener),
    close() {
      chaos.close();
      events.close();
    },
    viewers: () => events.viewers(),
  };
}
