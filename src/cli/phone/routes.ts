/**
 * `push`, `activity …`, `metrics …` and `badge`: what a shell script or a cron job sends to the
 * phone.
 */
import { buildCommand, buildRouteMap } from "@stricli/core";
import { withExamples } from "../terminal/docs.ts";
import { number, positional, text } from "../terminal/flags.ts";
import {
  badgeFlags,
  endFlags,
  endStreamFlags,
  metricFlags,
  pushFlags,
  startFlags,
  streamFlags,
  updateFlags,
} from "./flags.ts";

const load = () => import("./commands.ts");
const STREAM_KEY = positional("The stream's key: one key, one ongoing thing", "key");

export const push = buildCommand({
  loader: async () => (await load()).push,
  parameters: { flags: pushFlags },
  docs: withExamples(
    "Send a push notification",
    'push --title "Backup done" --message "12 GB in 4 min"',
    'push --title "Backup done" --queue --idempotency-key backup-2026-11-27',
  ),
});

export const activity = buildRouteMap({
  docs: { brief: "Live Activities: stream, end-stream, start, update, end" },
  routes: {
    stream: buildCommand({
      loader: async () => (await load()).stream,
      parameters: { flags: streamFlags, positional: STREAM_KEY },
      docs: withExamples(
        "Start or update the Live Activity of a key",
        'activity stream nightly --title "Nightly job" --type progress --percentage 40',
        'activity stream nightly --title "Nightly job" --type progress --percentage 80 --queue',
        "activity end-stream nightly",
      ),
    }),
    endStream: buildCommand({
      loader: async () => (await load()).endStream,
      parameters: { flags: endStreamFlags, positional: STREAM_KEY },
      docs: { brief: "End it, with a last look where one is given" },
    }),
    start: buildCommand({
      loader: async () => (await load()).startActivity,
      parameters: { flags: startFlags },
      docs: { brief: "Start a Live Activity whose id you keep" },
    }),
    update: buildCommand({
      loader: async () => (await load()).updateActivity,
      parameters: { flags: updateFlags },
      docs: { brief: "Update it by --activity-id" },
    }),
    end: buildCommand({
      loader: async () => (await load()).endActivity,
      parameters: { flags: endFlags },
      docs: { brief: "End it by --activity-id" },
    }),
  },
});

export const metrics = buildRouteMap({
  docs: { brief: "Values of widgets" },
  routes: {
    update: buildCommand({
      loader: async () => (await load()).updateMetric,
      parameters: {
        flags: metricFlags,
        positional: {
          kind: "tuple",
          parameters: [
            { brief: "The metric's key", placeholder: "key", parse: text },
            { brief: "A number or a short text", placeholder: "value", parse: text },
          ],
        },
      },
      docs: { brief: "Set the value of a metric" },
    }),
  },
});

export const badge = buildCommand({
  loader: async () => (await load()).setBadge,
  parameters: {
    flags: badgeFlags,
    positional: {
      kind: "tuple",
      parameters: [{ brief: "The count; 0 clears it", placeholder: "count", parse: number }],
    },
  },
  docs: { brief: "Set the count on the app's icon" },
});
