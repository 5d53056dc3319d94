/**
 * The core API on the preview's lock screen: paths, closed bodies, answers, errors and limits as
 * its document (version 1.0.0, of autumn 2026) gives them. It reaches no iPhone and no network; it
 * has one key beside the reserved ones, and every channel but reserved ones has its device.
 */
import { Hono } from "hono";
import type { Handler } from "hono";
import { meetTrouble } from "./limits/meet-trouble.ts";
import { refuseBlocked } from "./limits/billing.ts";
import { fail, limitCalls, requireKey } from "./http.ts";
import type { ApiEnv } from "./http.ts";
import type { Feature } from "./limits/rate-limits.ts";
import { endRoute, startRoute, updateRoute } from "./routes/activity-routes.ts";
import { badgeRoute } from "./routes/badge-route.ts";
import { deleteStreamRoute, putStreamRoute } from "./routes/stream-routes.ts";
import { metricValueRoute, pushRoute } from "./routes/value-routes.ts";
import type { Service } from "./service.ts";

interface Route {
  readonly path: string;
  readonly feature: Feature;
  readonly methods: Readonly<Partial<Record<"PUT" | "POST" | "DELETE", Handler<ApiEnv>>>>;
  /** Methods that an account without billing may not use. */
  readonly paid: readonly string[];
}

/** Routes relative to the API's base path. */
export function createApi(service: Service, apiKey: string): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>();
  api.use(requireKey(apiKey));
  api.use(meetTrouble(service.chaos, service.now, () => service.store.write(service.store.read())));
  for (const { path, feature, methods, paid } of routesOf(service)) {
    for (const [method, handler] of Object.entries(methods)) {
      const guards = [limitCalls(service, feature)];
      if (paid.includes(method)) guards.unshift(refuseBlocked(service.now));
      api.on([method], [path], ...guards, handler);
    }
    const allow = Object.keys(methods).join(", ");
    api.all(path, (c) => {
      c.header("allow", allow);
      return fail(c, 405, "Method not allowed", `${c.req.path} takes ${allow}`);
    });
  }
  api.all("*", (c) => fail(c, 404, "Not found", `There is no ${c.req.method} ${c.req.path} here`));
  return api;
}

function routesOf(service: Service): readonly Route[] {
  const activities = { feature: "live-activities" } as const;
  return [
    {
      path: "/push-notification",
      feature: "notifications",
      methods: { POST: pushRoute(service) },
      paid: ["POST"],
    },
    {
      ...activities,
      path: "/live-activity/stream/:key",
      methods: { PUT: putStreamRoute(service), DELETE: deleteStreamRoute(service) },
      paid: ["PUT"],
    },
    {
      ...activities,
      path: "/live-activity/start",
      methods: { POST: startRoute(service) },
      paid: ["POST"],
    },
    {
      ...activities,
      path: "/live-activity/update",
      methods: { POST: updateRoute(service) },
      paid: [],
    },
    { ...activities, path: "/live-activity/end", methods: { POST: endRoute(service) }, paid: [] },
    {
      path: "/metrics/:key/value",
      feature: "metrics",
      methods: { POST: metricValueRoute(service) },
      paid: [],
    },
    { path: "/badge", feature: "badges", methods: { POST: badgeRoute(service) }, paid: ["POST"] },
  ];
}
