/** Ids and tokens: form, order and uniqueness. */
import { beforeEach, describe, expect, test } from "vitest";
import { idFloor, newEndpointId, newId, randomToken, timeOfId } from "../../src/util/id.ts";

const NOON = Date.UTC(2026, 4, 4, 12);

/** Each test has a time of its own: what is made within one ms counts up. */
let now = NOON;
beforeEach(() => {
  now += 1_000;
});

describe("newId", () => {
  test("is the prefix and a ULID whose first ten characters are the time", () => {
    // The specification's own example: 1469918176385 is 01ARYZ6S41.
    expect(newId("dlv", 1_469_918_176_385)).toMatch(/^dlv_01ARYZ6S41[0-9A-HJKMNP-TV-Z]{16}$/);
  });

  test("sorts by time", () => {
    const ids = [0, 1, 31, 32, 1024, NOON, NOON + 1, 2 ** 48 - 1].map((now) => newId("cmd", now));
    expect(ids.toSorted()).toEqual(ids);
  });

  test("sorts by making within one millisecond and never repeats", () => {
    const ids = Array.from({ length: 2_000 }, () => newId("dlv", now));
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("does not repeat when the clock jumps to and fro", () => {
    const ids = Array.from({ length: 1_000 }, (_, turn) => newId("dlv", now + (turn % 2)));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("idFloor", () => {
  test("sorts before the ids of its time and after all earlier ones", () => {
    const earlier = newId("dlv", NOON - 1);
    const later = newId("dlv", NOON);
    expect([later, idFloor("dlv", NOON), earlier].toSorted()).toEqual([
      earlier,
      idFloor("dlv", NOON),
      later,
    ]);
  });

  test.each([-1, Number.MAX_SAFE_INTEGER])("has a bound for %d", (now) => {
    expect(idFloor("dlv", now)).toMatch(/^dlv_[0-9A-Z]{10}$/);
  });
});

describe("timeOfId", () => {
  test("is the time that the id was made at", () => {
    expect(timeOfId(newId("dlv", now))).toBe(now);
    expect(timeOfId(idFloor("dlv", NOON))).toBe(NOON);
  });

  test.each(["", "dlv", "dlv_short", "dlv_01ARYZ6Su1"])("is not a number for %j", (text) => {
    expect(timeOfId(text)).toBeNaN();
  });
});

describe("newEndpointId", () => {
  test("is 160 random bits in lower-case base32", () => {
    const ids = Array.from({ length: 1_000 }, newEndpointId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^ep_[0-9a-hjkmnp-tv-z]{32}$/);
  });

  test("varies in every place", () => {
    const ids = Array.from({ length: 500 }, newEndpointId);
    for (let place = 3; place < 35; place++) {
      expect(new Set(ids.map((id) => id[place])).size).toBeGreaterThan(16);
    }
  });
});

describe("randomToken", () => {
  test.each([
    [16, 22],
    [32, 43],
  ])("of %i bytes has %i URL-safe characters", (bytes, length) => {
    const token = randomToken(bytes);
    expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(token).toHaveLength(length);
    expect(randomToken(bytes)).not.toBe(token);
  });
});
