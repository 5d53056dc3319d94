/** What watches the gateway: is it alive, can it take anything in, and what are its figures. */
import { Hono } from "hono";
import type { Context, MiddlewareHandler } from "hono";
import type { Gauge, Metrics } from "../observability/metrics.ts";
import { problemGauge } from "../observability/problem.ts";
import type { Clock } from "../ports.ts";
import type { AdminStore, MaintenanceStore } from "../store/port.ts";
import type { Sessions } from "./session.ts";
import { VERSION } from "../version.ts";
import type { Canary } from "../receive/canary.ts";
import { readinessOf } from "./readiness.ts";
import type { ReadinessDeps } from "./readiness.ts";
import { shareFor } from "./share-for.ts";
import { messageOf } from "../util/error-text.ts";

export interface StatusDeps extends ReadinessDeps {
  readonly store: AdminStore & MaintenanceStore;
  readonly metrics: Metrics;
  readonly sessions: Pick<Sessions, "admissionOf">;
  readonly clock: Clock;
  /** Undefined where none is sent. */
  readonly canary?: Pick<Canary, "lastSuccessAt"> | undefined;
  /** Where providers reach the gateway, as its endpoints show it. */
  readonly publicUrl: () => string;
}

/**
 * Counting the rows takes as long as there are many, and whoever scrapes asks every 10 s at most.
 */
const METRICS_MS = 5_000;

/** Serves `/healthz`, `/readyz` and `/metrics`; to be mounted at `/`. */
export function createStatusRoutes(deps: StatusDeps, operator: MiddlewareHandler): Hono {
  const app = new Hono();
  const metrics = shareFor(METRICS_MS, deps.clock, () => metricsText(deps));
  app.get("/healthz", (c) => c.json({ status: "ok", version: VERSION }));
  app.get("/readyz", (c) => ready(deps, c));
  app.use("/metrics", operator);
  app.get("/metrics", async (c) =>
    c.text(await metrics(), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }),
  );
  return app;
}

/**
 * 503 where nothing can be taken in. Strangers are told the status alone: accounts and figures are
 * none of their business.
 */
async function ready(deps: StatusDeps, c: Context): Promise<Response> {
  const { status, facts, problems } = await readinessOf(deps);
  const admission = await deps.sessions.admissionOf(c);
  const isOperator = admission === "operator" || admission === "viewer";
  return c.json(
    { status, ...(isOperator && { public_url: deps.publicUrl(), ...facts, problems }) },
    status === "unavailable" ? 503 : 200,
  );
}

/**
 * While the store is away, the metrics that this process keeps by itself are answered all the same:
 * they are wanted most then.
 */
async function metricsText(deps: StatusDeps): Promise<string> {
  const own: Gauge[] = [
    {
      name: "gateway_build_info",
      help: "Always 1; the label says which version runs.",
      samples: [{ labels: { version: VERSION }, value: 1 }],
    },
    {
      name: "gateway_deliveries_spooled",
      help: "Acknowledged deliveries that wait for a store that is away.",
      samples: [{ labels: {}, value: deps.spooled() ?? 0 }],
    },
    {
      name: "gateway_deliveries_set_aside",
      help: "Acknowledged deliveries that the store refuses; they are in a file beside the spool.",
      samples: [{ labels: {}, value: deps.setAside() }],
    },
  ];
  const { problems } = await readinessOf(deps);
  const told = [...own, problemGauge(problems)];
  try {
    const stored = await storedGauges(deps);
    return deps.metrics.render([storeUp(1), ...told, ...stored]);
  } catch (error) {
    deps.log.warn("the store's figures cannot be had", { store: messageOf(error) });
    return deps.metrics.render([storeUp(0), ...told]);
  }
}

const storeUp = (value: 0 | 1): Gauge => ({
  name: "gateway_store_up",
  help: "1 where the store told its figures.",
  samples: [{ labels: {}, value }],
});

async function storedGauges(deps: StatusDeps): Promise<readonly Gauge[]> {
  const { store, clock } = deps;
  const { deliveries, commands, oldestPendingAt } = await store.counts();
  const waitedMs = oldestPendingAt === undefined ? 0 : clock.now() - oldestPendingAt;
  return [
    {
      name: "gateway_deliveries",
      help: "Stored deliveries by status.",
      samples: byStatus(deliveries),
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
    ...(await canaryGauges(deps)),
  ];
}

/** Without a sample where none has come through yet: no age is the right one. */
async function canaryGauges({ canary, clock }: StatusDeps): Promise<readonly Gauge[]> {
  if (!canary) return [];
  const at = await canary.lastSuccessAt();
  const value = Math.max(0, clock.now() - (at ?? 0)) / 1000;
  return [
    {
      name: "gateway_canary_last_success_age_seconds",
      help: "How long ago a canary came through PUBLIC_URL last.",
      samples: at === undefined ? [] : [{ labels: {}, value }],
    },
  ];
}

const byStatus = (counts: Readonly<Partial<Record<string, number>>>) =>
  Object.entries(counts).map(([status, value]) => ({ labels: { status }, value: value ?? 0 }));
