/**
 * `PUT` and `DELETE /live-activity/stream/{stream_key}` of the preview core: HTTP only, the rules
 * are in state.ts.
 */
import type { Context, Handler } from "hono";
import {
  streamEndRequest,
  streamKey,
  streamRequest,
} from "../../destinations/activitysmith/contract.ts";
import { audience, failure, reach, recipients, updated } from "../answers.ts";
import { fail, readJson } from "../http.ts";
import type { ApiEnv } from "../http.ts";
import type { Service } from "../service.ts";
import { endStream, putStream } from "../screen/state.ts";

export function putStreamRoute(service: Service): Handler<ApiEnv> {
  return async (c) => {
    const key = streamKey.safeParse(c.req.param("key"));
    if (!key.success) return badStreamKey(c);
    const read = await readJson(c, streamRequest);
    if ("refusal" in read) return read.refusal;
    const { target, channels: named = target?.channels, ...body } = read.body;
    const reached = reach(c, named, "Live Activity devices");
    if ("refusal" in reached) return reached.refusal;
    const request = { ...body, channels: reached.channels ?? undefined };
    const step = putStream(service.store.read(), key.data, request, service.moment());
    const outcome = service.keep(step);
    const common = { success: true, stream_key: key.data, timestamp: service.timestamp() };
    if (outcome.kind === "paused") {
      return c.json({
        ...common,
        operation: "paused",
        activity_id: null,
        ...audience(outcome.channels),
      });
    }
    if (outcome.kind !== "done") return failure(c, outcome, "update");
    const { operation, activity, previousId } = outcome;
    return c.json({
      ...common,
      operation,
      activity_id: activity.id,
      ...(previousId !== undefined && { previous_activity_id: previousId }),
      ...(operation === "noop"
        ? audience(activity.channels, activity.tags)
        : { ...recipients(activity.channels, activity.tags), devices_queued: 0 }),
    });
  };
}

export function deleteStreamRoute(service: Service): Handler<ApiEnv> {
  return async (c) => {
    const key = streamKey.safeParse(c.req.param("key"));
    if (!key.success) return badStreamKey(c);
    const read = await readJson(c, streamEndRequest, "{}");
    if ("refusal" in read) return read.refusal;
    const step = endStream(service.store.read(), key.data, read.body, service.moment());
    const outcome = service.keep(step);
    const common = {
      success: true,
      operation: "ended",
      stream_key: key.data,
      timestamp: service.timestamp(),
    };
    if (outcome.kind === "ended_unseen") return c.json({ ...common, activity_id: null });
    if (outcome.kind === "not_found") {
      const message = `No Live Activity stream found in this account for stream_key: ${key.data}. The stream may have already ended or been deleted.`;
      return fail(c, 404, "Live Activity stream not found", message);
    }
    if (outcome.kind !== "done") return failure(c, outcome, "end");
    const { id, channels } = outcome.activity;
    return c.json({ ...common, activity_id: id, ...updated(channels) });
  };
}

function badStreamKey(c: Context): Response {
  const message = "stream_key must contain only letters, numbers, underscores, and hyphens";
  return fail(c, 400, "Invalid stream_key", message);
}
