/**
 * The console: pages rendered here from the admin API's operations, the same on Node and on
 * Workers. Whoever looks is logged in; forms are believed from its own pages only.
 */
import { Hono } from "hono";
import type { Context, MiddlewareHandler } from "hono";
import { streamWhereAsked } from "../api/admin-api.ts";
import { ApiError } from "../api/routing/api-error.ts";
import { ASSETS, ASSETS_FOLDER } from "./assets.ts";
import { problemItems } from "./models/health.ts";
import { awayPage, missingPage } from "./views/problem.ts";
import { show } from "./routes/answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { mountCheckKey } from "./routes/check-key.ts";
import { mountIncidents } from "./routes/incidents.ts";
import { mountPages } from "./routes/pages.ts";
import { mountEndpoints } from "./routes/endpoints.ts";
import { mountPlay } from "./routes/play.ts";
import { mountWorkshop } from "./routes/workshop.ts";

/** What it serves. */
export const CONSOLE_PATHS = [
  "/",
  "/assets/*",
  "/live",
  "/connect",
  "/connect/*",
  "/projects",
  "/projects/*",
  "/deliveries",
  "/deliveries/*",
  "/incidents",
  "/incidents/*",
  "/why",
  "/try",
  "/try/*",
  "/endpoints",
  "/endpoints/*",
  "/outbox",
  "/outbox/*",
  "/settings",
  "/docs",
  "/play",
  "/play/*",
  "/check-key",
] as const;

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  // The digits of the phone's clock.
  "font-src data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** To be mounted at `/`. */
export function createConsole(deps: ConsoleDeps): Hono {
  const app = new Hono();
  app.get(`${ASSETS_FOLDER}/:name`, (c) => asset(c, { ...deps.phoneFiles, ...ASSETS }));
  app.use("*", headers, deps.requireOperator, pageWhileAway(deps));
  app.get(
    "/live",
    (c, next) => streamWhereAsked(deps, c, next),
    (c) => liveOnce(deps, c),
  );
  mountPages(app, deps);
  mountEndpoints(app, deps);
  mountIncidents(app, deps);
  mountPlay(app, deps);
  mountCheckKey(app, deps);
  mountWorkshop(app, deps);
  app.notFound((c) => show(deps, c, missingPage(), 404));
  return app;
}

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** Its address changes with its content. */
function asset(c: Context, files: Readonly<Record<string, string>>): Response {
  const name = c.req.param("name") ?? "";
  const text = Object.hasOwn(files, name) ? files[name] : undefined;
  const type = TYPES[name.split(".").at(-1) ?? ""];
  // Not the page of a wrong address: whoever asks need not be logged in.
  if (text === undefined || type === undefined) return c.json({ error: "not_found" }, 404);
  return c.body(text, 200, {
    "content-type": type,
    "cache-control": `public, max-age=${YEAR_SECONDS}, immutable`,
    "x-content-type-options": "nosniff",
  });
}

const headers: MiddlewareHandler = async (c, next) => {
  await next();
  c.res.headers.set("content-security-policy", POLICY);
  c.res.headers.set("x-content-type-options", "nosniff");
  c.res.headers.set("referrer-policy", "same-origin");
  c.res.headers.set("cache-control", "no-store");
};

/** Whoever looks while the database is away sees what is known without it. */
const pageWhileAway =
  (deps: ConsoleDeps): MiddlewareHandler =>
  async (c, next) => {
    try {
      await next();
    } catch (error) {
      const isPage = c.req.method === "GET" && c.req.header("accept")?.includes("text/html");
      if (!isPage || !(await isAway(deps.facts))) throw error;
      c.res = await show(deps, c, awayPage(problemItems(await deps.facts.problems())), 503);
    }
  };

const isAway = ({ ping }: ConsoleDeps["facts"]): Promise<boolean> =>
  ping().then(
    () => false,
    () => true,
  );

/** What the API tells, for pages: their cookie is looked at here. */
async function liveOnce(deps: ConsoleDeps, c: Context): Promise<Response> {
  const answer = await deps.operations.listEvents.handle({ query: c.req.query() });
  return answer instanceof ApiError ? c.json(answer.body, answer.status) : c.json(answer);
}
