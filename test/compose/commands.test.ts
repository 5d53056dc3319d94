/** Commands: one stream call at most for a change that can be seen, one push at most for a transition. */
import { describe, expect, test } from "vitest";
import { composeOccurrence, composeRun } from "../../src/compose/commands.ts";
import type { RunChange } from "../../src/compose/commands.ts";
import { coreCall } from "../../src/destinations/activitysmith/contract.ts";
import { PRIORITY } from "../../src/model/command.ts";
import type { AlertSignal } from "../../src/model/signal.ts";
import { CREATED_AT, ended, line, runWith, settings } from "../support/runs.ts";

const TAGS = ["vercel", "web-shop"];
const queued = runWith({ steps: line("queued", "planned") });
const running = runWith({ steps: line("succeeded", "running") });
const failed = runWith({ steps: line("succeeded", "running"), ...ended("failed") });

const change = (changes: Partial<RunChange> = {}): RunChange => ({
  trackId: "trk_1",
  streamKey: "web-shop-1",
  before: queued,
  after: running,
  wasShown: true,
  previous: undefined,
  pushed: [],
  outlook: {},
  refresh: false,
  giveUp: false,
  ...changes,
});

const compose = (of: Partial<RunChange>, own = settings()) => composeRun(change(of), own, TAGS);
const callsOf = (of: Partial<RunChange>, own = settings()) =>
  compose(of, own).map(({ call }) => call.call);

describe("the stream of a run", () => {
  test("is updated where something can be seen", () => {
    const [update, ...others] = compose({}, settings({ channels: ["dev"] }));
    expect(others).toEqual([]);
    expect(update).toMatchObject({
      priority: PRIORITY.streamUpdate,
      dedupeKey: null,
      call: {
        call: "stream_update",
        streamKey: "web-shop-1",
        body: { channels: ["dev"], tags: TAGS, content_state: { current_step: 1 } },
      },
    });
  });

  test("is left alone where nothing can be seen", () => {
    const after = runWith({
      steps: line("succeeded", "running"),
      facts: { author: "Ada Example" },
    });
    expect(callsOf({ before: running, after })).toEqual([]);
  });

  test.each([
    ["a run that is new", { before: undefined }],
    ["a run that comes forward again", { before: running, wasShown: false }],
  ])("is started by %s", (_, of) => {
    expect(compose(of)).toMatchObject([
      { call: { call: "stream_update" }, priority: PRIORITY.streamStart },
    ]);
  });

  test.each([
    ["succeeded", 5, true],
    ["failed", 60, true],
    ["canceled", 1, false],
  ] as const)(
    "ends when it %s: stays %i min, worth an announcement: %s",
    (state, minutes, announced) => {
      const after = runWith({ steps: line("succeeded", "running"), ...ended(state) });
      const [end] = compose({ after }, settings({ notify: "none", channels: ["dev"] }));
      expect(end?.priority).toBe(PRIORITY.streamEnd);
      expect(coreCall.parse(end?.call)).toMatchObject({
        call: "stream_end",
        ending: `run_1:1:${state}`,
        body: { content_state: { auto_dismiss_minutes: minutes } },
        announce: announced ? { channels: ["dev"], tags: TAGS } : null,
      });
      expect(end?.call).not.toHaveProperty("body.channels");
      expect(end?.call).not.toHaveProperty("body.tags");
      expect(end?.call).not.toHaveProperty("announce.content_state.auto_dismiss_minutes");
    },
  );
});

test("production matters more than a preview, and trouble more than its absence", () => {
  const importance = (kind: "production" | "other" | "preview", after = running) => {
    const [stream] = compose({
      before: undefined,
      after: { ...after, environment: { name: kind, kind } },
    });
    return stream?.call.call === "stream_update" || stream?.call.call === "stream_end"
      ? stream.call.importance
      : undefined;
  };
  const ascending = (["preview", "other", "production"] as const).flatMap((kind) => [
    importance(kind),
    importance(kind, failed),
  ]);
  expect(ascending).toEqual([0, 1, 2, 3, 4, 5]);
});

describe("the push of a run", () => {
  test("goes out with its mark and before everything else where it failed", () => {
    const [, push] = compose({ after: failed });
    expect(push).toMatchObject({
      priority: PRIORITY.failurePush,
      pushMark: "1:failed",
      dedupeKey: "run:trk_1:run_1:1:failed",
      call: { call: "push", body: { title: "web-shop production failed", tags: TAGS } },
    });
  });

  test("goes out once for each state of an attempt", () => {
    expect(callsOf({ after: failed, pushed: ["1:failed"] })).toEqual(["stream_end"]);
    expect(callsOf({ after: failed, pushed: ["1:waiting"] })).toEqual(["stream_end", "push"]);
  });

  test("is not sent where the endpoint does not want it", () => {
    expect(callsOf({ after: failed }, settings({ notify: "none" }))).toEqual(["stream_end"]);
  });

  test("is all there is where the endpoint only wants pushes", () => {
    expect(callsOf({ after: failed }, settings({ deliver: "push" }))).toEqual(["push"]);
  });
});

describe("a notice or an alert", () => {
  const alert: AlertSignal = {
    kind: "alert",
    title: "Errors are up",
    incident: "grp_1",
    state: "firing",
    severity: "critical",
    at: CREATED_AT,
  };
  const composeIt = (state: "firing" | "resolved", own = settings()) =>
    composeOccurrence({ ...alert, state }, own, TAGS, "dlv_1:0");

  test("is one push, the sooner where it fires", () => {
    expect(composeIt("firing")).toEqual([
      {
        call: { call: "push", body: { title: "Errors are up", tags: TAGS } },
        priority: PRIORITY.failurePush,
        dedupeKey: "dlv_1:0",
      },
    ]);
    expect(composeIt("resolved")).toMatchObject([{ priority: PRIORITY.push }]);
  });

  test("is nothing where the endpoint only wants Live Activities", () => {
    expect(composeIt("firing", settings({ deliver: "live_activity" }))).toEqual([]);
  });
});
