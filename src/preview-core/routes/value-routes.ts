/** Pushes, widget values and the app icon's count on the preview's lock screen. */
import type { Handler } from "hono";
import {
  badgeRequest,
  metricKey,
  metricValueRequest,
  pushRequest,
} from "../../destinations/activitysmith/contract.ts";
import { ONE_DEVICE, recipients } from "../answers.ts";
import { fail, readJson } from "../http.ts";
import type { Service } from "../service.ts";

const MAX_PUSHES = 50;

export function pushRoute(service: Service): Handler {
  return async (c) => {
    const read = await readJson(c, pushRequest);
    if ("refusal" in read) return read.refusal;
    const { body } = read;
    const state = service.store.read();
    const push = { id: service.newId(), at: service.now(), body, press: null };
    const pushes = [push, ...state.pushes].slice(0, MAX_PUSHES);
    service.store.write({ ...state, pushes, badge: body.badge ?? state.badge });
    return c.json({
      success: true,
      ...ONE_DEVICE,
      ...recipients(body.target?.channels ?? null, body.tags),
      timestamp: service.timestamp(),
    });
  };
}

/** As in the real API a metric has to be made first: `POST /preview/metrics`, or the option `metrics`. */
export function metricValueRoute(service: Service): Handler {
  return async (c) => {
    const key = metricKey.safeParse(c.req.param("key"));
    if (!key.success) {
      const message = "key must be 1 to 64 of a-z 0-9 _ . - and begin with a letter or digit";
      return fail(c, 400, "Invalid metric key", message);
    }
    const read = await readJson(c, metricValueRequest);
    if ("refusal" in read) return read.refusal;
    const state = service.store.read();
    if (!state.widgets.some((it) => it.key === key.data)) {
      return fail(c, 404, "Metric not found", `No metric found for key: ${key.data}`);
    }
    const { value, timestamp } = read.body;
    const at = timestamp === undefined ? service.now() : Date.parse(timestamp);
    const widgets = state.widgets.map((it) => (it.key === key.data ? { ...it, value, at } : it));
    service.store.write({ ...state, widgets });
    return c.json({ success: true });
  };
}

export function badgeRoute(service: Service): Handler {
  return async (c) => {
    const read = await readJson(c, badgeRequest);
    if ("refusal" in read) return read.refusal;
    const { badge, target } = read.body;
    service.store.write({ ...service.store.read(), badge });
    return c.json({
      success: true,
      badge,
      ...ONE_DEVICE,
      effective_channel_slugs: target?.channels ?? null,
      timestamp: service.timestamp(),
    });
  };
}
