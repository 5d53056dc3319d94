/**
 * The HTTP face of the gateway: its routes. Decides nothing that the hooks' handler or the admin API decides.
 */
import { Hono } from "hono";
import type { Context } from "hono";
import { createHookRoutes } from "./hook-routes.ts";
import type { HookRouteDeps } from "./hook-routes.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { Logger } from "../ports.ts";
import type { AdminStore, MaintenanceStore } from "../store/port.ts";
import { unexpected } from "../observability/internal-error.ts";

export interface AppDeps extends HookRouteDeps {
  readonly store: AdminStore & MaintenanceStore;
  /** Whether calls go out as they should, and what is to be said of it; rejects where the store is away. */
  readonly outboxHealth: () => Promise<{ readonly isWell: boolean; readonly facts: object }>;
  /** How many deliveries wait for a store that is away; undefined where there is no place for them to wait. */
  readonly spooled: () => number | undefined;
  /** How many acknowledged deliveries the store refuses, so that they are kept beside it. */
  readonly setAside: () => number;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Serves `/api/v1/*` and `/openapi.json`. */
  readonly admin: Hono;
  /** Served under `/preview`; undefined where the gateway forwards to the real core API only. */
  readonly preview: Hono | undefined;
}

/** For whoever opens the bare address. */
const WHAT_IS_WHERE = {
  name: "activitysmith-webhooks",
  api: "/openapi.json",
  health: "/healthz",
  readiness: "/readyz",
} as const;

export function createApp(deps: AppDeps): Hono {
  const app = new Hono();
  app.route("/", createHookRoutes(deps));
  app.get("/", (c) => (deps.preview ? c.redirect("/preview") : c.json(WHAT_IS_WHERE)));
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", (c) => ready(deps, c));
  app.get("/metrics", (c) => metrics(deps, c));
  app.route("/", deps.admin);
  if (deps.preview) app.route("/preview", deps.preview);
  app.notFound((c) => c.json({ error: "not_found" }, 404));
  app.onError((error, c) => {
    const where = { method: c.req.method, path: routeOf(c) };
    const { status, body } = unexpected(deps.log, error, where, deps.clock.now());
    return c.json(body, status);
  });
  return app;
}

/** The path without what must not be logged: the token of a hook URL. */
const routeOf = (c: Context): string => c.req.path.replace(/^(\/hooks\/[^/]+)\/.*/, "$1/…");

/**
 * 503 where nothing can be taken in. `degraded` is still ready: deliveries wait in the spool or are set aside, or commands
 * wait or were given up lately, for reasons that are told.
 */
async function ready(deps: AppDeps, c: Context): Promise<Response> {
  const spooled = deps.spooled();
  const setAside = deps.setAside();
  try {
    await deps.store.ping();
    const outbox = await deps.outboxHealth();
    const isWell = (spooled ?? 0) === 0 && setAside === 0 && outbox.isWell;
    return c.json({
      status: isWell ? "ok" : "degraded",
      store: "ok",
      spooled: spooled ?? 0,
      set_aside: setAside,
      ...outbox.facts,
    });
  } catch (error) {
    deps.log.error("not ready", { store: error instanceof Error ? error.message : String(error) });
    const canSpool = spooled !== undefined;
    const status = canSpool ? "degraded" : "unavailable";
    const facts = { status, store: "unreachable", spooled: spooled ?? 0, set_aside: setAside };
    return c.json(facts, canSpool ? 200 : 503);
  }
}

async function metrics(deps: AppDeps, c: Context): Promise<Response> {
  const { deliveries, commands, oldestPendingAt } = await deps.store.counts();
  const waitedMs = oldestPendingAt === undefined ? 0 : deps.clock.now() - oldestPendingAt;
  const text = deps.metrics.render([
    {
      name: "gateway_deliveries",
      help: "Stored deliveries by status.",
      samples: byStatus(deliveries),
    },
    {
      name: "gateway_deliveries_set_aside",
      help: "Acknowledged deliveries that the store refuses; they are in a file beside the spool.",
      samples: [{ labels: {}, value: deps.setAside() }],
    },
    {
      name: "gateway_commands",
      help: "Commands by status; pending, sending and dead ones are the outbox.",
      samples: byStatus(commands),
    },
    {
      name: "gateway_oldest_pending_command_seconds",
      help: "How long the oldest pending command has waited.",
      samples: [{ labels: {}, value: Math.max(0, waitedMs) / 1000 }],
    },
  ]);
  return c.text(text, 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
}

const byStatus = (counts: Readonly<Partial<Record<string, number>>>) =>
  Object.entries(counts).map(([status, value]) => ({ labels: { status }, value: value ?? 0 }));
