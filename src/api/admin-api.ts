/**
 * The admin API as a Hono app: its routes behind the admin token, and its OpenAPI document.
 * Failures that nobody expects are left to the app it is mounted in, which logs them.
 */
import { Hono } from "hono";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import { BACKUP_ROUTES, mountBackup } from "./backup.ts";
import { commandOperations } from "./commands.ts";
import { deliveryOperations } from "./deliveries.ts";
import type { AdminDeps } from "./deps.ts";
import { dryRunOperations } from "./dry-run.ts";
import { endpointOperations } from "./endpoints/endpoints.ts";
import { eventStream } from "./events/event-stream.ts";
import { eventOperations } from "./events/events.ts";
import { incidentOperations } from "./incidents.ts";
import { mountRoutes } from "./routing/mount.ts";
import { openApiDocument, openApiRoute } from "./routing/openapi.ts";
import { providerOperations } from "./providers.ts";
import { queueOperations } from "./queue-command.ts";
import { apiError } from "./routing/api-error.ts";
import type { Route, RouteDescription } from "./routing/route.ts";
import { refusedOperations } from "./endpoints/refused.ts";
import { screenOperations } from "./screen.ts";
import { secretOperations } from "./endpoints/secrets.ts";
import { trackOperations } from "./tracks.ts";

const DOCUMENT_PATH = "/openapi.json";
/** What it serves. */
export const ADMIN_PATHS = ["/api/v1/*", DOCUMENT_PATH] as const;

/** Serves `/api/v1/*` and `/openapi.json` to operators; to be mounted at `/`. */
export function createAdminApi(deps: AdminDeps): Hono {
  const routes = adminRoutes(deps);
  const app = new Hono();
  for (const path of ADMIN_PATHS) app.use(path, securityHeaders, noStore, deps.requireOperator);
  // Made once, on the first request for it.
  let document: ReturnType<typeof openApiDocument> | undefined;
  app.get(DOCUMENT_PATH, (c) =>
    c.json((document ??= openApiDocument(describedRoutes(routes), deps))),
  );
  app.get("/api/v1/events", (c, next) => streamWhereAsked(deps, c, next));
  mountBackup(app, deps.backup);
  mountRoutes(app, routes);
  app.all("/api/v1/*", (c) => {
    const refusal = apiError(404, "not_found", "There is no such route; see /openapi.json.");
    return c.json(refusal.body, 404);
  });
  return app;
}

/** Every operation by its name; what the HTTP routes and the console are both made of. */
export function adminOperations(deps: AdminDeps) {
  return {
    ...endpointOperations(deps),
    ...secretOperations(deps),
    ...providerOperations(deps),
    ...deliveryOperations(deps),
    ...dryRunOperations(deps),
    ...trackOperations(deps),
    ...incidentOperations(deps),
    ...commandOperations(deps),
    ...queueOperations(deps),
    ...refusedOperations(deps),
    ...screenOperations(deps),
    ...eventOperations(deps),
  };
}

export type AdminOperations = ReturnType<typeof adminOperations>;

/** Every route of the admin API that wants the admin token. */
export const adminRoutes = (deps: AdminDeps): readonly Route[] =>
  Object.values(adminOperations(deps));

/** All that `/openapi.json` describes. */
export const describedRoutes = (routes: readonly Route[]): readonly RouteDescription[] => [
  ...routes,
  ...BACKUP_ROUTES,
  openApiRoute,
];

/**
 * The news as a stream, where one is asked for and can be had; else the route answers them once.
 */
export async function streamWhereAsked(
  deps: AdminDeps,
  c: Context,
  next: () => Promise<void>,
): Promise<Response | void> {
  const wantsStream = c.req.header("accept")?.includes("text/event-stream") ?? false;
  if (!wantsStream || deps.changes === undefined) return next();
  const after = c.req.header("last-event-id") ?? c.req.query("after");
  return c.body(eventStream(deps, deps.changes, after), 200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    // nginx would hold the events back otherwise.
    "x-accel-buffering": "no",
  });
}

/** Nothing here is a page: no browser may run, frame or embed any of it. */
const securityHeaders = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  xFrameOptions: "DENY",
});

const noStore = createMiddleware(async (c, next) => {
  await next();
  c.res.headers.set("cache-control", "no-store");
});
