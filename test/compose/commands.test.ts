/** Commands: one stream call at most for a change that can be seen. */
import { describe, expect, test } from "vitest";
import { composeRun } from "../../src/compose/commands.ts";
import type { RunChange } from "../../src/compose/commands.ts";
import { coreCall } from "../../src/destinations/activitysmith/contract.ts";
import { PRIORITY } from "../../src/model/command.ts";
import { ended, line, runWith, settings } from "../support/runs.ts";

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
