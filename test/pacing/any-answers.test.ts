/**
 * Pacing against a core API that is well, slow to answer, limiting, refusing the key and away in any
 * order: a failure goes out within two seconds of the moment at which the API allows it, no call is
 * beyond what it allows, and nothing is paused longer than its cause lasts.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { AccountState } from "../../src/model/account.ts";
import {
  applyFeedback,
  grantOf,
  LONGEST_PAUSE_MS,
  newAccount,
  refreshed,
  spent,
  toldLeft,
  WINDOW_MS,
} from "../../src/pacing/account.ts";
import type { Feedback } from "../../src/pacing/account.ts";

const LIMITS = { callsPerMinute: 12, reserve: 3, activities: 4 };
const TICK_MS = 500;
const MINUTE_MS = 60_000;
const ON_TIME_MS = 2_000;
const COUNTED_MS = 20_000;

/** What the API does for a while, and when it says to come again: in so many ms, never, or wrongly. */
const weather = fc.record({
  kind: fc.constantFrom("well", "limits", "refuses", "away", "counts"),
  lastsMs: fc.integer({ min: 1, max: 200_000 }),
  retryAfterMs: fc.option(fc.integer({ min: 0, max: 2 * LONGEST_PAUSE_MS }), { nil: undefined }),
  /** Of its own count, what others leave. */
  left: fc.nat(4),
  answersAfterMs: fc.constantFrom(0, 0, 0, 400, 3_000, 9_000),
  wantsOthers: fc.boolean(),
});
type Weather = typeof weather extends fc.Arbitrary<infer Value> ? Value : never;

/** The longest that pacing may wait by itself after such an answer, in ms. */
const LONGEST: Readonly<Partial<Record<Feedback["kind"], number>>> = {
  rate_limited: 30_000,
  unauthorized: MINUTE_MS,
  unavailable: MINUTE_MS,
};
/** A probe that nobody answers is over by then. */
const PROBED_MS = 15_000;

interface Flight {
  readonly answeredAt: number;
  readonly weather: Weather;
  readonly isProbe: boolean;
}

/** One account that always has a failure to tell, and the API that it calls. */
class World {
  now = 1_000_000;
  state: AccountState = newAccount(LIMITS, this.now);
  /** When each call was made. */
  readonly made: number[] = [];
  /** The API said not to come before. */
  closedUntil = 0;
  /** Where it told no time, nothing may be paused for longer than our own rules say. */
  ownUntil = 0;
  /** The API's own count: so many calls are left until then. */
  told = { left: Infinity, until: 0 };
  flights: Flight[] = [];
  /** What was promised and did not hold. */
  readonly broken: string[] = [];
  readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  pass(current: Weather): void {
    this.hear();
    this.state = refreshed(this.state, LIMITS, this.now);
    const { urgent, other } = grantOf(this.state, LIMITS, this.now);
    const calls = Math.min(urgent, 1 + (current.wantsOthers ? Math.min(other, 2) : 0));
    if (calls > 0 && this.flights.length < 8) this.call(current, calls);
    this.now += TICK_MS;
  }

  private demand(holds: boolean, otherwise: string): void {
    if (!holds) this.broken.push(`${otherwise} at ${this.now}`);
  }

  /** All answers come in. */
  settle(): void {
    this.now = Math.max(this.now, ...this.flights.map(({ answeredAt }) => answeredAt));
    this.hear();
  }

  private call(current: Weather, calls: number): void {
    this.state = spent(this.state, calls, this.now);
    const isProbe = this.state.pause?.reason === "probing";
    this.demand(this.now >= this.closedUntil, "called before the time that was told");
    const isCounted = this.now < this.told.until;
    this.demand(!isCounted || calls <= this.told.left, "called more than was told to be left");
    this.told.left -= calls;
    for (let made = 0; made < calls; made++) {
      this.made.push(this.now);
      // Where calls overlap, what one is told of the count may be of before the others.
      const answeredAt = this.now + (current.kind === "counts" ? 0 : current.answersAfterMs);
      this.flights.push({ answeredAt, weather: current, isProbe });
    }
    const lastMinute = this.made.filter((at) => at > this.now - MINUTE_MS);
    this.demand(lastMinute.length <= LIMITS.callsPerMinute, "called more than the limit");
  }

  private hear(): void {
    const answered = this.flights.filter(({ answeredAt }) => answeredAt <= this.now);
    this.flights = this.flights.filter(({ answeredAt }) => answeredAt > this.now);
    for (const flight of answered) {
      this.state = refreshed(this.state, LIMITS, this.now);
      const feedback = this.feedbackOf(flight);
      this.state = applyFeedback(this.state, feedback, this.now, this.random());
      if (feedback.kind === "answered") this.count(flight.weather);
      this.lookAtPause(feedback);
    }
  }

  private feedbackOf({ weather: { kind, retryAfterMs }, isProbe }: Flight): Feedback {
    if (kind === "away") return { kind: "unavailable", isProbe };
    if (kind === "refuses") return { kind: "unauthorized" };
    if (kind !== "limits") return { kind: "answered" };
    const waitMs = Math.min(retryAfterMs ?? 0, LONGEST_PAUSE_MS);
    this.closedUntil = Math.max(this.closedUntil, this.now + waitMs);
    return { kind: "rate_limited", retryAfterMs };
  }

  /** Its count holds for the rest of its window, whatever the weather. */
  private count({ kind, left }: Weather): void {
    if (this.now >= this.told.until) {
      if (kind !== "counts") return;
      this.told = { left, until: this.now + COUNTED_MS };
    }
    const { callsPerMinute } = LIMITS;
    const resetMs = this.told.until - this.now;
    const quota = { left: Math.max(0, this.told.left), resetMs, callsPerMinute };
    this.state = toldLeft(this.state, quota, this.now);
  }

  private lookAtPause({ kind }: Feedback): void {
    this.ownUntil = Math.max(this.ownUntil, this.now + (LONGEST[kind] ?? 0));
    const { pause } = this.state;
    if (!pause) return;
    const probed = pause.reason === "probing" ? this.now + PROBED_MS : 0;
    const longest = Math.max(this.ownUntil, this.closedUntil, probed);
    this.demand(pause.until <= longest, `paused too long by ${pause.reason}`);
  }
}

const WELL: Weather = {
  kind: "well",
  lastsMs: 0,
  retryAfterMs: undefined,
  left: 0,
  answersAfterMs: 0,
  wantsOthers: false,
};

/** When the next call may be made: by what the API told, or where it told no time by our own rules. */
function allowedFrom({ now, made, state, told, closedUntil }: World): number {
  const spentUp = made.toReversed()[LIMITS.callsPerMinute - 1] ?? -Infinity;
  const counted = told.left <= 0 ? told.until : 0;
  return Math.max(now, closedUntil, spentUp + WINDOW_MS, counted, state.pause?.until ?? 0);
}

test("a failure goes out when the API allows it, and no call beyond that", () => {
  fc.assert(
    fc.property(
      fc.array(weather, { minLength: 1, maxLength: 8 }),
      fc.array(fc.float({ min: 0, max: Math.fround(0.99), noNaN: true }), { minLength: 1 }),
      (story, numbers) => {
        let drawn = 0;
        const world = new World(() => numbers[drawn++ % numbers.length] ?? 0);
        for (const current of story) {
          const until = world.now + current.lastsMs;
          while (world.now < until) world.pass(current);
        }
        world.settle();
        const allowed = allowedFrom(world);
        const before = world.made.length;
        while (world.made.length === before && world.now <= allowed + MINUTE_MS) world.pass(WELL);
        expect(world.made.at(-1) ?? 0).toBeLessThanOrEqual(allowed + ON_TIME_MS);
        expect(world.made.length).toBeGreaterThan(before);
        expect(world.broken).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});
