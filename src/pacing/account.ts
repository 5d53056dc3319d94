/**
 * Pacing of one account (one API key): how many calls it may make now, and what the core API's
 * answers teach. Pure: state in, state out; the store keeps it by compare-and-swap, so that all
 * processes share one budget.
 */
import type { AccountState } from "../model/account.ts";

/**
 * What the last calls tell of the API: it answered, it did not, or so often not that only a probe
 * looks for it.
 */
export type Circuit = "closed" | "suspect" | "open";

export interface PacingLimits {
  /** Calls a minute of one feature, as the destination counts them. */
  readonly callsPerMinute: number;
  /** Of these, how many only failures and ends may use. */
  readonly reserve: number;
  /** Live Activities at the same time on one device. */
  readonly activities: number;
}

export const DEFAULT_LIMITS: PacingLimits = { callsPerMinute: 60, reserve: 10, activities: 5 };

/**
 * A little more than the API's minute: calls are counted when they arrive there, some later than
 * others.
 */
export const WINDOW_MS = 61_000;
/** After so many calls without an API at the other end the account rests; then one call probes. */
const BREAKER_FAILURES = 5;
const BREAKER_FIRST_MS = 2_000;
const BREAKER_MAX_MS = 60_000;
/**
 * Longer than a call takes with its time-out: nobody else probes while a probe waits for its
 * answer.
 */
export const PROBE_MS = 15_000;
const UNAUTHORIZED_PAUSE_MS = 60_000;
/** Without a Retry-After, a rate limit of a minute is over after one at the latest. */
const RATE_PAUSE_MIN_MS = 5_000;
const RATE_PAUSE_MAX_MS = 30_000;
/**
 * No pause is longer; one that ends later is of a time from outside, or of a clock that was set
 * back.
 */
export const LONGEST_PAUSE_MS = 5 * 60_000;
/** A learned limit doubles so often. */
const RECOVERY_MS = 60_000;
const SLOT_RECOVERY_MS = 2 * 60_000;
const MIN_LIMIT = 10;
/** The API tells when its window ends in whole seconds. */
const RESET_ACCURACY_MS = 2_000;

export function newAccount(limits: PacingLimits, now: number): AccountState {
  return {
    calls: [],
    limit: limits.callsPerMinute,
    limitChangedAt: now,
    pause: null,
    failures: 0,
    slotLimit: limits.activities,
    slotLimitChangedAt: now,
    slots: [],
  };
}

/** How many calls may be made now; `next` is when there may be more, in ms since the epoch. */
export interface Grant {
  /**
   * For failures and ends: the reserve included, and what a learned limit keeps from the others.
   */
  readonly urgent: number;
  readonly other: number;
  readonly next: number;
}

export function circuitOf(state: AccountState): Circuit {
  if (isBroken(state)) return "open";
  return state.failures > 0 ? "suspect" : "closed";
}

/**
 * The state as time has changed it: old calls leave the window, learned limits recover, pauses end.
 */
export function refreshed(state: AccountState, limits: PacingLimits, now: number): AccountState {
  const periods = Math.floor(since(state.limitChangedAt, now) / RECOVERY_MS);
  const limit = Math.min(limits.callsPerMinute, state.limit * 2 ** Math.min(periods, 20));
  const slotRecovered = since(state.slotLimitChangedAt, now) >= SLOT_RECOVERY_MS;
  const { told, ...rest } = state;
  const { refused, missed } = rest;
  return {
    ...rest,
    ...(told && isAhead(told.until, now, LONGEST_PAUSE_MS) && { told }),
    calls: inWindow(state.calls, now),
    ...(refused && { refused: inWindow(refused, now) }),
    ...(missed && { missed: inWindow(missed, now) }),
    limit,
    limitChangedAt: limit === state.limit ? state.limitChangedAt : now,
    slotLimit:
      slotRecovered || state.slotLimit > limits.activities ? limits.activities : state.slotLimit,
    pause: state.pause && isAhead(state.pause.until, now, LONGEST_PAUSE_MS) ? state.pause : null,
  };
}

/**
 * Times of a clock that was set back since are dropped: they would be counted until it has caught
 * up.
 */
const inWindow = (times: readonly number[], now: number): number[] =>
  times.filter((at) => at > now - WINDOW_MS && at < now + WINDOW_MS);

/** How long ago; for ever where the clock was set back since. */
const since = (at: number, now: number): number => (at > now ? Infinity : now - at);

/** A time is still to come, and no further away than it can have been when it was noted. */
export const isAhead = (until: number, now: number, longestMs: number): boolean =>
  until > now && until <= now + longestMs;

/**
 * What a refreshed account may do now. An account whose breaker has rested long enough gets one
 * call to probe with.
 */
export function grantOf(state: AccountState, limits: PacingLimits, now: number): Grant {
  if (state.pause) return { urgent: 0, other: 0, next: state.pause.until };
  const counted = limits.callsPerMinute - state.calls.length;
  const free = Math.max(0, Math.min(counted, state.told?.left ?? Infinity));
  const probes = isProbing(state);
  const urgent = probes ? Math.min(1, free) : free;
  const reserve = Math.min(limits.reserve, Math.floor(state.limit / 2));
  const unreserved = Math.max(0, state.limit - reserve - state.calls.length);
  const toldUnreserved = Math.max(0, (state.told?.left ?? Infinity) - reserve);
  const other = probes ? urgent : Math.min(free, unreserved, toldUnreserved);
  const oldest = state.calls[0];
  const next = oldest === undefined ? now : oldest + WINDOW_MS;
  return { urgent, other, next };
}

/**
 * The breaker is open: no API was found at the other end so often that only a probe may look for
 * it.
 */
const isBroken = ({ failures }: AccountState): boolean => failures >= BREAKER_FAILURES;
const isProbing = (state: AccountState): boolean => isBroken(state) || state.halfOpen === true;

/**
 * Takes calls out of the budget before they are made. A probe keeps others back until it has its
 * answer.
 */
export function spent(state: AccountState, calls: number, now: number): AccountState {
  const after = {
    ...state,
    // Others may have taken theirs since.
    calls: [...state.calls, ...Array.from({ length: calls }, () => now)].toSorted((a, b) => a - b),
    ...(state.told && { told: { ...state.told, left: state.told.left - calls } }),
  };
  if (!isProbing(state)) return after;
  return { ...after, pause: { until: now + PROBE_MS, reason: "probing" } };
}

/**
 * Gives back calls that were taken out at `at` and not made; a probe that was none leaves the next
 * one to another.
 */
export function refunded(state: AccountState, calls: number, at: number): AccountState {
  let left = calls;
  const kept = state.calls.filter((time) => time !== at || left-- <= 0);
  const wasProbe = state.pause?.reason === "probing" && state.pause.until === at + PROBE_MS;
  const { told } = state;
  return {
    ...state,
    calls: kept,
    // The API did not count them either.
    ...(told && { told: { ...told, left: told.left + state.calls.length - kept.length } }),
    pause: wasProbe ? null : state.pause,
  };
}

/** What an answer says of the API's own count: `left` calls until `resetMs` from now. */
export interface ToldQuota {
  readonly left: number;
  readonly resetMs: number;
  /** What the feature may make a minute, to see whether the API says anything new. */
  readonly callsPerMinute: number;
}

/**
 * What the API says of its own count. Answers of calls that were made together come in any order,
 * so within one window the smaller number holds. Where it allows no less than what we count, now and
 * until its window ends, or says again what is known, the state stays the same: most answers cost no
 * write.
 */
export function toldLeft(state: AccountState, quota: ToldQuota, now: number): AccountState {
  const until = now + Math.min(quota.resetMs, LONGEST_PAUSE_MS);
  const before = state.told && state.told.until > now ? state.told : undefined;
  const counted = state.calls.filter((at) => at > until - WINDOW_MS).length;
  if (quota.left >= (before?.left ?? quota.callsPerMinute - counted)) {
    const isKnown = !before || Math.abs(before.until - until) < RESET_ACCURACY_MS;
    return isKnown ? state : { ...state, told: { left: before.left, until } };
  }
  return { ...state, told: { left: quota.left, until } };
}

/** What an answer of the core API teaches. */
export type Feedback =
  | { readonly kind: "answered" }
  | { readonly kind: "rate_limited"; readonly retryAfterMs: number | undefined }
  | { readonly kind: "activity_limit" }
  | { readonly kind: "unauthorized" }
  | { readonly kind: "unavailable"; readonly isProbe: boolean }
  /** No call was made. */
  | { readonly kind: "nothing" };

/**
 * @param random in [0, 1): spreads the return of several processes
 */
export function applyFeedback(
  state: AccountState,
  feedback: Feedback,
  now: number,
  random: number,
): AccountState {
  switch (feedback.kind) {
    case "answered":
      return answered(state);
    case "rate_limited":
      return rateLimited(state, feedback.retryAfterMs, now, random);
    case "activity_limit":
      return {
        ...answered(state),
        // One that leaves may have left, and stands for nothing then.
        slotLimit: Math.min(
          state.slotLimit,
          state.slots.filter(({ leavesAt }) => leavesAt === undefined).length,
        ),
        slotLimitChangedAt: now,
      };
    case "unauthorized":
      return {
        ...state,
        failures: 0,
        pause: {
          until: Math.max(now + UNAUTHORIZED_PAUSE_MS, toldUntil(state)),
          reason: "unauthorized",
        },
      };
    case "unavailable": {
      const missed = [...(state.missed ?? []), now];
      // One that was begun before the probe says nothing of it.
      if (state.pause?.reason === "probing" && !feedback.isProbe) return { ...state, missed };
      return unavailable({ ...state, missed, failures: state.failures + 1 }, now, random);
    }
    case "nothing":
      return state;
  }
}

/**
 * A successful answer closes the breaker. A pause after a refusal stays: what the API refused it
 * may still refuse.
 */
function answered(state: AccountState): AccountState {
  if (state.failures === 0 && !state.halfOpen) return state;
  const { halfOpen = false, pause, ...rest } = state;
  const isOver = pause?.reason === "unavailable" || pause?.reason === "probing";
  return {
    ...rest,
    failures: 0,
    pause: isOver ? null : pause,
    ...(halfOpen && pause?.reason === "rate_limited" && { halfOpen }),
  };
}

/**
 * A refusal says when to come again, not how many calls there may be. Only where calls went well
 * after one and another came within the same minute is the limit believed to be what went through:
 * somebody else spends from the account, or it is lower than configured. Of calls in flight that
 * are refused together the first says it all.
 */
function rateLimited(
  state: AccountState,
  retryAfterMs: number | undefined,
  now: number,
  random: number,
): AccountState {
  const jittered = RATE_PAUSE_MIN_MS + (RATE_PAUSE_MAX_MS - RATE_PAUSE_MIN_MS) * random;
  const waitMs = Math.min(LONGEST_PAUSE_MS, retryAfterMs ?? jittered);
  const { refused = [], missed = [], halfOpen = false } = state;
  const isRepeated = !halfOpen && refused.length > 0;
  const wentWell = state.calls.length - refused.length - missed.length - 1;
  const learned = Math.min(state.limit, Math.max(MIN_LIMIT, wentWell));
  return {
    ...state,
    failures: 0,
    halfOpen: true,
    refused: [...refused, now],
    ...(isRepeated && { limit: learned, limitChangedAt: now }),
    pause: { until: Math.max(toldUntil(state), Math.round(now + waitMs)), reason: "rate_limited" },
  };
}

/** The API said when to come again. The answer to an earlier call does not shorten that. */
const toldUntil = ({ pause }: AccountState): number =>
  pause?.reason === "rate_limited" || pause?.reason === "unauthorized" ? pause.until : 0;

function unavailable(state: AccountState, now: number, random: number): AccountState {
  if (!isBroken(state))
    return state.pause?.reason === "probing" ? { ...state, pause: null } : state;
  const rest = Math.min(
    BREAKER_MAX_MS,
    BREAKER_FIRST_MS * 2 ** Math.min(state.failures - BREAKER_FAILURES, 10),
  );
  const until = Math.round(now + rest * (0.5 + 0.5 * random));
  if (toldUntil(state) > until) return state;
  return { ...state, pause: { until, reason: "unavailable" } };
}
