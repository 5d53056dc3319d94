/** A core API call as the admin API shows it. */
import * as z from "zod";
import {
  badgeRequest,
  metricValueRequest,
  pushRequest,
  streamEndRequest,
  streamRequest,
} from "../../destinations/activitysmith/contract.ts";
import { toWire } from "../../destinations/activitysmith/to-wire.ts";
import type { Intent } from "../../model/command.ts";

export const coreCallView = {
  call: z.enum(["push", "stream_update", "stream_end", "metric_value", "badge"]),
  stream_key: z.string().nullable(),
  metric_key: z.string().nullable(),
  body: z
    .union([pushRequest, streamRequest, streamEndRequest, metricValueRequest, badgeRequest])
    .meta({ id: "CoreRequestBody" })
    .describe("The request body for the core API, as `call` has it."),
};

export function callOf(intent: Intent) {
  const call = toWire(intent);
  return {
    call: call.call,
    stream_key: "streamKey" in call ? call.streamKey : null,
    metric_key: "metricKey" in call ? call.metricKey : null,
    body: call.body,
  };
}
