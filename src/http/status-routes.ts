/** What watches the gateway: is it alive, can it take anything in, and what are its figures. */
import { Hono } from "hono";
import type { Context, MiddlewareHandler } from "hono";
import type { Gauge, Metrics } from "../observability/metrics.ts";
import type { Clock, Logger } from "../ports.ts";
import type { AdminStore, MaintenanceStore } from "../store/port.ts";
import type { Sessions } from "./session.ts";
import { VERSION } from "../version.ts";
import { shareFor } from "./share-for.ts";
import { EXPECTED } from "../telling/expected.ts";

export interface StatusDeps {
  readonly store: AdminStore & MaintenanceStore;
  /**
   * A sentence that says why the encryption key does not open what is stored; rejects where the
   * store is away.
   */
  readonly sealedProblem: () => Promise<string | undefined>;
  /**
   * Whether calls go out as they should, and what is to be said of it; rejects where the store is
   * away.
   */
  readonly outboxHealth: () => Promise<{ readonly isWell: boolean; readonly facts: object }>;
  /**
   * How many deliveries wait for a store that is away; undefined where there is no place for them
   * to wait.
   */
  readonly spooled: () => number | undefined;
  /** How many acknowledged deliveries the store refuses, so that they are kept beside it. */
  readonly setAside: () => number;
  /** Why a delivery could be stored nowhere now, and how many pieces of the spool are damaged. */
  readonly intake: () => { readonly blocked: string | undefined; readonly damaged: number };
  readonly metrics: Metrics;
  readonly sessions: Pick<Sessions, "admissionOf">;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Counting the rows takes as long as there are many, and whoever scrapes asks every 10 s at most.
 */
const METRICS_MS = 5_000;
/** Of the newest so many incidents those are named that are overdue lines. */
const OVERDUE_LIMIT = 200;
/** Another process may seal with another key; that is found out by then. */
const SEALED_MS = 60_000;

/** Serves `/healthz`, `/readyz` and `/metrics`; to be mounted at `/`. */
export function createStatusRoutes(deps: StatusDeps, operator: MiddlewareHandler): Hono {
  const app = new Hono();
  const metrics = shareFor(METRICS_MS, deps.clock, () => metricsText(deps));
  app.get("/healthz", (c) => c.json({ status: "ok", version: VERSION }));
  const sealedProblem = shareFor(SEALED_MS, deps.clock, deps.sealedProblem);
  app.get("/readyz", (c) => ready({ ...deps, sealedProblem }, c));
  app.get("/metrics", operator, async (c) =>
    c.text(await metrics(), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }),
  );
  return app;
}

/** `facts`: whatever an operator is told besides. */
interface Readiness {
  readonly status: "ok" | "degraded" | "unavailable";
  readonly facts: object;
}

/**
 * 503 where nothing can be taken in. Strangers are told the status alone: accounts and figures are
 * none of their business.
 */
async function ready(deps: StatusDeps, c: Context): Promise<Response> {
  const { status, facts } = await readinessOf(deps);
  const admission = await deps.sessions.admissionOf(c);
  const isOperator = admission === "operator" || admission === "viewer";
  return c.json({ status, ...(isOperator && facts) }, status === "unavailable" ? 503 : 200);
}

/**
 * `degraded` is still ready: deliveries wait in the spool or are set aside, or commands wait or
 * were given up lately, for reasons that are told.
 */
async function readinessOf(deps: StatusDeps): Promise<Readiness> {
  const spooled = deps.spooled();
  const { damaged } = deps.intake();
  const waiting = {
    spooled: spooled ?? 0,
    set_aside: deps.setAside(),
    ...(damaged > 0 && { spool_damaged: damaged }),
  };
  try {
    await deps.store.ping();
    const { blocked } = deps.intake();
    if (blocked !== undefined) {
      deps.log.error("not ready", { intake: blocked });
      return { status: "unavailable", facts: { store: "ok", ...waiting, intake: blocked } };
    }
    const problem = await deps.sealedProblem();
    if (problem !== undefined) {
      deps.log.error("not ready", { encryption_key: problem });
      return { status: "unavailable", facts: { store: "ok", ...waiting, encryption_key: problem } };
    }
    const outbox = await deps.outboxHealth();
    const isWell =
      waiting.spooled === 0 && waiting.set_aside === 0 && damaged === 0 && outbox.isWell;
    const overdue = await overdueLines(deps.store);
    const named = overdue.length > 0 && { overdue };
    const facts = { store: "ok", ...waiting, ...outbox.facts, ...named };
    return { status: isWell ? "ok" : "degraded", facts };
  } catch (error) {
    deps.log.error("not ready", { store: wordsOf(error) });
    const { blocked } = deps.intake();
    const canWait = spooled !== undefined && blocked === undefined;
    const facts = { store: "unreachable", ...waiting, ...(blocked && { intake: blocked }) };
    return { status: canWait ? "degraded" : "unavailable", facts };
  }
}

/** What was expected and did not start: no trouble of the gateway's, but for whoever looks. */
async function overdueLines(store: StatusDeps["store"]): Promise<string[]> {
  const { rows } = await store.listIncidents({ state: "firing", limit: OVERDUE_LIMIT });
  return rows.flatMap(({ incidentKey, facts }) =>
    incidentKey.startsWith(EXPECTED) ? [facts.title ?? incidentKey] : [],
  );
}

/**
 * While the store is away what this process knows by itself is told all the same: then it is wanted
 * most.
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
  try {
    const stored = await storedGauges(deps);
    return deps.metrics.render([storeUp(1), ...own, ...stored]);
  } catch (error) {
    deps.log.warn("the store's figures cannot be had", { store: wordsOf(error) });
    return deps.metrics.render([storeUp(0), ...own]);
  }
}

const storeUp = (value: 0 | 1): Gauge => ({
  name: "gateway_store_up",
  help: "1 where the store told its figures.",
  samples: [{ labels: {}, value }],
});

async function storedGauges({ store, clock }: StatusDeps): Promise<readonly Gauge[]> {
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
  ];
}

const byStatus = (counts: Readonly<Partial<Record<string, number>>>) =>
  Object.entries(counts).map(([status, value]) => ({ labels: { status }, value: value ?? 0 }));

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
