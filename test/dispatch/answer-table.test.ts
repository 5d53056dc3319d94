/**
 * What every answer of the core API means, for every kind of command: the whole table, from the
 * HTTP answer on.
 */
import { describe, expect, test } from "vitest";
import { createActivitySmith } from "../../src/destinations/activitysmith/activitysmith.ts";
import { isOffScreen, outcomeOf } from "../../src/dispatch/answer/call-outcome.ts";
import type { CallOutcome } from "../../src/dispatch/answer/call-outcome.ts";
import { feedbackOf } from "../../src/dispatch/answer/interpret-result.ts";
import { makeCall } from "../../src/dispatch/make-call.ts";
import { formOf } from "../../src/dispatch/answer/plain-form.ts";
import { PRIORITY } from "../../src/model/command.ts";
import type { ClaimedCommand, Intent } from "../../src/model/command.ts";

const NOW = Date.parse("2026-11-02T12:00:00.000Z");
const HOUR_MS = 60 * 60_000;

const json = (status: number, body: object, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers });
const fails = (code: string) => {
  throw new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
};
const page = (status: number) =>
  new Response("<html>", { status, headers: { "content-type": "text/html; charset=utf-8" } });
/** JSON that breaks off on the way. */
const cutOff = (text: string) => {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
    pull: (controller) => controller.error(new Error("reset")),
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
};
const OK = { success: true, timestamp: "2026-11-02T12:00:00.000Z" };
const FULL = { error: "Limit", message: "Live Activity limit reached", limit: 5, active: 5 };

const ANSWERS: Readonly<Record<string, () => Response>> = {
  "200 of the API": () => json(200, OK),
  "200 paused": () => json(200, { ...OK, operation: "paused", activity_id: null }),
  "200 success: false": () => json(200, { success: false }),
  "200 welcome page": () => new Response("Welcome to nginx!"),
  "200 HTML": () => new Response("<html>", { headers: { "content-type": "Text/HTML" } }),
  "200 empty": () => new Response(""),
  "200 cut off": () => cutOff('{"success":true,"timest'),
  "204": () => new Response(null, { status: 204 }),
  "302": () => new Response(null, { status: 302, headers: { location: "https://elsewhere/" } }),
  "400": () => json(400, { error: "Bad request", message: "no" }),
  "400 invalid_tags": () => json(400, { error: "Bad request", code: "invalid_tags" }),
  "400 HTML": () => page(400),
  "401": () => json(401, { error: "Unauthorized" }),
  "402": () => json(402, { error: "trial_expired", message: "over" }),
  "403": () => json(403, { error: "Forbidden", message: "channel" }),
  "403 HTML": () => page(403),
  "404": () => json(404, { error: "Not found", message: "unknown" }),
  "404 HTML": () => page(404),
  "408": () => json(408, {}),
  "409": () => json(409, { error: "Conflict", message: "no" }),
  "413": () => json(413, { error: "Too large", message: "no" }),
  "422": () => json(422, { error: "No recipients", message: "no device" }),
  "425": () => json(425, {}),
  "429 in 7 s": () => json(429, { error: "slow" }, { "retry-after": "7" }),
  "429 no time": () => json(429, { error: "slow", code: "rate_limited" }),
  "429 in a year": () => json(429, { error: "slow" }, { "retry-after": "31536000" }),
  "429 full": () => json(429, FULL),
  "429 full, some served": () => json(429, { ...FULL, blocked_devices: 1, targeted_devices: 2 }),
  "500": () => json(500, {}),
  "502 badge": () => json(502, { error: "x", code: "badge_update_failed", message: "x", badge: 1 }),
  "503 HTML": () => new Response("<html>", { status: 503 }),
  timeout: () => {
    throw new DOMException("time is up", "TimeoutError");
  },
  reset: () => fails("ECONNRESET"),
  "refused connection": () => fails("ECONNREFUSED"),
  "no such host": () => fails("ENOTFOUND"),
  "key with a line break": () => json(200, OK),
};

/**
 * `+7` is again in so many seconds (0.625 the first of the growing delays, 900 a quarter of an
 * hour), `?` marked as a possible repeat, `~` in a plainer form. Of a card: `on` it keeps its
 * place, `off` the place is free, `on!` and `off!` the store learns that it is shown or gone.
 * `start` puts a card on the screen, `update` changes one, `bare` ends one without a picture.
 */
// prettier-ignore
const TABLE = `
answer                 push        start       update      end         bare        metric      badge       account
200 of the API         done        done on!    done on!    done off!   done off!   done        done        answered
200 paused             done        skip off!   skip off!   done off!   done off!   done        done        answered
200 success: false     +0.625?     +0.625 on   +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
200 welcome page       +0.625?     +0.625 on   +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
200 HTML               +0.625?     +0.625 on   +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
200 empty              +0.625?     +0.625 on   +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
200 cut off            done        done on!    done on!    done off!   done off!   done        done        answered
204                    +0.625?     +0.625 on   +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
302                    +0.625      +0.625 on   +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
400                    dead        +0~ off     +0~ on      +0~ on      +300 off    dead        dead        answered
400 invalid_tags       +0~         +0~ off     +0~ on      +0~ on      +300 off    dead        dead        answered
400 HTML               +0.625      +0.625 on   +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
401                    +0.625      +0.625 off  +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unauthorized
402                    +900        +900 off    +900 on     +0~ on      +300 off    +900        +900        answered
403                    +300        +300 off    +300 on     +0~ on      +300 off    dead        +300        answered
403 HTML               +0.625      +0.625 on   +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
404                    +300        +300 off    +300 on     done off!   done off!   dead        +300        answered
404 HTML               +0.625      +0.625 on   +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
408                    +0.625      +0.625 on   +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
409                    dead        dead off    dead on     +0~ on      +300 off    dead        dead        answered
413                    dead        dead off    dead on     +0~ on      +300 off    dead        dead        answered
422                    +300        +300 off    +300 on     +0~ on      +300 off    dead        +300        answered
425                    +0.625      +0.625 on   +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
429 in 7 s             +7          +7 off      +7 on       +7 on       +7 on       +7          +7          rate_limited
429 no time            +0.625      +0.625 off  +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      rate_limited
429 in a year          +300        +300 off    +300 on     +300 on     +300 on     +300        +300        rate_limited
429 full               +0.625      +15 off     +15 off!    +0.625 on   +0.625 on   +0.625      +0.625      activity_limit
429 full, some served  +0.625      +15 on      +15 on      +0.625 on   +0.625 on   +0.625      +0.625      activity_limit
500                    +0.625      +0.625 on   +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
502 badge              +0.625      +0.625 on   +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
503 HTML               +0.625      +0.625 on   +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
timeout                +0.625?     +0.625 on   +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
reset                  +0.625?     +0.625 on   +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
refused connection     +0.625      +0.625 off  +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
no such host           +0.625      +0.625 off  +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      unavailable
key with a line break  +0.625      +0.625 off  +0.625 on   +0.625 on   +0.625 on   +0.625      +0.625      nothing
`;

/** What the account learns is one thing for all kinds, but that only a card can lack a place. */
const LEARNED_BY_OTHERS: Readonly<Record<string, string>> = { activity_limit: "answered" };

const COLUMN_AT = 23;
const COLUMN_WIDTH = 12;

/** The rows of the table by their answer, each with its cells by column. */
function rowsOf(table: string): readonly (readonly [string, Readonly<Record<string, string>>])[] {
  const [head = "", ...lines] = table.trim().split("\n");
  const cells = (line: string) =>
    Array.from({ length: 8 }, (_, at) => {
      const start = COLUMN_AT + at * COLUMN_WIDTH;
      return line.slice(start, at === 7 ? undefined : start + COLUMN_WIDTH).trim();
    });
  const names = cells(head);
  return lines.map((line) => [
    line.slice(0, COLUMN_AT).trim(),
    Object.fromEntries(cells(line).map((cell, at) => [names[at] ?? "", cell])),
  ]);
}

const PICTURE = {
  title: "web-shop",
  segments: ["blue", "gray"],
  completed: 1,
  color: "blue",
  symbol: "hammer.fill",
} as const;
const SHOW = { kind: "show", streamKey: "s", picture: PICTURE, tags: ["a"] } as const;

const INTENTS: Readonly<Record<string, Intent>> = {
  push: { kind: "push", title: "web-shop failed", tags: ["a"] },
  start: SHOW,
  update: SHOW,
  end: { kind: "end", streamKey: "s", picture: PICTURE },
  bare: { kind: "end", streamKey: "s" },
  metric: { kind: "metric", metricKey: "deploys", value: 1 },
  badge: { kind: "badge", count: 1 },
};

function commandOf(column: string, intent: Intent): ClaimedCommand {
  const streamKey = intent.kind === "show" || intent.kind === "end" ? "s" : null;
  const alive = { confirmedHash: "old", confirmedState: PICTURE, confirmedAt: NOW - 60_000 };
  return {
    id: "cmd_1",
    endpointId: "ep_1",
    account: "default",
    deliveryId: null,
    trackId: null,
    streamKey,
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
    stream:
      streamKey === null || column === "start"
        ? undefined
        : { streamKey, account: "default", alive: true, ...alive },
  };
}

async function sent(answer: () => Response, intent: Intent) {
  const apiKey = answer === ANSWERS["key with a line break"] ? "ask_1\r" : "ask_1";
  const options = {
    baseUrl: "https://core.invalid/api",
    apiKey,
    fetch: async () => answer(),
    now: Date.now,
  };
  const destinationFor = () => createActivitySmith(options);
  return makeCall({ destinationFor }, { apiKey }, intent, formOf(intent, null));
}

function fateText({ result }: CallOutcome): string {
  if (result.status === "skipped") return "skip";
  if (result.status !== "pending") return result.status;
  const delay = `+${(result.notBefore - NOW) / 1000}`;
  const isPlainer = result.reason.startsWith("goes again");
  return `${delay}${result.possibleRepeat ? "?" : ""}${isPlainer ? "~" : ""}`;
}

function cardText({ slot, stream }: CallOutcome, isOff: boolean): string {
  if (stream) return stream.alive ? " on!" : " off!";
  if (slot === undefined) return "";
  return slot === "free" || isOff ? " off" : " on";
}

async function meaning(answer: () => Response, column: string): Promise<string> {
  const intent = INTENTS[column];
  if (!intent) throw new Error(`no column ${column}`);
  const result = await sent(answer, intent);
  const command = commandOf(column, intent);
  const options = { now: NOW, random: 0.5, retryForMs: 24 * HOUR_MS };
  const outcome = outcomeOf(command, { intent, form: formOf(intent, null) }, result, options);
  return fateText(outcome) + cardText(outcome, isOffScreen(intent, result, column === "start"));
}

test("the table has every answer, each once", () => {
  expect(rowsOf(TABLE).map(([answer]) => answer)).toEqual(
    expect.arrayContaining(Object.keys(ANSWERS)),
  );
  expect(rowsOf(TABLE)).toHaveLength(Object.keys(ANSWERS).length);
});

describe.each(rowsOf(TABLE))("%s", (name, { account = "", ...expected }) => {
  const answer = ANSWERS[name];
  test.each(Object.entries(expected))("means for a %s: %s", async (column, cell) => {
    if (!answer) throw new Error(`no answer ${name}`);
    expect(await meaning(answer, column)).toBe(cell);
  });

  test.each(Object.entries(INTENTS))("teaches the account by a %s", async (_column, intent) => {
    if (!answer) throw new Error(`no answer ${name}`);
    const learned = feedbackOf(intent.kind, await sent(answer, intent), false).kind;
    const isCard = intent.kind === "show";
    expect(learned).toBe(isCard ? account : (LEARNED_BY_OTHERS[account] ?? account));
  });
});

describe("what an earlier try has left behind decides", () => {
  const reset = () => fails("ECONNRESET");
  const push: Intent = { kind: "push", title: "web-shop failed", tags: [] };
  const after = async (answer: () => Response, intent: Intent, before: Partial<ClaimedCommand>) => {
    const command = { ...commandOf("update", intent), ...before };
    const form = formOf(intent, command.reason);
    const result = await sent(answer, intent);
    const options = { now: NOW, random: 0.5, retryForMs: 24 * HOUR_MS };
    return outcomeOf(command, { intent, form }, result, options);
  };

  test("a push that may have arrived twice is not sent a third time", async () => {
    const { result } = await after(reset, push, { possibleRepeat: true });
    expect(result).toMatchObject({ status: "dead", reason: expect.stringContaining("sent twice") });
  });

  test("what is a day old is given up, and an ending or a result that leaves keeps no place", async () => {
    const old = { createdAt: NOW - 24 * HOUR_MS };
    const refused = () => json(500, {});
    expect((await after(refused, push, old)).result.status).toBe("dead");
    const end: Intent = { kind: "end", streamKey: "s", picture: PICTURE };
    const leaving: Intent = { ...SHOW, lingerMs: 0 };
    for (const intent of [end, leaving])
      expect(await after(refused, end, { ...old, intent })).toMatchObject({
        result: { status: "dead" },
        slot: "free",
        stream: { alive: false },
      });
  });

  test("payment is waited for, however old the command is", async () => {
    const { result } = await after(ANSWERS["402"] ?? reset, push, { createdAt: 0 });
    expect(result.status).toBe("pending");
  });

  test("the delay grows with the tries, and for what somebody has to see to with the age", async () => {
    const waits = async (answer: () => Response, before: Partial<ClaimedCommand>) => {
      const { result } = await after(answer, push, before);
      return result.status === "pending" ? result.notBefore - NOW : undefined;
    };
    expect(await waits(() => json(500, {}), { attempts: 4 })).toBe(5_000);
    expect(await waits(() => json(500, {}), { attempts: 40 })).toBe(187_500);
    const refused = ANSWERS["422"] ?? reset;
    expect(await waits(refused, { createdAt: NOW - HOUR_MS })).toBe(600_000);
    expect(await waits(refused, { createdAt: NOW - 20 * HOUR_MS })).toBe(1_800_000);
  });
});
