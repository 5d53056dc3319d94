/**
 * What a command falls back to where the destination refuses it as it is: without its tags, in its
 * plainest form, an ending without a last picture. The reason for which it waits says which, so
 * that the next try knows. Pure.
 */
import type { Form, SendResult } from "../../destinations/destination.ts";
import type { Intent } from "../../model/command.ts";

const WORDS = {
  untagged: "goes again without its tags",
  plain: "goes again in its plainest form",
  bare: "goes again without a last picture",
} as const satisfies Partial<Record<Form, string>>;

type Rejected = Extract<SendResult, { kind: "rejected" }>;

/**
 * The form in which it is to be sent, given why it waited; an ending without a picture is bare
 * already.
 */
export function formOf(intent: Intent, reason: string | null): Form {
  if (intent.kind === "end") {
    const hasMore = intent.picture !== undefined || intent.asWritten !== undefined;
    return reason?.startsWith(WORDS.bare) || !hasMore ? "bare" : "full";
  }
  if (reason?.startsWith(WORDS.untagged)) return "untagged";
  return intent.kind === "show" && reason?.startsWith(WORDS.plain) ? "plain" : "full";
}

/** Why the command goes again in a plainer form than this; undefined where there is none. */
export function plainerReason(intent: Intent, form: Form, answer: Rejected): string | undefined {
  const plainer = plainerForm(intent, form, answer);
  return plainer && `${WORDS[plainer]} (${answer.status}: ${answer.message})`;
}

function plainerForm(intent: Intent, form: Form, answer: Rejected): keyof typeof WORDS | undefined {
  if (intent.kind === "end") return form === "bare" ? undefined : "bare";
  if (answer.isForTags && form === "full" && hasTags(intent)) return "untagged";
  return intent.kind === "show" && answer.isForForm && form !== "plain" ? "plain" : undefined;
}

const hasTags = (intent: Intent): boolean =>
  (intent.kind === "push" || intent.kind === "show") && (intent.tags ?? []).length > 0;
