/**
 * The phone's commands: each makes exactly one call of the core API, or leaves it to a gateway's
 * outbox.
 */
import {
  activityEndRequest,
  activityStartRequest,
  activityUpdateRequest,
  badgeRequest,
  metricKey,
  metricValueRequest,
  pushRequest,
  streamEndRequest,
  streamKey,
  streamRequest,
} from "../../destinations/activitysmith/contract.ts";
import { followingState } from "../../preview-core/screen/content-state.ts";
import { command, usageError } from "../terminal/command.ts";
import type { CliContext, CommandResult } from "../terminal/command.ts";
import { callCoreApi } from "./core-api.ts";
import type {
  ActivityFlags,
  BadgeFlags,
  EndFlags,
  EndStreamFlags,
  HistoryFlags,
  MetricFlags,
  PushFlags,
  QueueFlags,
  StartFlags,
  StreamFlags,
  UpdateFlags,
} from "./flags.ts";
import { checked, given, jsonOf, numberOrText, snakeCased } from "./input.ts";
import type { CoreApiFlags, CoreRequest } from "./core-api.ts";
import { queueCall } from "./queue.ts";

export const push = command<PushFlags, []>((context, flags) => {
  const { title, message, subtitle, icon, media, redirection, interruptionLevel } = flags;
  const body = checked(
    pushRequest,
    given({
      title,
      message,
      subtitle,
      icon,
      media,
      redirection,
      interruption_level: interruptionLevel,
      actions: jsonOf("actions", flags.actions, flags.actionsFile),
      target: targetOf(flags.channels),
      ...historyOf(flags),
    }),
  );
  const call = { method: "POST", path: "/push-notification", body, done: "Push sent" } as const;
  return sendOrQueue(context, flags, call, { call: "push", body });
});

export const stream = command<StreamFlags, [string]>((context, flags, key) => {
  const body = checked(
    streamRequest,
    given({ ...frameOf(flags), channels: flags.channels, ...historyOf(flags) }),
  );
  demandWholeState(body);
  const path = `/live-activity/stream/${checked(streamKey, key)}`;
  const call = { method: "PUT", path, body, done: `Stream ${key}` } as const;
  return sendOrQueue(context, flags, call, { call: "stream_update", stream_key: key, body });
});

export const endStream = command<EndStreamFlags, [string]>((context, flags, key) => {
  const { content_state: state, ...rest } = frameOf(flags);
  const isBare = Object.keys(state).length === 0;
  const body = checked(
    streamEndRequest,
    given({ ...rest, content_state: isBare ? undefined : state, ...historyOf(flags) }),
  );
  const path = `/live-activity/stream/${checked(streamKey, key)}`;
  const call = { method: "DELETE", path, body, done: `Stream ${key}` } as const;
  return sendOrQueue(context, flags, call, { call: "stream_end", stream_key: key, body });
});

export const startActivity = command<StartFlags, []>((context, flags) => {
  const target = targetOf(flags.channels);
  const fields = given({ ...frameOf(flags), target, ...historyOf(flags) });
  const body = checked(activityStartRequest, fields);
  demandWholeState(body);
  const call = { method: "POST", path: "/live-activity/start", body, done: "Started" } as const;
  return callCoreApi(context, flags, { ...call, canQueue: true });
});

export const updateActivity = command<UpdateFlags, []>((context, flags) => {
  const fields = { activity_id: flags.activityId, ...frameOf(flags), ...historyOf(flags) };
  const body = checked(activityUpdateRequest, given(fields));
  const call = { method: "POST", path: "/live-activity/update", body, done: "Updated" } as const;
  return callCoreApi(context, flags, call);
});

export const endActivity = command<EndFlags, []>((context, flags) => {
  const fields = { activity_id: flags.activityId, ...frameOf(flags), ...historyOf(flags) };
  const body = checked(activityEndRequest, given(fields));
  const call = { method: "POST", path: "/live-activity/end", body, done: "Ended" } as const;
  return callCoreApi(context, flags, call);
});

export const updateMetric = command<MetricFlags, [string, string]>((context, flags, key, value) => {
  const path = `/metrics/${checked(metricKey, key)}/value`;
  const body = checked(metricValueRequest, { value: numberOrText(value) });
  const call = { method: "POST", path, body, done: `${key} is ${value}` } as const;
  return sendOrQueue(context, flags, call, { call: "metric_value", metric_key: key, body });
});

export const setBadge = command<BadgeFlags, [number]>((context, flags, count) => {
  const body = checked(badgeRequest, given({ badge: count, target: targetOf(flags.channels) }));
  const call = { method: "POST", path: "/badge", body, done: `Badge ${count}` } as const;
  return sendOrQueue(context, flags, call, { call: "badge", body });
});

/** @param queued the same call as the gateway's API takes it */
function sendOrQueue(
  context: CliContext,
  flags: CoreApiFlags & QueueFlags,
  call: CoreRequest,
  queued: object,
): Promise<CommandResult> {
  if (flags.queue) return queueCall(context, flags, queued);
  if (flags.wait !== undefined) throw usageError("--wait belongs to --queue.");
  if (flags.idempotencyKey !== undefined)
    throw usageError("--idempotency-key belongs to --queue: the core API knows none.");
  return callCoreApi(context, flags, call);
}

const targetOf = (channels: readonly string[] | undefined) =>
  channels === undefined ? undefined : { channels };

function historyOf(
  flags: HistoryFlags & Pick<ActivityFlags, "clearTags">,
): Record<string, unknown> {
  const { tags, clearTags = false } = flags;
  if (clearTags && tags !== undefined) throw usageError("Give --tags or --clear-tags, not both.");
  return {
    tags: clearTags ? [] : tags,
    metadata: jsonOf("metadata", flags.metadata, flags.metadataFile),
  };
}

/** The content state and the buttons; flags win over what a file says. */
function frameOf(flags: ActivityFlags) {
  const { title, subtitle, type, message, percentage, color } = flags;
  const state = {
    ...objectOf(snakeCased(jsonOf("content-state", flags.contentState, flags.contentStateFile))),
    ...given({
      title,
      subtitle,
      type,
      message,
      percentage,
      color,
      number_of_steps: flags.numberOfSteps,
      current_step: flags.currentStep,
      value: flags.value === undefined ? undefined : numberOrText(flags.value),
      upper_limit: flags.upperLimit,
      metrics: jsonOf("metrics", flags.metrics, flags.metricsFile),
      duration_seconds: flags.durationSeconds,
      counts_down: flags.countsDown,
      is_running: flags.isRunning,
      step_color: flags.stepColor,
      icon: jsonOf("icon", flags.icon, undefined),
      badge: jsonOf("badge", flags.badge, undefined),
      auto_dismiss_minutes: flags.autoDismissMinutes,
      auto_dismiss_seconds: flags.autoDismissSeconds,
    }),
  };
  return {
    content_state: state,
    action: jsonOf("action", flags.action, flags.actionFile),
    secondary_action: jsonOf("secondary-action", flags.secondaryAction, flags.secondaryActionFile),
  };
}

function objectOf(value: unknown): object {
  if (value === undefined) return {};
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw usageError("--content-state must be a JSON object.");
}

/**
 * What a first frame needs for its type: the API would refuse it, and a script would find out too
 * late.
 */
function demandWholeState(body: {
  content_state: Parameters<typeof followingState>[1];
  secondary_action?: unknown;
}): void {
  const state = followingState(undefined, body.content_state, body.secondary_action !== undefined);
  if ("refused" in state) throw usageError(`Nothing was sent: ${state.refused}`);
}
