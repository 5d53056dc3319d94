/** Rows that were stored as calls of one destination are read as what they meant. */
import { describe, expect, test } from "vitest";
import { toWire } from "../../src/destinations/activitysmith/to-wire.ts";
import { wireCall } from "../../src/destinations/activitysmith/wire-call.ts";
import { readIntent, readPicture } from "../../src/store/rows/former-calls.ts";

/** As the version before wrote them. */
const STATE = {
  type: "segmented_progress",
  title: "web-shop",
  subtitle: "Building failed · main · 8a0c5f9",
  number_of_steps: 3,
  current_step: 1,
  color: "red",
  step_colors: ["green"],
  step_color: "red",
  icon: { symbol: "xmark.octagon.fill", color: "red" },
  badge: { title: "Production", color: "purple" },
};
const LOG = { title: "View log", type: "open_url", url: "https://example.com/log" };
const PICTURE = {
  title: "web-shop",
  subtitle: "Building failed · main · 8a0c5f9",
  segments: ["green", "red", "gray"],
  completed: 1,
  color: "red",
  symbol: "xmark.octagon.fill",
  badge: { title: "Production", color: "purple" },
};
const withLog = { ...PICTURE, buttons: [{ title: "View log", url: "https://example.com/log" }] };
const shared = { streamKey: "web-shop-1", importance: 5, state: "failed" };

const FORMER: readonly [string, object, object][] = [
  [
    "an update",
    {
      call: "stream_update",
      ...shared,
      body: { content_state: STATE, action: LOG, channels: ["ops"], tags: ["vercel"] },
    },
    {
      kind: "show",
      streamKey: "web-shop-1",
      picture: withLog,
      channels: ["ops"],
      tags: ["vercel"],
    },
  ],
  [
    "an end with its last picture",
    {
      call: "stream_end",
      ...shared,
      ending: "run:1:failed",
      announce: null,
      body: { content_state: { ...STATE, auto_dismiss_minutes: 60 } },
    },
    { kind: "end", streamKey: "web-shop-1", picture: PICTURE },
  ],
  [
    "a bare end",
    { call: "stream_end", ...shared, ending: "left", announce: null, body: {} },
    { kind: "end", streamKey: "web-shop-1" },
  ],
  [
    "a push",
    {
      call: "push",
      body: {
        title: "web-shop production failed",
        subtitle: "main",
        message: "exit code 2",
        redirection: "https://example.com/log",
        actions: [LOG],
        target: { channels: ["ops"] },
        tags: ["vercel", "web-shop"],
      },
    },
    {
      kind: "push",
      title: "web-shop production failed",
      subtitle: "main",
      message: "exit code 2",
      url: "https://example.com/log",
      buttons: [{ title: "View log", url: "https://example.com/log" }],
      channels: ["ops"],
      tags: ["vercel", "web-shop"],
    },
  ],
];

describe("a command", () => {
  test.each(FORMER)("that was %s", (_name, stored, intent) => {
    expect(readIntent(stored)).toMatchObject(intent);
    expect(wireCall.safeParse(toWire(readIntent(stored))).error).toBeUndefined();
  });

  test("of today is read as it stands", () => {
    const intent = { kind: "end", streamKey: "s" };
    expect(readIntent(intent)).toBe(intent);
  });

  test("of neither form is an error, not a guess", () => {
    expect(() => readIntent({ call: "dance" })).toThrow("Invalid");
    expect(() => readIntent(null)).toThrow("Invalid");
  });
});

test.each<[string, unknown, object | null]>([
  ["of the former form", STATE, PICTURE],
  ["of today", PICTURE, PICTURE],
  ["none", null, null],
  ["nothing that can be read", { title: 7 }, null],
])("a confirmed picture: %s", (_name, stored, expected) => {
  const picture = readPicture(stored);
  if (expected === null) expect(picture).toBeNull();
  else expect(picture).toMatchObject(expected);
});
