/** Pushes and widget values on the preview's lock screen. */
import type { Handler } from "hono";
import * as z from "zod";
import {
  metricKey,
  metricValueRequest,
  pushRequest,
} from "../../destinations/activitysmith/contract.ts";
import { reach, recipients } from "../answers.ts";
import { readJson } from "../http.ts";
import type { ApiEnv } from "../http.ts";
import type { Service } from "../service.ts";

const MAX_PUSHES = 50;

export function pushRoute(service: Service): Handler<ApiEnv> {
  return async (c) => {
    const read = await readJson(c, pushRequest);
    if ("refusal" in read) return read.refusal;
    const { body } = read;
    const reached = reach(c, body.target?.channels);
    if ("refusal" in reached) return reached.refusal;
    const state = service.store.read();
    const push = { id: service.newId(), at: service.now(), body, press: null };
    const pushes = [push, ...state.pushes].slice(0, MAX_PUSHES);
    service.store.write({ ...state, pushes, badge: body.badge ?? state.badge });
    return c.json({
      success: true,
      ...recipients(reached.channels, body.tags),
      timestamp: service.timestamp(),
    });
  };
}

/**
 * As in the real API a metric has to be made first: `POST /preview/metrics`, or the option
 * `metrics`.
 */
export function metricValueRoute(service: Service): Handler<ApiEnv> {
  return async (c) => {
    const key = metricKey.safeParse(c.req.param("key"));
    if (!key.success) {
      return c.json(
        { error: "key must be 1 to 64 of a-z 0-9 _ . - and begin with a letter or digit" },
        400,
      );
    }
    const read = await readJson(c, z.unknown());
    if ("refusal" in read) return read.refusal;
    const parsed = metricValueRequest.safeParse(read.body);
    if (!parsed.success) return c.json({ error: metricTrouble(parsed.error) }, 400);
    const state = service.store.read();
    if (!state.widgets.some((it) => it.key === key.data)) {
      return c.json({ error: "Metric not found" }, 404);
    }
    const { value, timestamp } = parsed.data;
    const at = timestamp === undefined ? service.now() : Date.parse(timestamp);
    const widgets = state.widgets.map((it) => (it.key === key.data ? { ...it, value, at } : it));
    service.store.write({ ...state, widgets });
    return c.json({ success: true });
  };
}

/** The errors of metrics are one sentence, without a message beside it. */
function metricTrouble({ issues: [issue] }: z.ZodError): string {
  const [field] = issue?.path ?? [];
  if (issue?.code === "unrecognized_keys") return `${issue.keys.join(", ")} is not allowed`;
  if (field === "timestamp") return "timestamp must be an ISO 8601 date and time";
  return "value must be a finite number";
}
