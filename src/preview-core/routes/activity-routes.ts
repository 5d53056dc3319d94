/**
 * The classic lifecycle of the preview core, where the caller keeps `activity_id`: HTTP only, the
 * rules are in state.ts.
 */
import type { Handler } from "hono";
import {
  activityEndRequest,
  activityStartRequest,
  activityUpdateRequest,
} from "../../destinations/activitysmith/contract.ts";
import { failure, reach, recipients, updated } from "../answers.ts";
import { readJson } from "../http.ts";
import type { ApiEnv } from "../http.ts";
import type { Service } from "../service.ts";
import { endActivity, startActivity, updateActivity } from "../screen/state.ts";

export function startRoute(service: Service): Handler<ApiEnv> {
  return async (c) => {
    const read = await readJson(c, activityStartRequest);
    if ("refusal" in read) return read.refusal;
    const { target, ...body } = read.body;
    const reached = reach(c, target?.channels, "Live Activity devices");
    if ("refusal" in reached) return reached.refusal;
    const request = { ...body, channels: reached.channels ?? undefined };
    const step = startActivity(service.store.read(), request, service.moment());
    const outcome = service.keep(step);
    if (outcome.kind !== "done") return failure(c, outcome, "start");
    const { id, channels, tags } = outcome.activity;
    return c.json({
      success: true,
      activity_id: id,
      ...recipients(channels, tags),
      timestamp: service.timestamp(),
    });
  };
}

export const updateRoute = (service: Service): Handler<ApiEnv> =>
  byId(service, activityUpdateRequest, updateActivity, "update");

export const endRoute = (service: Service): Handler<ApiEnv> =>
  byId(service, activityEndRequest, endActivity, "end");

function byId(
  service: Service,
  schema: typeof activityUpdateRequest | typeof activityEndRequest,
  step: typeof updateActivity,
  verb: "update" | "end",
): Handler<ApiEnv> {
  return async (c) => {
    const read = await readJson(c, schema);
    if ("refusal" in read) return read.refusal;
    const { activity_id } = read.body;
    const outcome = service.keep(
      step(service.store.read(), activity_id, read.body, service.moment()),
    );
    if (outcome.kind !== "done") return failure(c, outcome, verb);
    const timestamp = service.timestamp();
    return c.json({ success: true, activity_id, ...updated(outcome.activity.channels), timestamp });
  };
}
