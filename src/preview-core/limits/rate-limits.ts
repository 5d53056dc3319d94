/**
 * The API's quotas: each feature of an account has its own, and so has each feature of a calling
 * IP. The preview cannot see who calls, so that all its callers share one IP. No clock of its own.
 *
 * Headers: https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/08/
 */
import { createCallWindow, WINDOW_SECONDS } from "./call-window.ts";
import type { CallWindow } from "./call-window.ts";

export const FEATURES = ["notifications", "badges", "live-activities", "metrics"] as const;
export type Feature = (typeof FEATURES)[number];
/** Calls in 60 s. */
export type Quotas = Readonly<Record<Feature, number>>;

export const ACCOUNT_QUOTAS: Quotas = {
  notifications: 60,
  badges: 60,
  "live-activities": 300,
  metrics: 300,
};
const IP_QUOTA = 600;

export interface Verdict {
  /** `RateLimit-Policy` and `RateLimit`; beyond a quota `Retry-After` too. */
  readonly headers: Readonly<Record<string, string>>;
  readonly refused: boolean;
}

/**
 * What one account has used of a feature in the last minute: when each call came, in ms, oldest
 * first.
 */
export interface Usage {
  readonly quota: number;
  readonly times: readonly number[];
}

export interface RateLimits {
  /** Counts a call of the account with this key, or refuses it. */
  take(key: string, feature: Feature, now: number): Verdict;
  /** The quotas as used by whichever account has used most of it. */
  usage(now: number): Readonly<Record<Feature, Usage>>;
}

export function createRateLimits(quotas: Quotas): RateLimits {
  const ip = perFeature(() => createCallWindow(IP_QUOTA));
  const accounts = new Map<string, Readonly<Record<Feature, CallWindow>>>();
  const windowsOf = (key: string) => {
    const windows = accounts.get(key) ?? perFeature((feature) => createCallWindow(quotas[feature]));
    accounts.set(key, windows);
    return windows;
  };
  return {
    take(key, feature, now) {
      const policies = {
        [`public-api-ip:${feature}`]: ip[feature],
        [`account:${feature}`]: windowsOf(key)[feature],
      };
      const windows = Object.values(policies);
      const waitMs = Math.max(...windows.map((it) => it.waitMs(now)));
      if (waitMs === 0) for (const window of windows) window.add(now);
      const headers = rateLimitHeaders(policies, now);
      if (waitMs === 0) return { headers, refused: false };
      return {
        headers: { ...headers, "retry-after": String(Math.ceil(waitMs / 1000)) },
        refused: true,
      };
    },
    usage: (now) =>
      perFeature((feature) => ({
        quota: quotas[feature],
        times: [...accounts.values()]
          .map((it) => it[feature].times(now))
          .reduce((most, times) => (times.length > most.length ? times : most), []),
      })),
  };
}

function rateLimitHeaders(policies: Readonly<Record<string, CallWindow>>, now: number) {
  const named = Object.entries(policies).map(([name, window]) => {
    const { calls, seconds } = window.rest(now);
    return {
      policy: `"${name}"; q=${window.quota}; w=${WINDOW_SECONDS}`,
      limit: `"${name}"; r=${calls}; t=${seconds}`,
    };
  });
  return {
    "ratelimit-policy": named.map((it) => it.policy).join(", "),
    ratelimit: named.map((it) => it.limit).join(", "),
  };
}

function perFeature<Value>(make: (feature: Feature) => Value): Readonly<Record<Feature, Value>> {
  return {
    notifications: make("notifications"),
    badges: make("badges"),
    "live-activities": make("live-activities"),
    metrics: make("metrics"),
  };
}
