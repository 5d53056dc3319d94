/** The rules of Live Activities on the preview's lock screen, as pure steps from state to state. */
import { describe, expect, test } from "vitest";
import type { StreamContentState } from "../../src/destinations/activitysmith/contract.ts";
import { DEFAULT_LIMITS, EMPTY_STATE } from "../../src/preview-core/screen/lock-screen.ts";
import type { PreviewState } from "../../src/preview-core/screen/lock-screen.ts";
import {
  dismissActivity,
  endActivity,
  endStream,
  expireActivity,
  prune,
  putStream,
  resumeStream,
  startActivity,
  updateActivity,
} from "../../src/preview-core/screen/state.ts";
import type { Moment, Step } from "../../src/preview-core/screen/state.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = 1_800_000_000_000;
const deploying: StreamContentState = {
  type: "segmented_progress",
  title: "web-shop",
  number_of_steps: 3,
  current_step: 1,
};

let made = 0;
const at = (now: number): Moment => ({ now, id: `activity-${++made}`, limits: DEFAULT_LIMITS });
const put = (state: PreviewState, key: string, content_state = deploying, now = START) =>
  putStream(state, key, { content_state }, at(now));
const end = (state: PreviewState, key: string, content_state?: StreamContentState, now = START) =>
  endStream(state, key, { content_state }, at(now));
const operation = ({ outcome }: Step) =>
  outcome.kind === "done" ? outcome.operation : outcome.kind;
const shown = (state: PreviewState, now: number) =>
  prune(state, now, DEFAULT_LIMITS).activities.map((it) => it.contentState.title);

describe("a stream", () => {
  test("starts, is updated, does nothing for the same picture, ends, and starts afresh", () => {
    const started = put(EMPTY_STATE, "web");
    const updated = put(started.state, "web", { ...deploying, current_step: 2 });
    const { type, ...rest } = deploying;
    const same = put(updated.state, "web", { ...rest, type, current_step: 2 });
    const ended = end(same.state, "web");
    const again = put(ended.state, "web");
    expect([started, updated, same, ended, again].map(operation)).toStrictEqual([
      "started",
      "updated",
      "noop",
      "ended",
      "started",
    ]);
    expect(again.state.activities).toHaveLength(2);
  });

  test("keeps type and number_of_steps where an update leaves them out", () => {
    const { state } = put(EMPTY_STATE, "web");
    const { state: next } = put(state, "web", { title: "web-shop", current_step: 2 });
    expect(next.activities[0]?.contentState).toStrictEqual({ ...deploying, current_step: 2 });
  });

  test("loses a button that an update leaves out", () => {
    const action = { title: "Logs", type: "open_url", url: "https://logs.example/1" } as const;
    const { state } = putStream(
      EMPTY_STATE,
      "web",
      { content_state: deploying, action },
      at(START),
    );
    expect(state.activities[0]?.actions).toStrictEqual([action]);
    const next = put(state, "web");
    expect(operation(next)).toBe("updated");
    expect(next.state.activities[0]?.actions).toStrictEqual([]);
  });

  test("goes on in a new activity after eight hours, in the old one's place", () => {
    const first = put(EMPTY_STATE, "web");
    const before = put(prune(first.state, START + 8 * HOUR - 1, DEFAULT_LIMITS), "web", {
      ...deploying,
      current_step: 2,
    });
    expect(operation(before)).toBe("updated");

    const later = prune(before.state, START + 8 * HOUR, DEFAULT_LIMITS);
    const { title } = deploying;
    const rotated = put(later, "web", { title, current_step: 3 }, START + 8 * HOUR);
    expect(rotated.outcome).toMatchObject({
      operation: "rotated",
      previousId: first.state.activities[0]?.id,
    });
    expect(rotated.state.activities).toHaveLength(1);
  });

  test("that a person swiped away is paused until it is ended", () => {
    const { state } = put(EMPTY_STATE, "web");
    const swiped = dismissActivity(state, state.activities[0]?.id ?? "");
    expect(swiped.activities).toHaveLength(0);
    const paused = put(swiped, "web", { ...deploying, current_step: 2 });
    expect(operation(paused)).toBe("paused");
    const ended = end(paused.state, "web");
    expect(operation(ended)).toBe("ended_unseen");
    expect(operation(end(ended.state, "web"))).toBe("not_found");
    expect(operation(put(ended.state, "web"))).toBe("started");
  });

  test("that is paused starts afresh once it is resumed", () => {
    const { state } = put(EMPTY_STATE, "web");
    const paused = dismissActivity(state, state.activities[0]?.id ?? "");
    expect(operation(put(resumeStream(paused, "other"), "web"))).toBe("paused");
    expect(operation(put(resumeStream(paused, "web"), "web"))).toBe("started");
    expect(operation(put(resumeStream(state, "web"), "web"))).toBe("noop");
  });

  test("whose activity is let grow old goes on in a new one", () => {
    const { state } = put(EMPTY_STATE, "web");
    const old = expireActivity(state, state.activities[0]?.id ?? "", START);
    expect(old.activities).toMatchObject([{ endedAt: START }]);
    expect(operation(put(old, "web"))).toBe("rotated");
  });

  test("may have a name that an object would stumble over", () => {
    const { state } = put(EMPTY_STATE, "__proto__");
    expect(operation(end(state, "__proto__"))).toBe("ended");
    expect(operation(end(EMPTY_STATE, "constructor"))).toBe("not_found");
  });
});

describe("five at the same time", () => {
  const five = ["a", "b", "c", "d", "f"].reduce((state, key) => put(state, key).state, EMPTY_STATE);

  test("a sixth is refused, by stream or classic, with the figures", () => {
    const expected = { kind: "activity_limit", limit: 5, active: 5 };
    expect(put(five, "e").outcome).toStrictEqual(expected);
    expect(startActivity(five, { content_state: deploying }, at(START)).outcome).toStrictEqual(
      expected,
    );
    expect(put(five, "e").state).toBe(five);
  });

  test("updates of the five go on", () => {
    expect(operation(put(five, "a", { ...deploying, current_step: 2 }))).toBe("updated");
  });

  test("an end frees a place at once, though the ended one is still seen", () => {
    const ended = end(five, "b").state;
    expect(operation(put(ended, "e"))).toBe("started");
    expect(shown(ended, START)).toHaveLength(5);
  });

  test("so does a swipe, and an activity that iOS ends for its age", () => {
    const swiped = dismissActivity(five, five.activities[0]?.id ?? "");
    expect(operation(put(swiped, "e"))).toBe("started");
    const later = START + 8 * HOUR;
    expect(operation(put(prune(five, later, DEFAULT_LIMITS), "e", deploying, later))).toBe(
      "started",
    );
  });
});

describe("leaving the screen after the end", () => {
  const endedWith = (dismiss: Partial<StreamContentState>) =>
    end(put(EMPTY_STATE, "web").state, "web", { ...deploying, current_step: 3, ...dismiss }).state;

  test.each([
    ["two minutes where nothing is said", {}, 2 * MINUTE],
    ["minutes", { auto_dismiss_minutes: 10 }, 10 * MINUTE],
    ["seconds", { auto_dismiss_seconds: 20 }, 20_000],
    ["four hours at most", { auto_dismiss_minutes: 600 }, 4 * HOUR],
  ])("%s", (_what, dismiss, afterMs) => {
    const state = endedWith(dismiss);
    expect(state.activities[0]?.contentState.current_step).toBe(3);
    expect(shown(state, START + afterMs - 1)).toStrictEqual(["web-shop"]);
    expect(shown(state, START + afterMs)).toStrictEqual([]);
  });

  test("at once with 0", () => {
    expect(endedWith({ auto_dismiss_minutes: 0 }).activities).toStrictEqual([]);
  });

  test("twelve hours after its start where nobody ends it", () => {
    const { state } = put(EMPTY_STATE, "web");
    expect(shown(state, START + 12 * HOUR - 1)).toHaveLength(1);
    expect(shown(state, START + 12 * HOUR)).toHaveLength(0);
  });
});

test("an end without a state of its own leaves as the latest state said", () => {
  const { state } = put(EMPTY_STATE, "web", { ...deploying, auto_dismiss_seconds: 20 });
  const ended = end(state, "web").state;
  expect(shown(ended, START + 19_999)).toHaveLength(1);
  expect(shown(ended, START + 20_000)).toStrictEqual([]);
});

test("the classic lifecycle leaves three minutes after its end", () => {
  const { state } = startActivity(EMPTY_STATE, { content_state: deploying }, at(START));
  const id = state.activities[0]?.id ?? "";
  const ended = endActivity(state, id, { content_state: deploying }, at(START)).state;
  expect(shown(ended, START + 3 * MINUTE - 1)).toHaveLength(1);
  expect(shown(ended, START + 3 * MINUTE)).toStrictEqual([]);
});

describe("tags and metadata", () => {
  const first = { content_state: deploying, tags: ["shop"], metadata: { run: 7 } };
  const { state } = putStream(EMPTY_STATE, "web", first, at(START));
  const next = { ...deploying, current_step: 2 };
  const kept = { tags: ["shop"], metadata: { run: 7 } };

  test.each([
    ["left out: kept", {}, kept],
    [
      "sent: replaced",
      { tags: ["a", "b"], metadata: { ok: true } },
      { tags: ["a", "b"], metadata: { ok: true } },
    ],
    ["empty: cleared", { tags: [], metadata: {} }, { tags: [], metadata: {} }],
  ])("%s, by an update, by a noop, by an end", (_, history, expected) => {
    const update = putStream(state, "web", { content_state: next, ...history }, at(START));
    expect(operation(update)).toBe("updated");
    expect(update.state.activities).toMatchObject([expected]);
    const noop = putStream(state, "web", { content_state: deploying, ...history }, at(START));
    expect(operation(noop)).toBe("noop");
    expect(noop.state.activities).toMatchObject([expected]);
    const ended = endStream(state, "web", history, at(START));
    expect(ended.state.activities).toMatchObject([expected]);
  });
});

describe("a timer", () => {
  const timer: StreamContentState = { type: "timer", title: "Benchmark", duration_seconds: 300 };
  const { title } = timer;
  const running = put(EMPTY_STATE, "t", timer).state;
  const timerAfter = (content_state: StreamContentState, now: number, state = running) =>
    put(state, "t", content_state, now).state.activities[0]?.timer;

  test("keeps its window where an update leaves the duration out", () => {
    expect(timerAfter({ title, subtitle: "sampling" }, START + 60_000)).toMatchObject({
      durationMs: 300_000,
      elapsedMs: 60_000,
      since: START + 60_000,
    });
  });

  test("is reset by a duration, even the same one", () => {
    const step = put(running, "t", timer, START + 60_000);
    expect(operation(step)).toBe("updated");
    expect(step.state.activities[0]?.timer).toMatchObject({ elapsedMs: 0, since: START + 60_000 });
  });

  test("pauses and goes on where it stood", () => {
    const paused = put(running, "t", { title, is_running: false }, START + 60_000).state;
    expect(paused.activities[0]?.timer).toMatchObject({ elapsedMs: 60_000, since: null });
    expect(timerAfter({ title, is_running: true }, START + 200_000, paused)).toMatchObject({
      elapsedMs: 60_000,
      since: START + 200_000,
    });
  });

  test("freezes at the end", () => {
    const ended = end(running, "t", undefined, START + 90_000).state;
    expect(ended.activities[0]?.timer).toMatchObject({ elapsedMs: 90_000, since: null });
  });
});

describe("what each type needs", () => {
  const metrics = [{ label: "CPU", value: 9 }];
  test.each<[StreamContentState, string]>([
    [{ title: "x" }, "content_state.type"],
    [{ title: "x", type: "segmented_progress", current_step: 0 }, "content_state.number_of_steps"],
    [{ title: "x", type: "segmented_progress", number_of_steps: 2 }, "content_state.current_step"],
    [{ ...deploying, current_step: 4 }, "content_state.current_step"],
    [{ ...deploying, step_colors: ["green", "red"] }, "content_state.step_colors"],
    [{ title: "x", type: "progress" }, "content_state.percentage"],
    [{ title: "x", type: "progress", value: "42", upper_limit: 50 }, "content_state.percentage"],
    [{ title: "x", type: "value" }, "content_state.value"],
    [{ title: "x", type: "metrics" }, "content_state.metrics"],
    [{ title: "x", type: "stats" }, "content_state.metrics"],
    [{ title: "x", type: "alert" }, "content_state.message"],
    [{ title: "x", type: "timer" }, "content_state.duration_seconds"],
  ])("%j lacks %s", (content, field) => {
    expect(put(EMPTY_STATE, "web", content).outcome).toMatchObject({
      kind: "refused",
      message: expect.stringContaining(field),
    });
  });

  test.each<StreamContentState>([
    { ...deploying, current_step: 0 },
    { ...deploying, step_colors: ["green"] },
    { title: "x", type: "progress", percentage: 0 },
    { title: "x", type: "progress", value: 3, upper_limit: 9 },
    { title: "x", type: "value", value: "$1,240" },
    { title: "x", type: "value", value: "" },
    { title: "x", type: "value", value: -2.5 },
    { title: "x", type: "metrics", metrics },
    { title: "x", type: "stats", metrics },
    { title: "x", type: "alert", message: "Hello" },
    { title: "x", type: "timer", duration_seconds: 1 },
    { title: "x", type: "timer", counts_down: false },
  ])("%j starts", (content) => {
    expect(operation(put(EMPTY_STATE, "web", content))).toBe("started");
  });

  test("an end is held to it too, and leaves all as it was where refused", () => {
    const { state } = put(EMPTY_STATE, "web");
    const step = end(state, "web", { title: "web-shop" });
    expect(operation(step)).toBe("refused");
    expect(step.state).toBe(state);
  });

  test("a second button is for alert, progress, segmented_progress and value only", () => {
    const secondary_action = { title: "No", type: "webhook", url: "https://x.example" } as const;
    const outcomeOf = (content_state: StreamContentState) =>
      operation(putStream(EMPTY_STATE, "k", { content_state, secondary_action }, at(START)));
    expect(outcomeOf(deploying)).toBe("started");
    expect(outcomeOf({ title: "x", type: "value", value: 0 })).toBe("started");
    expect(outcomeOf({ title: "x", type: "stats", metrics })).toBe("refused");
  });
});

test("an activity that is not alive cannot be updated", () => {
  const { state } = startActivity(EMPTY_STATE, { content_state: deploying }, at(START));
  const id = state.activities[0]?.id ?? "";
  const update = (of: PreviewState, activity: string) =>
    operation(updateActivity(of, activity, { content_state: deploying }, at(START)));
  expect(update(state, id)).toBe("noop");
  expect(update(state, "nobody")).toBe("not_found");
  expect(update(prune(state, START + 8 * HOUR, DEFAULT_LIMITS), id)).toBe("not_found");
});
