/** From what came of a step to the API's words: the one place that knows the answers of Live Activities. */
import type { Context } from "hono";
import { fail } from "./http.ts";
import type { Outcome } from "./state.ts";

export type Done = Extract<Outcome, { kind: "done" }>;

/** The one iPhone that every call reaches. */
export const ONE_DEVICE = { devices_notified: 1, users_notified: 1 } as const;
export const ONE_DEVICE_REACHED = { devices_notified: 1, devices_queued: 0 } as const;

/** To whom it went; tags only where there are some: the SDK knows them, the API's document does not yet. */
export function recipients(channels: readonly string[] | null, tags: readonly string[] = []) {
  return { effective_channel_slugs: channels, ...(tags.length > 0 && { tags }) };
}

/** The answer to a request that showed nothing. `subject` is the stream key or the activity's id. */
export function failure(c: Context, outcome: Exclude<Outcome, Done>, subject: string): Response {
  switch (outcome.kind) {
    case "refused":
      return fail(c, 400, "Bad request", outcome.message);
    case "not_found":
    case "paused":
    case "ended_unseen":
      return fail(c, 404, "Live Activity not found", `No Live Activity found for: ${subject}`);
    case "activity_limit": {
      const { limit, active } = outcome;
      const message = `Only ${limit} concurrent Live Activities are allowed per account`;
      return fail(c, 429, "Live Activity limit reached", message, { limit, active });
    }
  }
}
