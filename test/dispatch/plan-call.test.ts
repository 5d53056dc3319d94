/** The call that a command needs now, given what the core API has confirmed of its stream. */
import { describe, expect, test } from "vitest";
import { ANNOUNCE_WITHIN_MS, planCall } from "../../src/dispatch/plan-call.ts";
import type { ClaimedCommand } from "../../src/model/command.ts";
import type { StreamRecord } from "../../src/model/stream.ts";
import { CREATED_AT } from "../support/runs.ts";

type Call = ClaimedCommand["call"];

const WANTED = "hash-of-the-wanted-state";
const INTERVAL_MS = 3_000;
const announce = { content_state: { title: "web-shop" } };
const start = { streamKey: "web-shop", importance: 4 };
const update = { call: "stream_update" as const, ...start, body: announce };
const end = { call: "stream_end" as const, ...start, body: announce, ending: "1", announce };
const push = { call: "push" as const, body: { title: "web-shop failed" } };

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
  call: Call,
  known: StreamRecord | undefined,
  afterMs = INTERVAL_MS,
  mayBeAlive = false,
) =>
  planCall(
    { call, stream: known, createdAt: CREATED_AT, mayBeAlive },
    WANTED,
    CREATED_AT + afterMs,
    INTERVAL_MS,
  );
const skip = (reason: string) => ({ kind: "skip", reason });

test("a push is always called", () => {
  expect(plan(push, undefined)).toEqual({ kind: "call", call: push });
});

describe("an update", () => {
  test("is called where another state is shown, at a distance from the last one", () => {
    const known = stream(true, "other");
    expect(plan(update, known, INTERVAL_MS)).toEqual({ kind: "call", call: update });
    expect(plan(update, known, INTERVAL_MS - 1)).toMatchObject({
      kind: "defer",
      until: CREATED_AT + INTERVAL_MS,
    });
  });

  test.each([
    ["nothing is known of its stream", undefined],
    ["it was shown, but the activity has ended", stream(false, WANTED)],
  ])("starts the activity at once where %s", (_, known) => {
    expect(plan(update, known, 0)).toEqual({ kind: "call", call: update, start });
  });

  test("is skipped where the same is shown", () => {
    const reason = "the core API shows this already";
    expect(plan(update, stream(true, WANTED), 0)).toEqual(skip(reason));
  });
});

describe("an ending", () => {
  test("ends the activity that is alive, at once and however late", () => {
    for (const afterMs of [0, 10 * ANNOUNCE_WITHIN_MS])
      expect(plan(end, stream(true, "other"), afterMs)).toEqual({ kind: "call", call: end });
  });

  test("ends the activity of a start that got no answer, whether or not it would be announced", () => {
    for (const announced of [announce, null])
      expect(plan({ ...end, announce: announced }, undefined, 0, true)).toMatchObject({
        kind: "call",
        call: { call: "stream_end" },
      });
  });

  test.each([
    ["nothing is known of its stream", undefined],
    ["another ending was shown", stream(false, "other")],
  ])("starts first what it ends where %s", (_, known) => {
    const started = { kind: "call", call: update, start, thenEnds: true };
    expect(plan(end, known)).toEqual(started);
    expect(plan(end, known, ANNOUNCE_WITHIN_MS)).toEqual(started);
  });

  test("is skipped where it was shown, is not worth it, or is too old", () => {
    expect(plan(end, stream(false, WANTED))).toEqual(skip("this ending was shown already"));
    expect(plan({ ...end, announce: null }, undefined)).toEqual(
      skip("there was nothing on the screen to end"),
    );
    expect(plan(end, undefined, ANNOUNCE_WITHIN_MS + 1)).toEqual(skip("too long ago to be shown"));
  });
});
