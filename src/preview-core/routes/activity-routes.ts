/** The classic lifecycle of the preview core, where the caller keeps `activity_id`: HTTP only, the rules are in state.ts. */
import type { Handler } from "hono";
import {
  activityEndRequest,
  activityStartRequest,
  activityUpdateRequest,
} from "../../destinations/activitysmith/contract.ts";
import { failure, ONE_DEVICE, ONE_DEVICE_REACHED, recipients } from "../answers.ts";
import { readJson } from "../http.ts";
import type { Service } from "../service.ts";
import { endActivity, startActivity, updateActivity } from "../state.ts";

export function startRoute(service: Service): Handler {
  return async (c) => {
    const read = await readJson(c, activityStartRequest);
    if ("refusal" in read) return read.refusal;
    const step = startActivity(service.store.read(), read.body, service.moment());
    const outcome = service.keep(step);
    if (outcome.kind !== "done") return failure(c, outcome, "start");
    const { id, channels, tags } = outcome.activity;
    return c.json({
      success: true,
      activity_id: id,
      ...ONE_DEVICE,
      ...recipients(channels, tags),
      timestamp: service.timestamp(),
    });
  };
}

export const updateRoute = (service: Service): Handler =>
  byId(service, activityUpdateRequest, updateActivity);

export const endRoute = (service: Service): Handler =>
  byId(service, activityEndRequest, endActivity);

function byId(
  service: Service,
  schema: typeof activityUpdateRequest | typeof activityEndRequest,
  step: typeof updateActivity,
): Handler {
  return async (c) => {
    const read = await readJson(c, schema);
    if ("refusal" in read) return read.refusal;
    const { activity_id } = read.body;
    const outcome = service.keep(
      step(service.store.read(), activity_id, read.body, service.moment()),
    );
    if (outcome.kind !== "done") return failure(c, outcome, activity_id);
    const timestamp = service.timestamp();
    return c.json({ success: true, activity_id, ...ONE_DEVICE_REACHED, timestamp });
  };
}
