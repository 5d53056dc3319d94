/**
 * The core API on the preview's lock screen: paths, closed bodies, answers, errors and limits as its document (version
 * 1.0.0) gives them. It reaches no iPhone and no network; it has one key, and every channel has its device.
 */
import { Hono } from "hono";
import { endRoute, startRoute, updateRoute } from "./routes/activity-routes.ts";
import { fail, limitCalls, requireKey } from "./http.ts";
import type { Service } from "./service.ts";
import { deleteStreamRoute, putStreamRoute } from "./routes/stream-routes.ts";
import { badgeRoute, metricValueRoute, pushRoute } from "./routes/value-routes.ts";

/** Routes relative to the API's base path. Those that the account's limit counts are the documented four. */
export function createApi(service: Service, apiKey: string): Hono {
  const api = new Hono();
  const counted = limitCalls(service.calls, service.now);
  api.use(requireKey(apiKey));
  api.post("/push-notification", counted, pushRoute(service));
  api.put("/live-activity/stream/:key", counted, putStreamRoute(service));
  api.delete("/live-activity/stream/:key", counted, deleteStreamRoute(service));
  api.post("/live-activity/start", startRoute(service));
  api.post("/live-activity/update", updateRoute(service));
  api.post("/live-activity/end", endRoute(service));
  api.post("/metrics/:key/value", counted, metricValueRoute(service));
  api.post("/badge", badgeRoute(service));
  api.all("*", (c) => fail(c, 404, "Not found", `There is no ${c.req.method} ${c.req.path} here`));
  return api;
}
