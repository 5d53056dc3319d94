/** From our own words to the calls of the core API, in each form, and back from what somebody wrote. */
import { describe, expect, test } from "vitest";
import { fromWire } from "../../../src/destinations/activitysmith/from-wire.ts";
import { toWire } from "../../../src/destinations/activitysmith/to-wire.ts";
import { wireCall } from "../../../src/destinations/activitysmith/wire-call.ts";
import type { WireCall } from "../../../src/destinations/activitysmith/wire-call.ts";
import type { Form } from "../../../src/destinations/destination.ts";
import type { Intent } from "../../../src/model/command.ts";

const RUN = { title: "Open run", url: "https://example.com/run" } as const;
const LOG = { title: "Open log", url: "https://example.com/log" } as const;
const OPEN_RUN = { title: "Open run", type: "open_url", url: RUN.url } as const;
const OPEN_LOG = { title: "Open log", type: "open_url", url: LOG.url } as const;

const PICTURE = {
  title: "web-shop",
  segments: ["green", "blue", "gray"],
  completed: 1,
  color: "blue",
  symbol: "hammer.fill",
} as const;
type State = Extract<WireCall, { call: "stream_update" }>["body"]["content_state"];
const STATE: State = {
  type: "segmented_progress",
  title: "web-shop",
  number_of_steps: 3,
  current_step: 1,
  color: "blue",
  step_colors: ["green"],
  step_color: "blue",
  icon: { symbol: "hammer.fill", color: "blue" },
};
const PLAIN = {
  type: "segmented_progress",
  title: "web-shop",
  number_of_steps: 3,
  current_step: 1,
} as const;
const FULL_PICTURE = {
  ...PICTURE,
  subtitle: "Build",
  badge: { title: "Preview", color: "orange" },
  buttons: [RUN, LOG],
} as const;
const SHOW = { kind: "show", streamKey: "s", picture: PICTURE } as const;
const PUSH = { kind: "push", title: "failed", tags: ["a b"] } as const;
const END = { kind: "end", streamKey: "s", picture: PICTURE } as const;
const WRITTEN_STATE = { type: "progress", title: "backup", percentage: 40 } as const;

test.each<[string, Intent, Form, WireCall]>([
  ["a push", PUSH, "full", { call: "push", body: { title: "failed", tags: ["a-b"] } }],
  ["a push without its tags", PUSH, "untagged", { call: "push", body: { title: "failed" } }],
  [
    "a push with all that it can have",
    {
      ...PUSH,
      subtitle: "web-shop",
      message: "Build failed",
      url: RUN.url,
      buttons: [RUN],
      urgency: "time-sensitive",
      channels: ["ops"],
    },
    "full",
    {
      call: "push",
      body: {
        title: "failed",
        subtitle: "web-shop",
        message: "Build failed",
        redirection: RUN.url,
        actions: [OPEN_RUN],
        interruption_level: "time-sensitive",
        target: { channels: ["ops"] },
        tags: ["a-b"],
      },
    },
  ],
  [
    "a push of which parts are empty",
    { ...PUSH, subtitle: "", message: "", url: "", buttons: [] },
    "untagged",
    { call: "push", body: { title: "failed" } },
  ],
  [
    "a push that somebody wrote",
    { ...PUSH, asWritten: { media: "https://example.com/a.png", title: "x" } },
    "full",
    {
      call: "push",
      body: { title: "failed", media: "https://example.com/a.png", tags: ["a-b"] },
    },
  ],
  [
    "a card",
    SHOW,
    "full",
    { call: "stream_update", streamKey: "s", body: { content_state: STATE } },
  ],
  [
    "a card with all that it can have",
    { ...SHOW, picture: FULL_PICTURE, channels: ["ops"], tags: ["a b"] },
    "full",
    {
      call: "stream_update",
      streamKey: "s",
      body: {
        content_state: {
          ...STATE,
          subtitle: "Build",
          badge: { title: "Preview", color: "orange" },
        },
        action: OPEN_RUN,
        secondary_action: OPEN_LOG,
        channels: ["ops"],
        tags: ["a-b"],
      },
    },
  ],
  [
    "a card without its tags",
    { ...SHOW, tags: ["a"] },
    "untagged",
    { call: "stream_update", streamKey: "s", body: { content_state: STATE } },
  ],
  [
    "a card in its plainest form",
    { ...SHOW, picture: FULL_PICTURE, channels: ["ops"], tags: ["a"] },
    "plain",
    { call: "stream_update", streamKey: "s", body: { content_state: PLAIN, channels: ["ops"] } },
  ],
  [
    "a card that has just begun",
    { ...SHOW, picture: { ...PICTURE, completed: 0 } },
    "full",
    {
      call: "stream_update",
      streamKey: "s",
      body: {
        content_state: {
          ...PLAIN,
          current_step: 0,
          color: "blue",
          step_color: "green",
          icon: STATE.icon,
        },
      },
    },
  ],
  [
    "a card that is complete",
    { ...SHOW, picture: { ...PICTURE, completed: 3 } },
    "full",
    {
      call: "stream_update",
      streamKey: "s",
      body: {
        content_state: {
          ...PLAIN,
          current_step: 3,
          color: "blue",
          step_colors: ["green", "blue", "gray"],
          icon: STATE.icon,
        },
      },
    },
  ],
  [
    "a card that somebody wrote",
    {
      ...SHOW,
      channels: ["ops"],
      tags: ["a b"],
      asWritten: { content_state: WRITTEN_STATE, action: OPEN_RUN },
    },
    "full",
    {
      call: "stream_update",
      streamKey: "s",
      body: { content_state: WRITTEN_STATE, action: OPEN_RUN, channels: ["ops"], tags: ["a-b"] },
    },
  ],
  [
    "a card that somebody wrote, in its plainest form",
    { ...SHOW, tags: ["a b"], asWritten: { content_state: WRITTEN_STATE, action: OPEN_RUN } },
    "plain",
    { call: "stream_update", streamKey: "s", body: { content_state: WRITTEN_STATE } },
  ],
  [
    "an end",
    { ...END, picture: FULL_PICTURE },
    "full",
    {
      call: "stream_end",
      streamKey: "s",
      body: {
        content_state: {
          ...STATE,
          subtitle: "Build",
          badge: { title: "Preview", color: "orange" },
          auto_dismiss_seconds: 0,
        },
        action: OPEN_RUN,
        secondary_action: OPEN_LOG,
      },
    },
  ],
  ["an end without a picture", END, "bare", { call: "stream_end", streamKey: "s", body: {} }],
  [
    "an end of which none is known",
    { kind: "end", streamKey: "s" },
    "full",
    { call: "stream_end", streamKey: "s", body: {} },
  ],
  [
    "an end that somebody wrote",
    { kind: "end", streamKey: "s", asWritten: { content_state: WRITTEN_STATE } },
    "full",
    { call: "stream_end", streamKey: "s", body: { content_state: WRITTEN_STATE } },
  ],
  [
    "an end that somebody wrote, without it",
    { kind: "end", streamKey: "s", asWritten: { content_state: WRITTEN_STATE } },
    "bare",
    { call: "stream_end", streamKey: "s", body: {} },
  ],
  [
    "a metric",
    { kind: "metric", metricKey: "deploys", value: 3 },
    "full",
    { call: "metric_value", metricKey: "deploys", body: { value: 3 } },
  ],
  [
    "a metric of a time",
    { kind: "metric", metricKey: "deploys", value: 3, at: "2026-11-02T12:00:00Z" },
    "full",
    {
      call: "metric_value",
      metricKey: "deploys",
      body: { value: 3, timestamp: "2026-11-02T12:00:00Z" },
    },
  ],
  ["a badge", { kind: "badge", count: 2 }, "full", { call: "badge", body: { badge: 2 } }],
  [
    "a badge of somebody's",
    { kind: "badge", count: 2, channels: ["ops"] },
    "full",
    { call: "badge", body: { badge: 2, target: { channels: ["ops"] } } },
  ],
])("%s goes out in the API's words", (_, intent, form, call) => {
  expect(toWire(intent, form)).toStrictEqual(call);
  expect(wireCall.safeParse(call).success).toBe(true);
});

test("the form is full where none is asked for", () => {
  expect(toWire(PUSH)).toEqual(toWire(PUSH, "full"));
});

describe("a picture that is too large", () => {
  const LIMIT = 3_500;
  const bytes = (call: WireCall) => new TextEncoder().encode(JSON.stringify(call.body)).byteLength;
  const link = (length: number) => `https://example.com/${"x".repeat(length)}`;
  const show = (title: string, ...lengths: readonly number[]): WireCall =>
    toWire({
      ...SHOW,
      picture: {
        ...PICTURE,
        title,
        subtitle: title,
        buttons: lengths.map((length) => ({ title: "Open", url: link(length) })),
      },
    });
  const base = bytes(show("t", 0, 0));

  test.each([
    ["has both links up to the limit", LIMIT - base, 0, 2],
    ["leaves the second first", LIMIT - base + 1, 0, 1],
    ["leaves the second first, though that is the smaller", LIMIT - base + 20, 0, 1],
    ["leaves both where the first is too large", LIMIT, 0, 0],
  ])("%s", (_, first, second, links) => {
    const call = show("t", first, second);
    const body = { action: undefined, secondary_action: undefined, ...call.body };
    expect([body.action, body.secondary_action].filter((it) => it !== undefined)).toHaveLength(
      links,
    );
    expect(bytes(call)).toBeLessThanOrEqual(LIMIT);
  });

  test("is shortened where its texts are, and no half of a character stays", () => {
    const emoji = `${"x".repeat(99)}${"\u{1f680}".repeat(2_000)}`;
    const call = show(emoji, 10);
    expect(call).toMatchObject({
      body: {
        content_state: { title: `${"x".repeat(99)}\ufffd`, subtitle: `${"x".repeat(99)}\ufffd` },
      },
    });
    expect(call.body).not.toHaveProperty("action");
    const untold = toWire({ ...SHOW, picture: { ...PICTURE, title: "x".repeat(5_000) } });
    expect(untold.body).toMatchObject({ content_state: { title: "x".repeat(100) } });
    expect(untold.body).not.toHaveProperty("content_state.subtitle");
  });

  test("of texts alone keeps them whole while they fit", () => {
    const title = "x".repeat(1_000);
    expect(show(title, 3_000).body).toMatchObject({ content_state: { title, subtitle: title } });
  });

  test("that ends is made to fit as well", () => {
    const picture = { ...PICTURE, buttons: [{ title: "Open", url: link(LIMIT) }] };
    expect(toWire({ ...END, picture }).body).not.toHaveProperty("action");
  });
});

describe("from what somebody wrote", () => {
  test.each<[string, WireCall, Intent]>([
    [
      "a push",
      { call: "push", body: { title: "t" } },
      { kind: "push", title: "t", tags: [], asWritten: {} },
    ],
    [
      "a push with all that is ours",
      {
        call: "push",
        body: {
          title: "t",
          subtitle: "s",
          message: "m",
          interruption_level: "passive",
          target: { channels: ["ops"] },
          tags: ["a"],
          media: "https://example.com/a.png",
        },
      },
      {
        kind: "push",
        title: "t",
        subtitle: "s",
        message: "m",
        urgency: "passive",
        channels: ["ops"],
        tags: ["a"],
        asWritten: { media: "https://example.com/a.png" },
      },
    ],
    [
      "an end",
      { call: "stream_end", streamKey: "s", body: {} },
      { kind: "end", streamKey: "s", asWritten: {} },
    ],
    [
      "a metric",
      { call: "metric_value", metricKey: "m", body: { value: "3" } },
      { kind: "metric", metricKey: "m", value: "3" },
    ],
    [
      "a metric of a time",
      {
        call: "metric_value",
        metricKey: "m",
        body: { value: 3, timestamp: "2026-11-02T12:00:00Z" },
      },
      { kind: "metric", metricKey: "m", value: 3, at: "2026-11-02T12:00:00Z" },
    ],
    ["a badge", { call: "badge", body: { badge: 2 } }, { kind: "badge", count: 2 }],
    [
      "a badge of somebody's",
      { call: "badge", body: { badge: 2, target: { channels: ["ops"] } } },
      { kind: "badge", count: 2, channels: ["ops"] },
    ],
  ])("comes %s", (_, call, intent) => {
    expect(fromWire(call)).toStrictEqual(intent);
  });

  type Update = Extract<WireCall, { call: "stream_update" }>;
  const shown = (body: Update["body"]) => fromWire({ call: "stream_update", streamKey: "s", body });

  test("comes a card that goes out again as it was", () => {
    const body = { content_state: WRITTEN_STATE, action: OPEN_RUN };
    expect(shown({ ...body, channels: ["ops"], tags: ["a"] })).toStrictEqual({
      kind: "show",
      streamKey: "s",
      picture: {
        title: "backup",
        segments: Array(10).fill("blue"),
        completed: 4,
        color: "blue",
        symbol: "bell.badge.fill",
      },
      channels: ["ops"],
      tags: ["a"],
      endsAfterMs: 8 * 3_600_000,
      asWritten: body,
    });
    expect(shown({ ...body, target: { channels: ["ops"] } })).toMatchObject({ channels: ["ops"] });
    expect(shown(body)).not.toHaveProperty("channels");
    expect(shown(body)).not.toHaveProperty("tags");
  });

  test.each<[string, State, number, number]>([
    ["steps", { title: "t", number_of_steps: 4, current_step: 3 }, 4, 3],
    ["steps of which none is done", { title: "t", number_of_steps: 4 }, 4, 0],
    ["more steps than there are", { title: "t", number_of_steps: 4, current_step: 9 }, 4, 4],
    ["forty steps", { title: "t", number_of_steps: 40, current_step: 1 }, 40, 1],
    ["many steps", { title: "t", number_of_steps: 80, current_step: 40 }, 40, 20],
    ["a percentage", { title: "t", percentage: 75 }, 10, 8],
    ["a whole", { title: "t", percentage: 100 }, 10, 10],
    ["nothing yet", { title: "t", percentage: 0 }, 1, 0],
    ["no measure", { title: "t" }, 1, 0],
    ["a value of a limit", { title: "t", value: 3, upper_limit: 6 }, 10, 5],
    ["a value beyond it", { title: "t", value: 9, upper_limit: 6 }, 10, 10],
    ["a value below nothing", { title: "t", value: -9, upper_limit: 6 }, 1, 0],
    ["a value in words", { title: "t", value: "3", upper_limit: 6 }, 1, 0],
    ["a value without a limit", { title: "t", value: 3 }, 1, 0],
    [
      "a percentage beside a value",
      { title: "t", percentage: 20, value: 3, upper_limit: 6 },
      10,
      2,
    ],
  ])("is drawn %s", (_, state, total, completed) => {
    expect(shown({ content_state: state })).toMatchObject({
      picture: { segments: Array(total).fill("blue"), completed },
    });
  });

  test("is drawn in its own colours", () => {
    const state: State = {
      title: "t",
      subtitle: "s",
      number_of_steps: 1,
      color: "red",
      icon: { symbol: "bolt" },
      badge: { title: "b", color: "lime" },
    };
    expect(shown({ content_state: state })).toMatchObject({
      picture: {
        title: "t",
        subtitle: "s",
        segments: ["red"],
        completed: 0,
        color: "red",
        symbol: "bolt",
        badge: { title: "b", color: "lime" },
      },
    });
    const pale = shown({ content_state: { title: "t", badge: { title: "b" } } });
    expect(pale).toMatchObject({ picture: { badge: { title: "b", color: "blue" } } });
    expect(pale).not.toHaveProperty("picture.subtitle");
    expect(shown({ content_state: { title: "t" } })).not.toHaveProperty("picture.badge");
  });
});
