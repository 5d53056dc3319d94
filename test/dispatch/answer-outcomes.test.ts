/**
 * What an answer leaves behind, beyond the table of what it means: words, forms, times, and what the
 * stream is known to be. One decision a row.
 */
import { describe, expect, test } from "vitest";
import type { Form, SendResult } from "../../src/destinations/destination.ts";
import { answerOf } from "../../src/dispatch/answer/answer-table.ts";
import {
  isOffScreen,
  later,
  leftBehind,
  nextOf,
  outcomeOf,
} from "../../src/dispatch/answer/call-outcome.ts";
import type { CallOutcome } from "../../src/dispatch/answer/call-outcome.ts";
import {
  attemptOf,
  feedbackOf,
  isGivenUp,
  wantedHash,
} from "../../src/dispatch/answer/interpret-result.ts";
import { pausedMark, pauseOf } from "../../src/dispatch/answer/paused-stream.ts";
import { formOf, plainerReason } from "../../src/dispatch/answer/plain-form.ts";
import { settle } from "../../src/dispatch/answer/record-result.ts";
import { WAITING_FOR_PAYMENT } from "../../src/dispatch/trouble/troubles.ts";
import { PRIORITY } from "../../src/model/command.ts";
import type {
  ClaimedCommand,
  CommandAttempt,
  Intent,
  Settlement,
} from "../../src/model/command.ts";
import type { StreamRecord } from "../../src/model/card/stream.ts";

const NOW = Date.parse("2026-11-02T12:00:00.000Z");
const DAY_MS = 24 * 60 * 60_000;
const PICTURE = {
  title: "web-shop",
  segments: ["blue", "gray"],
  completed: 1,
  color: "blue",
  symbol: "hammer.fill",
} as const;

const PUSH: Intent = { kind: "push", title: "web-shop failed", tags: ["a"] };
const SHOW = { kind: "show", streamKey: "s", picture: PICTURE, tags: ["a"] } as const;
const UNTAGGED: Intent = { kind: "show", streamKey: "s", picture: PICTURE };
const END = { kind: "end", streamKey: "s", picture: PICTURE } as const;
const METRIC: Intent = { kind: "metric", metricKey: "deploys", value: 1 };
const WRITTEN = { content_state: { title: "as written" } };

const ALIVE: StreamRecord = {
  streamKey: "s",
  account: "default",
  alive: true,
  confirmedHash: "old",
  confirmedState: PICTURE,
  confirmedAt: NOW - 60_000,
};

function commandOf(intent: Intent, before: Partial<ClaimedCommand> = {}): ClaimedCommand {
  return {
    id: "cmd_1",
    endpointId: "ep_1",
    account: "default",
    deliveryId: "dlv_1",
    trackId: "trk_1",
    streamKey: intent.kind === "show" || intent.kind === "end" ? "s" : null,
    priority: PRIORITY.push,
    intent,
    dedupeKey: null,
    notBefore: NOW,
    createdAt: NOW - 1_000,
    status: "sending",
    attempts: 1,
    reason: null,
    possibleRepeat: false,
    settledAt: null,
    claim: "claim",
    left: undefined,
    stream: intent.kind === "show" || intent.kind === "end" ? ALIVE : undefined,
    ...before,
  };
}

const OK: SendResult = { kind: "ok", status: 200, text: "{}" };
const PAUSED: SendResult = { ...OK, isPaused: true };
const UNAVAILABLE: SendResult = { kind: "unavailable", status: 503, text: "" };
const UNCLEAR: SendResult = { kind: "unavailable", status: 204, text: "" };
const UNSENT: SendResult = { kind: "not_sent", detail: "no such key" };
const RESET: SendResult = { kind: "no_answer", detail: "ECONNRESET", sent: "unknown" };
const REJECTED = { kind: "rejected", status: 400, message: "bad tags", text: "" } as const;
const LIMITED: SendResult = { kind: "rate_limited", status: 429, retryAfterMs: 7_000, text: "" };
const REFUSED: SendResult = { kind: "refused", status: 403, message: "no such channel", text: "" };
const UNPAID: SendResult = {
  kind: "payment_required",
  status: 402,
  message: "trial_expired",
  text: "",
};
const FULL: SendResult = {
  kind: "activity_limit",
  status: 429,
  limit: 5,
  active: 5,
  text: "",
};
const UNAUTHORIZED: SendResult = { kind: "unauthorized", status: 401, text: "" };

function outcome(
  intent: Intent,
  answer: SendResult,
  before: Partial<ClaimedCommand> = {},
  goneAt = Infinity,
): CallOutcome {
  const command = commandOf(intent, before);
  const sent = { intent, form: formOf(intent, command.reason) };
  const options = { now: NOW, random: 0.5, retryForMs: DAY_MS, goneAt };
  return outcomeOf(command, sent, answer, options);
}

test.each([
  [100, "unavailable"],
  [199, "unavailable"],
  [200, "unclear"],
  [299, "unclear"],
  [300, "unavailable"],
])("a %i that is not the destination's own is %s", (status, expected) => {
  expect(answerOf({ kind: "unavailable", status, text: "" }, "push")).toBe(expected);
});

test.each<[Intent["kind"], string]>([
  ["push", "ok"],
  ["end", "ok"],
  ["show", "ok, paused"],
])("only a stream can be paused: a %s is %s", (kind, expected) => {
  expect(answerOf(PAUSED, kind)).toBe(expected);
});

describe("a command that waits or is given up", () => {
  const OLD = { createdAt: NOW - DAY_MS };
  test.each<[string, Intent, SendResult, Partial<ClaimedCommand>, string, string]>([
    ["a rate limit", PUSH, LIMITED, {}, "pending", "the core API allows no more calls for now"],
    ["no place, where none is needed", PUSH, FULL, {}, "pending", "429: all 5 places are taken"],
    ["no place", SHOW, FULL, {}, "pending", "waits for a free Live Activity slot"],
    ["a wrong key", PUSH, UNAUTHORIZED, {}, "pending", "the core API refused the API key"],
    ["a refusal", PUSH, REFUSED, {}, "pending", "403: no such channel"],
    ["a bill", PUSH, UNPAID, {}, "pending", WAITING_FOR_PAYMENT],
    ["a rejection", PUSH, REJECTED, {}, "dead", "400: bad tags"],
    ["an error", PUSH, UNAVAILABLE, {}, "pending", "the core API answered 503"],
    ["no answer", PUSH, RESET, {}, "pending", "ECONNRESET"],
    ["a call that was not made", PUSH, UNSENT, {}, "pending", "sending failed: no such key"],
    ["an error for a day", PUSH, UNAVAILABLE, OLD, "dead", "given up: the core API answered 503"],
    ["a place for a day", SHOW, FULL, OLD, "dead", "given up: waits for a free Live Activity slot"],
    [
      "no answer for a day",
      PUSH,
      RESET,
      { ...OLD, possibleRepeat: true },
      "dead",
      "given up: ECONNRESET",
    ],
    [
      "no answer twice",
      PUSH,
      RESET,
      { possibleRepeat: true },
      "dead",
      "sent twice without an answer: ECONNRESET",
    ],
    [
      "a success that is nobody's, twice",
      PUSH,
      UNCLEAR,
      { possibleRepeat: true },
      "dead",
      "sent twice without an answer: a 204 that is not the API's",
    ],
    [
      "what was thrown five times in a row",
      PUSH,
      UNSENT,
      { attempts: 5, reason: "sending failed: no such key" },
      "dead",
      "sending failed: no such key",
    ],
    [
      "what was thrown four times",
      PUSH,
      UNSENT,
      { attempts: 4, reason: "sending failed: no such key" },
      "pending",
      "sending failed: no such key",
    ],
    [
      "what was thrown for another reason before",
      PUSH,
      UNSENT,
      { attempts: 9, reason: "the core API answered 503" },
      "pending",
      "sending failed: no such key",
    ],
    [
      "what was thrown for a day",
      PUSH,
      UNSENT,
      { ...OLD, attempts: 9, reason: "sending failed: no such key" },
      "dead",
      "given up: sending failed: no such key",
    ],
  ])("says why: %s", (_, intent, answer, before, status, reason) => {
    expect(outcome(intent, answer, before).result).toMatchObject({ status, reason });
  });

  test.each([
    [DAY_MS - 1, false],
    [DAY_MS, true],
  ])("of %i ms is given up: %s", (ageMs, expected) => {
    const command = commandOf(PUSH, { createdAt: NOW - ageMs });
    expect(isGivenUp(command, NOW, DAY_MS)).toBe(expected);
  });
});

describe("of a stream is known", () => {
  const confirmed = { streamKey: "s", account: "default", confirmedAt: NOW };
  const off = { ...ALIVE, alive: false, confirmedHash: null };
  test.each<[string, Intent, SendResult, Partial<ClaimedCommand>, Partial<CallOutcome>]>([
    [
      "that it is shown",
      SHOW,
      OK,
      {},
      {
        slot: "kept",
        stream: {
          ...confirmed,
          alive: true,
          confirmedHash: wantedHash(SHOW),
          confirmedState: PICTURE,
        },
      },
    ],
    [
      "that it is paused",
      { ...SHOW, run: "run_1" },
      PAUSED,
      {},
      {
        slot: "free",
        stream: {
          ...confirmed,
          alive: false,
          confirmedHash: "paused:run_1",
          confirmedState: PICTURE,
        },
      },
    ],
    [
      "that it has ended",
      { ...END, ending: "end_1" },
      OK,
      {},
      {
        slot: "free",
        stream: {
          ...confirmed,
          alive: false,
          confirmedHash: expect.stringContaining("end_1"),
          confirmedState: null,
        },
      },
    ],
    ["that there was no place for it", SHOW, FULL, {}, { slot: "kept", stream: off }],
    ["nothing new, where it was off before", SHOW, FULL, { stream: off }, { stream: null }],
    ["nothing new, where nothing was known", SHOW, FULL, { stream: undefined }, { stream: null }],
    ["nothing new by an error", SHOW, UNAVAILABLE, {}, { slot: "kept", stream: null }],
    ["nothing new by an error at its end", END, UNAVAILABLE, {}, { slot: "kept", stream: null }],
    [
      "that an end without a picture is stuck, and takes no place",
      { kind: "end", streamKey: "s" },
      REJECTED,
      {},
      { slot: "free", stream: null },
    ],
    ["that an end goes again without one", END, REJECTED, {}, { slot: "kept", stream: null }],
    [
      "that an end without a picture may be shown after an error",
      { kind: "end", streamKey: "s" },
      UNAVAILABLE,
      {},
      { slot: "kept", stream: null },
    ],
  ])("%s", (_, intent, answer, before, expected) => {
    expect(outcome(intent, answer, before)).toMatchObject(expected);
  });

  test("nothing by a push, which has none", () => {
    expect(outcome(PUSH, OK)).toEqual({ result: { status: "done" }, stream: null });
  });
});

test.each([true, false])(
  "what waits is marked as before: a possible repeat %s",
  (possibleRepeat) => {
    expect(later(commandOf(PUSH, { possibleRepeat }), NOW + 9, "waits")).toEqual({
      status: "pending",
      notBefore: NOW + 9,
      reason: "waits",
      possibleRepeat,
    });
  },
);

describe("an ending that is given up", () => {
  const dead = { status: "dead", reason: "x" } as const;
  test.each<[string, Intent, Settlement["result"], boolean]>([
    ["is one", END, dead, true],
    ["is a result that is not to stay", { ...SHOW, lingerMs: 0 }, dead, true],
    ["is no result that stays", { ...SHOW, lingerMs: 1 }, dead, false],
    ["is no card under way", SHOW, dead, false],
    ["is no push", PUSH, dead, false],
    ["is none that was made", END, { status: "done" }, false],
  ])("keeps no place: %s", (_, intent, result, isLeft) => {
    const stream = { ...ALIVE, alive: false, confirmedHash: null };
    const expected = isLeft ? { result, slot: "free", stream } : undefined;
    expect(leftBehind(commandOf(intent, { stream: ALIVE }), result)).toEqual(expected);
  });
});

describe("what is shown leaves later", () => {
  const gone = NOW + 3_600_000;
  test.each<[string, Intent, number, number | undefined]>([
    ["a result when its time is over", { ...SHOW, lingerMs: 5_000 }, gone, 5_000],
    ["a card that nobody else would end", { ...SHOW, endsAfterMs: 9_000 }, gone, 9_000],
    ["a result by its own time", { ...SHOW, lingerMs: 5_000, endsAfterMs: 9_000 }, Infinity, 5_000],
    ["no card under way", SHOW, gone, undefined],
    ["no push", PUSH, gone, undefined],
    ["a minute before the device ends it", { ...SHOW, lingerMs: 7_200_000 }, gone, 3_540_000],
    ["after it could be read", { ...SHOW, lingerMs: 7_200_000 }, NOW + 61_000, 8_000],
    ["with time unknown, when its time is over", { ...SHOW, lingerMs: 5_000 }, Infinity, 5_000],
  ])("%s", (_, intent, goneAt, inMs) => {
    const next = nextOf(commandOf(intent), intent, { now: NOW, goneAt });
    const { id, ...rest } = next ?? { id: "cmd_1_" };
    expect(id).toMatch(/^cmd_1_/);
    expect(rest).toEqual(
      inMs === undefined
        ? {}
        : {
            endpointId: "ep_1",
            account: "default",
            deliveryId: "dlv_1",
            trackId: "trk_1",
            streamKey: "s",
            priority: PRIORITY.streamEnd,
            intent: END,
            dedupeKey: null,
            notBefore: NOW + inMs,
            createdAt: NOW,
          },
    );
  });

  test("once the call was taken", () => {
    const leaving: Intent = { ...SHOW, lingerMs: 5_000 };
    expect(outcome(leaving, OK).next?.notBefore).toBe(NOW + 5_000);
    expect(outcome(leaving, OK, {}, NOW + 62_000).next?.notBefore).toBe(NOW + 5_000);
    expect(outcome(leaving, UNAVAILABLE).next).toBeUndefined();
  });
});

test.each<[string, Intent, SendResult, boolean, boolean]>([
  ["a start that changed nothing", SHOW, LIMITED, true, true],
  ["an update that changed nothing", SHOW, LIMITED, false, false],
  ["a call for which there was no place", SHOW, FULL, false, true],
  ["a call on a paused stream, which frees its place itself", SHOW, PAUSED, true, false],
  ["a call that was taken", SHOW, OK, true, false],
  ["a call without an answer", SHOW, RESET, true, false],
  ["an end", END, OK, true, false],
  ["a push that changed nothing", PUSH, LIMITED, true, false],
])("a card is surely off the screen: %s", (_, intent, answer, isStart, expected) => {
  expect(isOffScreen(intent, answer, isStart)).toBe(expected);
});

test.each<[SendResult, object]>([
  [OK, { kind: "answered" }],
  [LIMITED, { kind: "rate_limited", retryAfterMs: 7_000 }],
  [UNAVAILABLE, { kind: "unavailable", isProbe: true }],
  [UNAUTHORIZED, { kind: "unauthorized" }],
  [FULL, { kind: "activity_limit" }],
  [UNSENT, { kind: "nothing" }],
])("the account learns from %o", (answer, expected) => {
  expect(feedbackOf("show", answer, true)).toEqual(expected);
});

test("an attempt has what was answered, or why nothing was", () => {
  const times = { at: NOW - 30, durationMs: 30 };
  expect(attemptOf(NOW - 30, NOW, UNPAID)).toEqual({
    ...times,
    status: 402,
    outcome: "payment_required",
    answer: "",
  });
  expect(attemptOf(NOW - 30, NOW, RESET)).toEqual({
    ...times,
    status: null,
    outcome: "no_answer",
    answer: "ECONNRESET",
  });
});

test("a wanted state is another where what is seen, by whom, its tags or what was written differ", () => {
  const wanted: readonly Intent[] = [
    SHOW,
    { ...SHOW, picture: { ...PICTURE, completed: 2 } },
    { ...SHOW, tags: [] },
    UNTAGGED,
    { ...SHOW, channels: ["ops"] },
    { ...SHOW, asWritten: WRITTEN },
    { ...SHOW, asWritten: {} },
    PUSH,
    { ...PUSH, title: "web-shop is live" },
    END,
  ];
  expect(new Set(wanted.map(wantedHash)).size).toBe(wanted.length);
  const otherwise: Intent = { ...SHOW, run: "run_2", importance: 5, lingerMs: 9 };
  expect(wantedHash(otherwise)).toBe(wantedHash(SHOW));
  expect(wantedHash({ ...PUSH })).toBe(wantedHash(PUSH));
});

describe("a stream that was paused", () => {
  const run = { ...SHOW, run: "run_1" };
  const hash = wantedHash(SHOW);
  test("is known by its run, or by what was wanted where there is none", () => {
    expect(pausedMark(run, hash)).toBe("paused:run_1");
    expect(pausedMark(SHOW, hash)).toBe(`paused:${hash}`);
  });

  test.each<[string, Partial<StreamRecord> | undefined, string]>([
    ["nothing is known", undefined, "none"],
    ["it is on the screen", { alive: true, confirmedHash: "paused:run_1" }, "none"],
    ["it has ended", { alive: false, confirmedHash: "ended:paused:" }, "none"],
    ["it has no hash", { alive: false, confirmedHash: null }, "none"],
    ["with this run", { alive: false, confirmedHash: "paused:run_1" }, "of this run"],
    ["with another", { alive: false, confirmedHash: "paused:run_2" }, "of another run"],
  ])("%s", (_, stream, expected) => {
    expect(pauseOf(stream && { ...ALIVE, ...stream }, run, hash)).toBe(expected);
  });
});

describe("the form", () => {
  const bare = { kind: "end", streamKey: "s" } as const;
  test.each<[string, Intent, string | null, Form]>([
    ["of a first try", PUSH, null, "full"],
    ["of a first card", SHOW, null, "full"],
    ["after an error", PUSH, "the core API answered 503", "full"],
    ["after its tags were refused", PUSH, "goes again without its tags (400: x)", "untagged"],
    ["of a card after its tags were", SHOW, "goes again without its tags (400: x)", "untagged"],
    ["of a card that was refused", SHOW, "goes again in its plainest form (400: x)", "plain"],
    ["of a push, which has no plainest", PUSH, "goes again in its plainest form (400: x)", "full"],
    ["of a first end", END, null, "full"],
    ["of an end after an error", END, "the core API answered 503", "full"],
    ["of an end whose picture was refused", END, "goes again without a last picture (x)", "bare"],
    ["of an end without a picture", bare, null, "bare"],
    ["of one as somebody wrote it", { ...bare, asWritten: WRITTEN }, null, "full"],
  ])("%s", (_, intent, reason, expected) => {
    expect(formOf(intent, reason)).toBe(expected);
  });

  const forTags = { ...REJECTED, isForTags: true } as const;
  const forForm = { ...REJECTED, isForForm: true } as const;
  const both = { ...forTags, ...forForm };
  const untagged = "goes again without its tags (400: bad tags)";
  const plain = "goes again in its plainest form (400: bad tags)";
  test.each<[string, Intent, Form, Parameters<typeof plainerReason>[2], string | undefined]>([
    ["a push without its tags", PUSH, "full", forTags, untagged],
    ["a card without its tags", SHOW, "full", both, untagged],
    ["no push that has none", { kind: "push", title: "x", tags: [] }, "full", forTags, undefined],
    ["no card whose tags are unknown", UNTAGGED, "full", forTags, undefined],
    ["no metric, which has none", METRIC, "full", both, undefined],
    ["no push that went without them", PUSH, "untagged", both, undefined],
    ["a card in its plainest form", SHOW, "full", forForm, plain],
    ["a card that went without its tags", SHOW, "untagged", both, plain],
    ["no card in its plainest form", SHOW, "plain", both, undefined],
    ["no card that no form would help", SHOW, "full", REJECTED, undefined],
    ["no push that another form would help", PUSH, "full", forForm, undefined],
    ["an end", END, "full", REJECTED, "goes again without a last picture (400: bad tags)"],
    ["no end without a picture", END, "bare", both, undefined],
  ])("is plainer for %s", (_, intent, form, answer, expected) => {
    expect(plainerReason(intent, form, answer)).toBe(expected);
  });
});

describe("what came of a command is logged", () => {
  const attempt: CommandAttempt = {
    at: NOW,
    durationMs: 30,
    status: 503,
    outcome: "unavailable",
    answer: "",
  };
  const facts = {
    command_id: "cmd_1",
    delivery_id: "dlv_1",
    call: "stream_update",
    stream_key: "s",
  };
  const pending = (reason: string) =>
    ({ status: "pending", notBefore: NOW, reason, possibleRepeat: false }) as const;

  test.each<[string, boolean, Pick<Settlement, "attempt" | "result">, readonly unknown[]]>([
    [
      "done",
      true,
      { attempt, result: { status: "done" } },
      ["info", "command", { ...facts, result: "done", status: 503, ms: 30 }],
    ],
    [
      "waiting, without a call",
      true,
      { attempt: null, result: pending("x") },
      ["info", "command", { ...facts, result: "pending", reason: "x" }],
    ],
    [
      "dead",
      true,
      { attempt: null, result: { status: "dead", reason: "x" } },
      ["error", "command", { ...facts, result: "dead", reason: "x" }],
    ],
    [
      "waiting for payment, of which the account has a line",
      true,
      { attempt, result: pending(WAITING_FOR_PAYMENT) },
      [],
    ],
    [
      "lost to another process",
      false,
      { attempt: null, result: { status: "dead", reason: "x" } },
      ["warn", "dispatch lost its claim", { ...facts, result: "dead", reason: "x" }],
    ],
  ])("%s", async (_, isKept, settlement, line) => {
    const lines: unknown[][] = [];
    const log = (level: string) => (message: string, facts?: object) =>
      void lines.push([level, message, facts]);
    const settled: Settlement[] = [];
    const store = {
      settleCommand: async (it: Settlement) => {
        settled.push(it);
        return isKept;
      },
    };
    const deps = {
      store,
      clock: { now: () => NOW },
      log: { info: log("info"), warn: log("warn"), error: log("error") },
    };
    const command = commandOf(SHOW);
    const rest = { stream: null, next: undefined };
    expect(await settle(deps, command, { ...settlement, ...rest })).toBe(isKept);
    expect(settled).toEqual([
      { commandId: "cmd_1", claim: "claim", now: NOW, ...settlement, ...rest },
    ]);
    expect(lines).toEqual(line.length > 0 ? [line] : []);
  });
});
