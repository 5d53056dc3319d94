/** What the roll-up activity says of the streams that wait. */
import { describe, expect, test } from "vitest";
import { rollUpEnd, rollUpKey, rollUpUpdate } from "../../src/compose/roll-up.ts";
import { MAX_GRAPHEMES } from "../../src/compose/text.ts";
import { streamKey } from "../../src/destinations/activitysmith/contract.ts";
import { toWire } from "../../src/destinations/activitysmith/to-wire.ts";
import { wireCall } from "../../src/destinations/activitysmith/wire-call.ts";
import type { Show } from "../../src/model/command.ts";
import { RUN_STATES } from "../../src/model/run/run.ts";
import { bodyOf, pictureOf } from "../support/wire.ts";
import type { RunState } from "../../src/model/run/run.ts";

let made = 0;

function waiting(state: RunState | undefined, channels?: string[]): Show {
  return {
    kind: "show",
    streamKey: `web-shop-${++made}`,
    picture: pictureOf("web-shop"),
    ...(state && { state }),
    ...(channels && { channels }),
  };
}

const of = (...states: readonly (RunState | undefined)[]) =>
  rollUpUpdate(
    "default",
    states.map((state) => waiting(state)),
  );
const pictureIn = ({ intent }: ReturnType<typeof of>) => intent.picture ?? pictureOf("none");
const stateOf = (wanted: ReturnType<typeof of>) => bodyOf(pictureIn(wanted)).content_state;

test("counts by state, worst first", () => {
  expect(toWire(of("waiting", "running", "failed", "running", "running").intent)).toEqual({
    call: "stream_update",
    streamKey: "roll-up-of-default",
    body: {
      content_state: {
        type: "segmented_progress",
        title: "+5 deploys",
        subtitle: "1 failed · 1 needs approval · 3 running",
        number_of_steps: 5,
        current_step: 1,
        color: "red",
        step_color: "orange",
        step_colors: ["red"],
        icon: { symbol: "square.stack.3d.up.fill", color: "red" },
      },
    },
  });
});

test.each([
  [["running", "queued"], "blue"],
  [["succeeded", "succeeded"], "green"],
  [["succeeded", "failed"], "red"],
  [["queued", "waiting"], "orange"],
] as const)("%s is %s", (states, color) => {
  expect(stateOf(of(...states))).toMatchObject({ color, icon: { color } });
});

test("a state that is not known is counted, and nothing is made up for it", () => {
  const contentState = stateOf(of(undefined, undefined, "succeeded"));
  expect(contentState).toMatchObject({
    title: "+3 deploys",
    subtitle: "1 succeeded",
    number_of_steps: 3,
    current_step: 1,
  });
  expect(contentState).toMatchObject({ step_color: "gray" });
  expect(stateOf(of(undefined, undefined))).not.toHaveProperty("subtitle");
});

test("the same streams in another order are the same activity", () => {
  const streams = RUN_STATES.map((state) => waiting(state));
  expect(rollUpUpdate("default", streams.toReversed())).toEqual(rollUpUpdate("default", streams));
});

test("another count is another activity", () => {
  const wanted = [of("running"), of("running", "running"), of("running", "failed"), of(undefined)];
  expect(new Set(wanted.map((it) => it.wanted)).size).toBe(wanted.length);
});

test("a long bar shows the shares, a long text is cut, and all of it fits the core API's contract", () => {
  const states = RUN_STATES.flatMap((state) => Array.from({ length: 150 }, () => state));
  const update = of(...states);
  expect(stateOf(update)).toMatchObject({
    title: "+1050 deploys",
    number_of_steps: 40,
    current_step: 23,
  });
  const subtitle = stateOf(update).subtitle ?? "";
  expect(subtitle.length).toBeLessThanOrEqual(MAX_GRAPHEMES.subtitle);
  expect(subtitle).toMatch(/^150 failed · 150 needs approval/);
  for (const { intent } of [update, of("running"), rollUpEnd("default")])
    expect(wireCall.safeParse(toWire(intent)).error).toBeUndefined();
});

test("its key is one of the core API's, whatever the account", () => {
  for (const account of ["default", `key_${"a1B2".repeat(16)}`])
    expect(streamKey.parse(rollUpKey(account))).toBe(rollUpKey(account));
});

test("its end leaves the screen at once and starts nothing", () => {
  expect(toWire(rollUpEnd("default").intent)).toMatchObject({
    call: "stream_end",
    body: { content_state: { auto_dismiss_seconds: 0 } },
  });
});

describe("channels", () => {
  const channelsOf = (...streams: readonly Show[]) => {
    const { intent } = rollUpUpdate("default", streams);
    return intent.kind === "show" ? intent.channels : undefined;
  };

  test("those who see any of the streams see the roll-up", () => {
    const streams = [waiting("running", ["web", "ops"]), waiting("failed", ["ops", "api"])];
    expect(channelsOf(...streams)).toEqual(["api", "ops", "web"]);
  });

  test("everybody sees it where one of the streams is for everybody", () => {
    expect(channelsOf(waiting("running", ["ops"]), waiting("running"))).toBeUndefined();
  });
});
