/**
 * The HTTP face of the gateway: its routes. Decides nothing that the hooks' handler or the admin
 * API decides.
 */
import { Hono } from "hono";
import type { Context, MiddlewareHandler } from "hono";
import { isStoreAway } from "../model/errors/store-away-error.ts";
import { unexpected } from "../observability/internal-error.ts";
import { createHookRoutes } from "./hook-routes.ts";
import type { HookRouteDeps } from "./hook-routes.ts";
import { createLoginRoutes } from "./login.ts";
import { requireOperator } from "./session.ts";
import type { Sessions } from "./session.ts";
import { createStatusRoutes } from "./status-routes.ts";
import type { StatusDeps } from "./status-routes.ts";

export interface AppDeps extends HookRouteDeps, StatusDeps {
  readonly sessions: Sessions;
  /** Serves `/api/v1/*` and `/openapi.json`. */
  readonly admin: Hono;
  /** Serves `/` and the pages below it. */
  readonly console: Hono;
  /** Served under `/preview`; undefined where the gateway forwards to the real core API only. */
  readonly preview: Hono | undefined;
}

const STORE_AWAY = {
  error: "unavailable",
  message: "The database does not answer at the moment; try again in a few seconds.",
} as const;

export function createApp(deps: AppDeps): Hono {
  const app = new Hono();
  app.route("/", createHookRoutes(deps));
  const operator = requireOperator(deps.sessions);
  app.route("/", createStatusRoutes(deps, operator));
  app.route("/", createLoginRoutes(deps.sessions));
  app.route("/", deps.admin);
  app.route("/", deps.console);
  if (deps.preview) {
    for (const path of ["/preview", "/preview/*"]) app.use(path, exceptItsApi(operator));
    app.route("/preview", deps.preview);
  }
  app.notFound((c) => c.json({ error: "not_found" }, 404));
  app.onError(async (error, c) => {
    if (await isAway(deps.store)) return storeAway(deps, c, error);
    const where = { method: c.req.method, path: routeOf(c) };
    if (isStoreAway(error)) {
      deps.log.warn("the store is away", { ...where, error: error.message });
      return c.json(STORE_AWAY, 503, { "retry-after": "5" });
    }
    const { status, body } = unexpected(deps.log, error, where, deps.clock.now());
    return c.json(body, status);
  });
  return app;
}

/** The database tells best whether it is the database. */
const isAway = (store: Pick<StatusDeps["store"], "ping">): Promise<boolean> =>
  store.ping().then(
    () => false,
    () => true,
  );

const RETRY_AFTER_SECONDS = "5";

function storeAway({ log }: AppDeps, c: Context, error: Error): Response {
  log.error("the database is away", { path: routeOf(c), error: error.message });
  const message =
    "The database does not answer; try again in a few seconds, and see /readyz and the log if it stays so.";
  return c.json({ error: "unavailable", message }, 503, { "retry-after": RETRY_AFTER_SECONDS });
}

/** The path without what must not be logged: the token of a hook URL. */
const routeOf = (c: Context): string => c.req.path.replace(/^(\/hooks\/[^/]+)\/.*/, "$1/…");

/** The preview's API asks for a key of its own, as the core API does. */
const exceptItsApi =
  (operator: MiddlewareHandler): MiddlewareHandler =>
  (c, next) =>
    c.req.path.startsWith("/preview/api/") ? next() : operator(c, next);
