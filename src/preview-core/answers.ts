/**
 * From what came of a step to the API's words: the one place that knows the answers that several
 * routes share.
 */
import type { Context } from "hono";
import { devicesOf, recipientsOf } from "./caller.ts";
import { fail } from "./http.ts";
import type { ApiEnv } from "./http.ts";
import type { Outcome } from "./screen/state.ts";

export type Done = Extract<Outcome, { kind: "done" }>;

/** To whom it went; tags only where there are some. */
export function recipients(channels: readonly string[] | null, tags: readonly string[] = []) {
  const devices_notified = devicesOf(channels).length;
  return {
    devices_notified,
    users_notified: devices_notified,
    ...audience(channels, tags),
  };
}

/** How many devices an update or an end went to. */
export const updated = (channels: readonly string[] | null) => ({
  devices_notified: devicesOf(channels).length,
  devices_queued: 0,
});

export function audience(channels: readonly string[] | null, tags: readonly string[] = []) {
  return { effective_channel_slugs: channels, ...(tags.length > 0 && { tags }) };
}

/** The channels that a call reaches, or the answer where it may not or would reach nobody. */
export function reach(
  c: Context<ApiEnv>,
  named: readonly string[] | undefined,
  devices: "devices" | "Live Activity devices" = "devices",
): { readonly channels: readonly string[] | null } | { readonly refusal: Response } {
  const recipients = recipientsOf(c.get("caller"), named);
  switch (recipients.kind) {
    case "reached":
      return recipients;
    case "out_of_scope": {
      const message =
        "This API key can only target assigned channels. Requested channels include channels outside this key scope.";
      return { refusal: fail(c, 403, "Invalid channel targeting", message) };
    }
    case "nobody": {
      const message = `No ${devices} matched the effective channel target`;
      const facts = { effective_channel_slugs: recipients.channels };
      return { refusal: fail(c, 422, "No recipients found", message, facts) };
    }
  }
}

/** The answer to a request that showed nothing. `verb`: what it wanted to do with the activity. */
export function failure(
  c: Context,
  outcome: Exclude<Outcome, Done>,
  verb: "start" | "update" | "end",
): Response {
  switch (outcome.kind) {
    case "refused":
      return fail(c, 400, "Bad request", outcome.message);
    case "not_found":
    case "paused":
    case "ended_unseen":
      return fail(c, 403, "Forbidden", `This API key cannot ${verb} this Live Activity`);
    case "activity_limit": {
      const { kind: _, ...facts } = outcome;
      const message = `iOS supports up to ${facts.limit} concurrent Live Activities per app on a device. End an active Live Activity before starting another.`;
      return fail(c, 429, "Live Activity limit reached", message, facts);
    }
  }
}
