/** Which rule decides, and what holds then: plain data, one fact changed at a time. */
import { describe, expect, test } from "vitest";
import { governed, isBetween } from "../../src/compose/rules.ts";
import type { Ruled } from "../../src/compose/rules.ts";
import type { Rule } from "../../src/model/endpoint.ts";
import { settings } from "../support/runs.ts";

/** A Monday. */
const MONDAY = Date.parse("2026-11-02T00:00:00.000Z");
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

const it_ = (changes: Partial<Ruled> = {}): Ruled => ({
  event: "deployment.error",
  project: { id: "prj_1", name: "web-shop" },
  environment: { name: "Production – eu", kind: "production" },
  branch: "main",
  authors: ["ada", "Ada Example"],
  outcome: "failed",
  now: MONDAY + 12 * HOUR,
  ...changes,
});
const mute = { mute: true } as const;
const by = (when: Rule["when"], changes: Partial<Ruled> = {}): string | undefined =>
  governed(settings({ rules: [{ when, then: mute }] }), it_(changes)).by;

describe("a rule matches", () => {
  test.each<[string, Rule["when"], Partial<Ruled>, boolean]>([
    ["everything where it asks for nothing", {}, {}, true],
    ["its event", { events: ["deployment.*"] }, {}, true],
    ["no other event", { events: ["deployment.ready"] }, {}, false],
    ["no unknown event", { events: ["*"] }, { event: undefined }, false],
    ["its project by id", { projects: ["prj_1"] }, {}, true],
    ["its project by name", { projects: ["web-*"] }, {}, true],
    ["no other project", { projects: ["docs"] }, {}, false],
    ["no unknown project", { projects: ["web-shop"] }, { project: undefined }, false],
    ["its environment by name", { environments: ["production – *"] }, {}, true],
    ["its environment by kind", { environments: ["production"] }, {}, true],
    ["no other environment", { environments: ["preview"] }, {}, false],
    ["its branch", { branches: ["main"] }, {}, true],
    ["no other branch", { branches: ["cart"] }, {}, false],
    ["its author by login", { authors: ["ada"] }, {}, true],
    ["its author by name", { authors: ["Ada *"] }, {}, true],
    ["no other author", { authors: ["grace"] }, {}, false],
    ["no author where none is known", { authors: ["*"] }, { authors: [] }, false],
    ["its outcome", { outcomes: ["failed"] }, {}, true],
    ["no other outcome", { outcomes: ["succeeded"] }, {}, false],
    ["no outcome where it is shown", { outcomes: ["failed"] }, { outcome: undefined }, false],
    ["only where all of it does", { branches: ["main"], authors: ["grace"] }, {}, false],
    ["in its time", { between: { from: "11:00", to: "13:00", zone: "UTC" } }, {}, true],
    ["not beside its time", { between: { from: "13:00", to: "14:00", zone: "UTC" } }, {}, false],
    [
      "not in its time alone",
      { branches: ["cart"], between: { from: "11:00", to: "13:00", zone: "UTC" } },
      {},
      false,
    ],
  ])("%s", (_, when, changes, matches) => {
    expect(by(when, changes)).toBe(matches ? "rule 1" : undefined);
  });
});

describe("what holds then", () => {
  test("is what the endpoint says where no rule matches", () => {
    const endpoint = settings({ rules: [{ when: { branches: ["cart"] }, then: mute }] });
    expect(governed(endpoint, it_())).toEqual({
      settings: endpoint,
      by: undefined,
      isMuted: false,
      level: undefined,
      lingerMinutes: undefined,
    });
  });

  test("is what the first that matches says, and nothing of the others", () => {
    const endpoint = settings({
      rules: [
        { when: { branches: ["cart"] }, then: mute },
        { when: {}, then: { notify: "all" } },
        { when: {}, then: mute },
      ],
    });
    expect(governed(endpoint, it_())).toMatchObject({
      by: "rule 2",
      isMuted: false,
      settings: { notify: "all" },
    });
  });

  test.each<[Rule["then"], object, object]>([
    [mute, {}, { isMuted: true }],
    [{ deliver: "push" }, { deliver: "push" }, {}],
    [{ notify: "none" }, { notify: "none" }, {}],
    [{ channels: ["night"] }, { channels: ["night"] }, {}],
    [{ mapping: { title: "T" } }, { mapping: { title: "T" } }, {}],
    [{ interruption_level: "passive" }, {}, { level: "passive" }],
    [{ linger_minutes: 0 }, {}, { lingerMinutes: 0 }],
  ])("%j", (then, changed, told) => {
    const endpoint = settings({ channels: ["day"], rules: [{ when: {}, then }] });
    expect(governed(endpoint, it_())).toEqual({
      settings: { ...endpoint, ...changed },
      by: "rule 1",
      isMuted: false,
      level: undefined,
      lingerMinutes: undefined,
      ...told,
    });
  });
});

describe("a time of day", () => {
  const at = (time: string, day = 0): number => {
    const [hours = 0, minutes = 0] = time.split(":").map(Number);
    return MONDAY + day * DAY + hours * HOUR + minutes * 60_000;
  };
  const office = { from: "09:00", to: "17:30", zone: "UTC" };
  const night = { from: "22:00", to: "07:00", zone: "UTC" };

  test.each<[string, Parameters<typeof isBetween>[0], number, boolean]>([
    ["its first minute", office, at("09:00"), true],
    ["the minute before", office, at("08:59"), false],
    ["its last minute", office, at("17:29"), true],
    ["its end", office, at("17:30"), false],
    ["before midnight", night, at("23:59"), true],
    ["midnight", night, at("00:00"), true],
    ["its end in the morning", night, at("07:00"), false],
    ["its beginning at night", night, at("22:00"), true],
    ["noon", night, at("12:00"), false],
    [
      "all day where it ends as it begins",
      { from: "08:00", to: "08:00", zone: "UTC" },
      at("03:00"),
      true,
    ],
    ["another zone's time", { ...office, zone: "Asia/Tokyo" }, at("00:00"), true],
    [
      "another zone's day",
      { ...office, zone: "Asia/Tokyo", days: ["tue"] },
      at("23:59") + 60_000,
      true,
    ],
    ["its day", { ...office, days: ["mon"] }, at("12:00"), true],
    ["another day", { ...office, days: ["tue"] }, at("12:00"), false],
    ["a sunday", { ...office, days: ["sun"] }, at("12:00", 6), true],
    ["one of its days", { ...office, days: ["mon", "sat"] }, at("12:00", 5), true],
    ["the evening on which its night begins", { ...night, days: ["mon"] }, at("23:00"), true],
    ["the morning after that night", { ...night, days: ["mon"] }, at("06:00", 1), true],
    ["the morning before that night", { ...night, days: ["mon"] }, at("06:00"), false],
    ["the sunday night's morning", { ...night, days: ["sun"] }, at("06:00"), true],
  ])("%s", (_, between, now, expected) => {
    expect(isBetween(between, now)).toBe(expected);
  });
});
