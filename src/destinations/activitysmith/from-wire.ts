/**
 * From a call of the core API that somebody wrote to a command in our own words, so that it is
 * paced, placed and tried again like any other. What our words have no place for goes along as it
 * was written. Pure.
 */
import type { Intent } from "../../model/command.ts";
import type { Color, Picture } from "../../model/card/picture.ts";
import type { PushRequest, StreamContentState, StreamRequest } from "./contract.ts";
import type { WireCall } from "./wire-call.ts";

export function fromWire(call: WireCall): Intent {
  switch (call.call) {
    case "push":
      return pushOf(call.body);
    case "stream_update":
      return showOf(call.streamKey, call.body);
    case "stream_end":
      return { kind: "end", streamKey: call.streamKey, asWritten: call.body };
    case "metric_value": {
      const { value, timestamp } = call.body;
      return {
        kind: "metric",
        metricKey: call.metricKey,
        value,
        ...(timestamp && { at: timestamp }),
      };
    }
    case "badge": {
      const { badge: count, target } = call.body;
      return { kind: "badge", count, ...(target && { channels: target.channels }) };
    }
  }
}

/** What says how late a push is, and whether it rings, has to be in our own words. */
function pushOf(body: PushRequest): Intent {
  const { title, subtitle, message, interruption_level: urgency, target, tags, ...rest } = body;
  return {
    kind: "push",
    title,
    ...(subtitle !== undefined && { subtitle }),
    ...(message !== undefined && { message }),
    ...(urgency && { urgency }),
    ...(target && { channels: target.channels }),
    tags: tags ?? [],
    asWritten: rest,
  };
}

/** iOS ends an activity after eight hours itself: a dead script's card takes no place longer. */
const ENDS_AFTER_MS = 8 * 60 * 60_000;

function showOf(streamKey: string, body: StreamRequest): Intent {
  const { channels, target, tags, ...rest } = body;
  const audience = channels ?? target?.channels;
  return {
    kind: "show",
    streamKey,
    picture: pictureOf(body.content_state),
    ...(audience && { channels: audience }),
    ...(tags && { tags }),
    endsAfterMs: ENDS_AFTER_MS,
    asWritten: rest,
  };
}

const MAX_SEGMENTS = 40;
/** Segments of what has a share and no steps. */
const SHARE_SEGMENTS = 10;
const COLOR: Color = "blue";
const SYMBOL = "bell.badge.fill";

/** What the console shows of it: a title and how far it is, whatever the type of the card. */
function pictureOf(state: StreamContentState): Picture {
  const { title, subtitle, color = COLOR, icon, badge } = state;
  const { total, completed } = barOf(state);
  return {
    title,
    ...(subtitle !== undefined && { subtitle }),
    segments: Array<Color>(total).fill(color),
    completed,
    color,
    symbol: icon?.symbol ?? SYMBOL,
    ...(badge && { badge: { title: badge.title, color: badge.color ?? COLOR } }),
  };
}

function barOf(state: StreamContentState): { total: number; completed: number } {
  const { number_of_steps: steps, current_step: done = 0, percentage, value, upper_limit } = state;
  if (steps !== undefined) {
    const total = Math.min(steps, MAX_SEGMENTS);
    return { total, completed: Math.min(Math.round((done / steps) * total), total) };
  }
  const share =
    percentage === undefined && typeof value === "number" && upper_limit !== undefined
      ? value / upper_limit
      : (percentage ?? 0) / 100;
  const completed = Math.min(Math.max(Math.round(share * SHARE_SEGMENTS), 0), SHARE_SEGMENTS);
  return share > 0 ? { total: SHARE_SEGMENTS, completed } : { total: 1, completed: 0 };
}
