/**
 * Looking at the lock screen and touching it: the page, its live picture, pressing, swiping away,
 * making metrics. For a viewer who is logged in.
 */
import { Hono } from "hono";
import type { Context, Handler } from "hono";
import * as z from "zod";
import { metricKey, streamKey } from "../../destinations/activitysmith/contract.ts";
import { randomToken } from "../../util/id.ts";
import { chaosRequest } from "../limits/chaos.ts";
import type { EventStreams } from "./events.ts";
import { fail, readJson } from "../http.ts";
import type { Widget } from "../screen/lock-screen.ts";
import { ASSETS } from "../page/assets.ts";
import { renderPage } from "../page/page.ts";
import { callWebhook, findAction, withPress } from "../press.ts";
import type { Service } from "../service.ts";
import { dismissActivity, expireActivity, resumeStream } from "../screen/state.ts";

const pressRequest = z.strictObject({ id: z.string(), action: z.number().int().min(0).max(3) });
const itemRequest = z.strictObject({ id: z.string() });
const streamOnly = z.strictObject({ stream_key: streamKey });
export const metricRequest = z.strictObject({
  key: metricKey,
  title: z.string().min(1).max(64).optional(),
  unit: z.string().min(1).max(16).optional(),
});
export type MetricRequest = z.infer<typeof metricRequest>;

export interface ScreenRouteDeps {
  readonly service: Service;
  readonly events: EventStreams;
  /** Calls the webhooks of pressed buttons. */
  readonly fetch: typeof fetch;
}

export function createScreenRoutes({ service, events, fetch }: ScreenRouteDeps): Hono {
  const app = new Hono();
  app.get("/", (c) => page(c, service));
  app.get("/assets/:name", asset);
  app.get("/state", (c) => c.json(service.store.snapshot(), 200, { "cache-control": "no-store" }));
  app.get("/events", (c) =>
    c.body(events.open(), 200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      // nginx would hold the events back otherwise.
      "x-accel-buffering": "no",
    }),
  );
  app.post("/press", pressRoute(service, fetch));
  app.post("/dismiss", dismissRoute(service));
  app.post("/resume", resumeRoute(service));
  app.post("/expire", expireRoute(service));
  app.get("/chaos", (c) => c.json(service.chaos.current(service.now()) ?? null));
  app.post("/chaos", chaosRoute(service));
  app.post("/metrics", metricRoute(service));
  return app;
}

function page(c: Context, service: Service): Response {
  const nonce = randomToken(16);
  const base = c.req.path.replace(/\/+$/, "");
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self'",
    "font-src data:",
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return c.html(renderPage(service.store.snapshot(), base, nonce), 200, {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  });
}

const ASSET_TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
};

/**
 * A file of the page; asked for again each time, because its name does not change with its content.
 */
function asset(c: Context): Response {
  const name = c.req.param("name") ?? "";
  const text = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
  const type = ASSET_TYPES[name.split(".").at(-1) ?? ""];
  if (text === undefined || type === undefined) return fail(c, 404, "Not found", "No such file");
  return c.body(text, 200, {
    "content-type": type,
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
  });
}

function pressRoute(service: Service, fetch: ScreenRouteDeps["fetch"]): Handler {
  return async (c) => {
    const read = await readJson(c, pressRequest);
    if ("refusal" in read) return read.refusal;
    const { id, action: index } = read.body;
    const action = findAction(service.store.read(), id, index);
    if (action?.type !== "webhook") {
      return fail(c, 404, "Not found", "There is no such webhook button on the screen");
    }
    const press = await callWebhook(action, fetch, service.now);
    service.store.write(withPress(service.store.read(), id, press));
    return c.json(press);
  };
}

/** Swipes a push or an activity away; a stream whose activity is swiped away is paused. */
function dismissRoute(service: Service): Handler {
  return async (c) => {
    const read = await readJson(c, itemRequest);
    if ("refusal" in read) return read.refusal;
    const { id } = read.body;
    const state = dismissActivity(service.store.read(), id);
    service.store.write({ ...state, pushes: state.pushes.filter((it) => it.id !== id) });
    return c.body(null, 204);
  };
}

/** What the product's MCP tool does: a stream that a person swiped away may be shown again. */
function resumeRoute(service: Service): Handler {
  return async (c) => {
    const read = await readJson(c, streamOnly);
    if ("refusal" in read) return read.refusal;
    service.store.write(resumeStream(service.store.read(), read.body.stream_key));
    return c.body(null, 204);
  };
}

/** Lets an activity reach the age at which iOS ends it. */
function expireRoute(service: Service): Handler {
  return async (c) => {
    const read = await readJson(c, itemRequest);
    if ("refusal" in read) return read.refusal;
    service.store.write(expireActivity(service.store.read(), read.body.id, service.now()));
    return c.body(null, 204);
  };
}

/** Begins a trouble, or with `{"fault": "none"}` ends the present one. */
function chaosRoute(service: Service): Handler {
  return async (c) => {
    const read = await readJson(c, chaosRequest);
    if ("refusal" in read) return read.refusal;
    if (read.body.fault === "none") service.chaos.end();
    else service.chaos.begin(read.body, service.now());
    service.store.write(service.store.read());
    return c.json(service.chaos.current(service.now()) ?? null);
  };
}

/** What the real product's web app does: makes a metric, so that values can be sent for it. */
function metricRoute(service: Service): Handler {
  return async (c) => {
    const read = await readJson(c, metricRequest);
    if ("refusal" in read) return read.refusal;
    const widget = newWidget(read.body);
    const state = service.store.read();
    const others = state.widgets.filter((it) => it.key !== widget.key);
    service.store.write({ ...state, widgets: [...others, widget] });
    return c.json(widget, 201);
  };
}

export function newWidget({ key, title = key, unit }: MetricRequest): Widget {
  return { key, title, unit: unit ?? null, value: null, at: null };
}
