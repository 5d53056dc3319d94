/** Commands: one stream call at most for a change that can be seen. */
import { describe, expect, test } from "vitest";
import { composeRun } from "../../src/compose/commands.ts";
import type { RunChange } from "../../src/compose/commands.ts";
import { DEFAULT_LINGER } from "../../src/compose/linger.ts";
import { PRIORITY } from "../../src/model/command.ts";
import { CREATED_AT, ended, line, runWith, settings } from "../support/runs.ts";

const NOW = CREATED_AT + 60_000;
const MINUTE_MS = 60_000;
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
  forecastBefore: undefined,
  refresh: false,
  giveUp: false,
  now: NOW,
  linger: DEFAULT_LINGER,
  ...changes,
});

const compose = (of: Partial<RunChange>, own = settings()) => composeRun(change(of), own, TAGS);
const callsOf = (of: Partial<RunChange>, own = settings()) =>
  compose(of, own).map(({ intent }) => intent.kind);

describe("the stream of a run", () => {
  test("is updated where something can be seen", () => {
    const [update, ...others] = compose({}, settings({ channels: ["dev"] }));
    expect(others).toEqual([]);
    expect(update).toMatchObject({
      priority: PRIORITY.streamUpdate,
      dedupeKey: null,
      intent: {
        kind: "show",
        streamKey: "web-shop-1",
        channels: ["dev"],
        tags: TAGS,
        picture: { completed: 1 },
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
      { intent: { kind: "show" }, priority: PRIORITY.streamStart },
    ]);
  });

  test.each([
    ["succeeded", 5],
    ["failed", 8 * 60],
    ["canceled", 1],
  ] as const)("shows that it %s, and keeps the card for %i min", (state, minutes) => {
    const after = runWith({ steps: line("succeeded", "running"), ...ended(state) });
    const [show] = compose({ after }, settings({ notify: "none", channels: ["dev"] }));
    expect(show?.priority).toBe(PRIORITY.streamEnd);
    expect(show?.intent).toMatchObject({
      kind: "show",
      ending: `run_1:1:${state}`,
      lingerMs: minutes * MINUTE_MS,
      channels: ["dev"],
      tags: TAGS,
    });
    expect(show?.intent.kind === "show" && show.intent.onlyIfShown).toBe(
      state === "canceled" ? true : undefined,
    );
  });

  test("of a failure that is neither production's nor the default branch's goes after an hour", () => {
    const environment = { name: "pr-1", kind: "preview" } as const;
    const [show] = compose({ after: { ...failed, environment } }, settings({ notify: "none" }));
    expect(show?.intent).toMatchObject({ lingerMs: 60 * MINUTE_MS });
  });

  test("of a run that was skipped or that nobody tells of any more is off the screen", () => {
    const outcome = { state: "skipped", at: CREATED_AT + 38_000, provisional: false } as const;
    const skipped = { ...running, outcome };
    expect(callsOf({ after: skipped })).toEqual(["end"]);
    expect(callsOf({ giveUp: true, refresh: true })).toEqual(["end"]);
  });

  test.each([
    ["production", 1_000],
    ["preview", 8_000],
    ["other", 8_000],
  ] as const)("waits before its first frame: %s %i ms", (kind, graceMs) => {
    const after = { ...running, environment: { name: kind, kind } };
    const [early] = compose({ before: undefined, after, now: CREATED_AT });
    expect(early?.notBefore).toBe(CREATED_AT + graceMs);
    const [late] = compose({ before: undefined, after, now: CREATED_AT + 60_000 });
    expect(late?.notBefore).toBe(CREATED_AT + 60_000);
    const [ahead] = compose({ before: undefined, after, now: CREATED_AT - 3_600_000 });
    expect(ahead?.notBefore).toBe(CREATED_AT - 3_600_000 + graceMs);
  });

  test("of a run that was over before its first frame comes for a failure alone", () => {
    const brief = (state: "succeeded" | "failed") => {
      const environment = { name: "pr-1", kind: "preview" } as const;
      const outcome = { state, at: CREATED_AT + 3_000, provisional: false };
      const after = { ...runWith({}), environment, outcome };
      return compose({ before: undefined, after }, settings({ notify: "none" }))[0]?.intent;
    };
    expect(brief("succeeded")).toHaveProperty("onlyIfShown", true);
    expect(brief("failed")).not.toHaveProperty("onlyIfShown");
  });
});

test("who gives way: results, bots, previews, CI, failures, production, what waits for a person", () => {
  const importance = (kind: "production" | "other" | "preview", after: RunChange["after"]) => {
    const environment = { name: kind, kind };
    const [stream] = compose({ before: undefined, after: { ...after, environment } });
    return stream?.intent.kind === "show" ? stream.intent.importance : undefined;
  };
  const succeeded = runWith({ steps: line("succeeded"), ...ended("succeeded") });
  const ofBot = { ...running, actor: { value: { kind: "bot" as const }, at: CREATED_AT } };
  const waiting = runWith({ steps: line("succeeded", "waiting") });
  const ascending = [
    importance("production", succeeded),
    importance("production", ofBot),
    importance("preview", running),
    importance("other", running),
    importance("preview", failed),
    importance("production", running),
    importance("preview", waiting),
  ];
  expect(ascending).toEqual([0, 2, 3, 4, 5, 6, 7]);
});
