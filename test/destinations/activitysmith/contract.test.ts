/** What the wire contract takes and refuses: URLs, tags, metadata, levels, values. Tables only. */
import { describe, expect, test } from "vitest";
import {
  activityEndRequest,
  activityUpdateRequest,
  pushRequest,
  streamEndRequest,
  streamRequest,
} from "../../../src/destinations/activitysmith/contract.ts";

const takesPush = (fields: object) => pushRequest.safeParse({ title: "x", ...fields }).success;
const content_state = { type: "progress", title: "x", percentage: 1 };
const takesStream = (fields: object) =>
  streamRequest.safeParse({ content_state, ...fields }).success;
const takesState = (state: object) =>
  streamRequest.safeParse({ content_state: { title: "x", ...state } }).success;

/**
 * URL; whether a push may open it, whether a Live Activity's button may, whether a webhook may call
 * it.
 */
const URLS: readonly [url: string, push: boolean, activity: boolean, webhook: boolean][] = [
  ["https://x.example/a?b#c", true, true, true],
  ["HTTPS://x.example", true, true, true],
  ["http://x.example", true, true, false],
  ["shortcuts://run-shortcut?name=Deploy", true, true, false],
  ["spotify:track:1", true, false, false],
  ["spotify://", true, false, false],
  ["tel:+491234", true, false, false],
  ["javascript:alert(1)", false, false, false],
  ["JavaScript:alert(1)", false, false, false],
  ["java\nscript:alert(1)", false, false, false],
  [" javascript:alert(1)", false, false, false],
  ["\u0000javascript:alert(1)", false, false, false],
  ["data:text/html,x", false, false, false],
  ["file:///etc/passwd", false, false, false],
  ["activitysmith://pair", false, false, false],
  ["vbscript:x", false, false, false],
  ["blob:https://x.example/1", false, false, false],
  ["about:blank", false, false, false],
  ["https://x.example/a b", false, false, false],
  ["https://", false, false, false],
  ["//x.example", false, false, false],
  ["x.example", false, false, false],
  ["", false, false, false],
];

describe("URLs", () => {
  test.each(URLS)("%j", (url, push, activity, webhook) => {
    const button = (type: string) => ({ title: "Open", type, url });
    expect({
      redirection: takesPush({ redirection: url }),
      pushButton: takesPush({ actions: [button("open_url")] }),
      activityButton: takesStream({ action: button("open_url") }),
      secondButton: takesStream({ secondary_action: button("open_url") }),
      pushWebhook: takesPush({ actions: [button("webhook")] }),
      activityWebhook: takesStream({ action: button("webhook") }),
      media: takesPush({ media: url }),
      icon: takesPush({ icon: url }),
    }).toStrictEqual({
      redirection: push,
      pushButton: push,
      activityButton: activity,
      secondButton: activity,
      pushWebhook: webhook,
      activityWebhook: webhook,
      media: webhook,
      icon: webhook,
    });
  });

  test("a redirection has at most 2048 characters", () => {
    const url = (length: number) => `https://x.example/${"a".repeat(length - 18)}`;
    expect(takesPush({ redirection: url(2048) })).toBe(true);
    expect(takesPush({ redirection: url(2049) })).toBe(false);
  });

  test("an icon's address has no password in it", () => {
    expect(takesPush({ icon: "https://user@x.example/a.png" })).toBe(false);
    expect(takesPush({ icon: "https://user:password@x.example/a.png" })).toBe(false);
  });
});

describe("buttons", () => {
  const url = "https://x.example";
  test.each([
    [{ title: "Go", type: "webhook", url, method: "GET" }, true],
    [{ title: "Go", type: "webhook", url, method: "POST", body: { deep: [{ a: null }] } }, true],
    [{ title: "Go", type: "webhook", url, method: "PUT" }, false],
    [{ title: "Go", type: "open_url", url, method: "GET" }, false],
    [{ title: "Go", type: "open_url", url, body: {} }, false],
    [{ title: "Go", type: "open_url" }, false],
    [{ title: "Go", type: "open_url", url, icon: "a" }, false],
  ])("%j", (action, taken) => {
    expect([takesPush({ actions: [action] }), takesStream({ action })]).toStrictEqual([
      taken,
      taken,
    ]);
  });

  test("four at most, and none beside media", () => {
    const action = { title: "Go", type: "open_url", url };
    const four = [action, action, action, action];
    expect(takesPush({ actions: four })).toBe(true);
    expect(takesPush({ actions: [...four, action] })).toBe(false);
    expect(takesPush({ media: url, actions: [] })).toBe(true);
    expect(takesPush({ media: url, actions: [action] })).toBe(false);
    expect(takesPush({ media: url, redirection: url })).toBe(true);
  });
});

describe("tags and metadata", () => {
  const history: readonly [fields: object, taken: boolean][] = [
    [{ tags: [] }, true],
    [{ tags: ["a", "Prod:eu_1.2-x", "9".repeat(64)] }, true],
    [{ tags: ["9".repeat(65)] }, false],
    [{ tags: ["a", "a"] }, false],
    [{ tags: [".a"] }, false],
    [{ tags: "a" }, false],
    [{ tags: Array.from({ length: 20 }, (_, index) => `t${index}`) }, true],
    [{ tags: Array.from({ length: 21 }, (_, index) => `t${index}`) }, false],
    [{ metadata: {} }, true],
    [{ metadata: { run: 7, ok: false, text: "", "any key at all": "x".repeat(4000) } }, true],
    [{ metadata: { text: "x".repeat(4001) } }, false],
    [{ metadata: { nothing: null } }, false],
    [{ metadata: { list: [] } }, false],
    [{ metadata: { deep: {} } }, false],
    [{ metadata: { infinite: Infinity } }, false],
    [{ metadata: { "": 1 } }, false],
    [{ metadata: { ["k".repeat(100)]: 1 } }, true],
    [{ metadata: { ["k".repeat(101)]: 1 } }, false],
    [{ metadata: JSON.parse('{"__proto__": 1}') }, false],
    [{ metadata: Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, at])) }, true],
    [
      { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, at])) },
      false,
    ],
    // With quotes, colons and commas around four texts of two-byte letters: 16,349 and 16,413
    // bytes.
    [
      { metadata: Object.fromEntries(["a", "b", "c", "d"].map((key) => [key, "é".repeat(2040)])) },
      true,
    ],
    [
      { metadata: Object.fromEntries(["a", "b", "c", "d"].map((key) => [key, "é".repeat(2048)])) },
      false,
    ],
    [{ metadata: [] }, false],
    [{ metadata: null }, false],
  ];
  test.each(history)("%j", (fields, taken) => {
    const byId = { activity_id: "a", content_state, ...fields };
    expect({
      push: takesPush(fields),
      put: takesStream(fields),
      end: streamEndRequest.safeParse(fields).success,
      update: activityUpdateRequest.safeParse(byId).success,
      classicEnd: activityEndRequest.safeParse(byId).success,
    }).toStrictEqual({ push: taken, put: taken, end: taken, update: taken, classicEnd: taken });
  });
});

describe("pushes", () => {
  test.each([
    [{ interruption_level: "passive" }, true],
    [{ interruption_level: "time-sensitive" }, true],
    [{ interruption_level: "critical" }, false],
    [{ badge: 0 }, true],
    [{ badge: 2_147_483_647 }, true],
    [{ badge: 2_147_483_648 }, false],
    [{ badge: -1 }, false],
    [{ badge: 1.5 }, false],
    [{ target: { channels: ["a"], users: [] } }, false],
    [{ channels: ["a"] }, false],
    [{ payload: { any: [{ thing: null }] } }, true],
  ])("%j", (fields, taken) => {
    expect(takesPush(fields)).toBe(taken);
  });
});

describe("values and limits", () => {
  test.each([
    [{ type: "value", value: "$1,240" }, true],
    [{ type: "value", value: 0 }, true],
    [{ type: "value", value: -7, upper_limit: 9 }, true],
    [{ type: "value", value: null }, false],
    [{ type: "value", value: Infinity }, false],
    [{ type: "progress", value: 3 }, false],
    [{ type: "progress", value: 3, upper_limit: 9 }, true],
    [{ type: "progress", value: 3, upper_limit: 0 }, false],
    [{ type: "progress", percentage: 3, upper_limit: 9 }, false],
    [{ type: "progress", percentage: 101 }, false],
    [{ type: "timer", duration_seconds: 0 }, false],
    [{ type: "chart" }, false],
    [{ type: "alert", message: "x", icon: "bolt" }, false],
    [{ type: "alert", message: "x", icon: { symbol: "bolt", color: "lime" } }, true],
    [{ type: "alert", message: "x", badge: { title: "" } }, false],
    [{ type: "alert", message: "" }, false],
  ])("%j", (state, taken) => {
    expect(takesState(state)).toBe(taken);
  });
});
