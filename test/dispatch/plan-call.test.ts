/** The call that a command needs now, given what the core API has confirmed of its stream. */
import { describe, expect, test } from "vitest";
import { ANNOUNCE_WITHIN_MS, endedMark, planCall } from "../../src/dispatch/plan-call.ts";
import type { ClaimedCommand } from "../../src/model/command.ts";
import type { StreamRecord } from "../../src/model/card/stream.ts";
import { pictureOf } from "../support/wire.ts";
import { CREATED_AT } from "../support/runs.ts";

type Intent = ClaimedCommand["intent"];

const WANTED = "hash-of-the-wanted-state";
const INTERVAL_MS = 3_000;
const picture = pictureOf("web-shop");
const update = { kind: "show" as const, streamKey: "web-shop", importance: 4, picture };
const result = { ...update, lingerMs: 300_000, ending: "1" };
const end = { kind: "end" as const, streamKey: "web-shop", picture, ending: "1" };
const push = { kind: "push" as const, title: "web-shop failed", tags: [] };

/** What was confirmed when the command was created. */
const stream = (alive: boolean, confirmedHash: string): StreamRecord => ({
  streamKey: "web-shop",
  account: "default",
  alive,
  confirmedHash,
  confirmedState: null,
  confirmedAt: CREATED_AT,
});
const plan = (
  intent: Intent,
  known: StreamRecord | undefined,
  afterMs = INTERVAL_MS,
  mayBeAlive = false,
) =>
  planCall(
    { intent, stream: known, createdAt: CREATED_AT, mayBeAlive },
    WANTED,
    CREATED_AT + afterMs,
    INTERVAL_MS,
  );
const skip = (reason: string) => ({ kind: "skip", reason });

test("a push is always called", () => {
  expect(plan(push, undefined)).toEqual({ kind: "call", intent: push });
});

describe("an update", () => {
  test("is called where another state is shown, at a distance from the last one", () => {
    const known = stream(true, "other");
    expect(plan(update, known, INTERVAL_MS)).toEqual({ kind: "call", intent: update });
    expect(plan(update, known, INTERVAL_MS - 1)).toMatchObject({
      kind: "defer",
      until: CREATED_AT + INTERVAL_MS,
    });
  });

  test.each([
    ["nothing is known of its stream", undefined],
    ["it was shown, but the activity has ended", stream(false, WANTED)],
  ])("starts the activity at once where %s", (_, known) => {
    expect(plan(update, known, 0)).toEqual({
      kind: "call",
      intent: update,
      start: { onlyIfFree: false },
    });
  });

  test("is skipped where the same is shown", () => {
    const reason = "the core API shows this already";
    expect(plan(update, stream(true, WANTED), 0)).toEqual(skip(reason));
  });
});

describe("a result", () => {
  test("is shown at once, at no distance from the last update", () => {
    expect(plan(result, stream(true, "other"), 0)).toEqual({ kind: "call", intent: result });
  });

  test("starts the activity where there is none, for some minutes", () => {
    const start = { kind: "call", intent: result, start: { onlyIfFree: false } };
    expect(plan(result, undefined, ANNOUNCE_WITHIN_MS)).toEqual(start);
    expect(plan(result, undefined, ANNOUNCE_WITHIN_MS + 1)).toEqual(
      skip("too long ago to be shown"),
    );
  });

  test("is skipped where it has left the screen already", () => {
    expect(plan(result, stream(false, endedMark("1") ?? ""))).toEqual(
      skip("this result was shown already"),
    );
  });

  test("that only changes what is shown starts nothing", () => {
    const only = { ...result, onlyIfShown: true as const };
    expect(plan(only, undefined)).toMatchObject({ kind: "skip" });
    expect(plan(only, stream(true, "other"))).toEqual({ kind: "call", intent: only });
  });

  test("that is not to stay takes its card off the screen", () => {
    const brief = { ...result, lingerMs: 0 };
    expect(plan(brief, stream(true, WANTED))).toEqual({ kind: "call", intent: end });
    expect(plan(brief, undefined)).toMatchObject({ kind: "skip" });
  });
});

describe("an ending", () => {
  test("ends the activity that is alive, or may be", () => {
    expect(plan(end, stream(true, "other"))).toEqual({ kind: "call", intent: end });
    expect(plan(end, undefined, 0, true)).toEqual({ kind: "call", intent: end });
  });

  test("is skipped where there is nothing to end", () => {
    expect(plan(end, stream(false, "other"))).toEqual(
      skip("there was nothing on the screen to end"),
    );
  });
});
