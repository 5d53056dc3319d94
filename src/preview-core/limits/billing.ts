/** 402 on purpose, for the keys that are reserved for it. */
import type { MiddlewareHandler } from "hono";
import type { BillingReason } from "../caller.ts";
import { fail } from "../http.ts";
import type { ApiEnv } from "../http.ts";

const DAY_MS = 86_400_000;
const TRIAL_DAYS = 7;
const UPGRADE_URL = "https://activitysmith.com/app/account?billing=upgrade";

const BILLING: Readonly<Record<BillingReason, string>> = {
  trial_expired:
    "Your free trial has ended. Start a subscription or lifetime membership to resume using ActivitySmith.",
  trial_exhausted:
    "Your free trial's allowance is used up. Start a subscription or lifetime membership to resume using ActivitySmith.",
  billing_overage_cap_reached:
    "Your usage cap is reached. Raise it in the billing settings to resume using ActivitySmith.",
};

/**
 * Refuses what an account that may not send asks for. No rate limit counts it, and its answer
 * speaks of none.
 */
export function refuseBlocked(now: () => number): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const { blocked } = c.get("caller");
    if (blocked === undefined) return next();
    const isTrial = blocked !== "billing_overage_cap_reached";
    const trial_period = {
      started_at: new Date(now() - (TRIAL_DAYS + 1) * DAY_MS).toISOString(),
      ends_at: new Date(now() - DAY_MS).toISOString(),
    };
    return fail(c, 402, blocked, BILLING[blocked], {
      ...(isTrial && { trial_period }),
      upgrade_url: UPGRADE_URL,
    });
  };
}
