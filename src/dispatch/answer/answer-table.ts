/**
 * What an answer of a destination means, in one table: for the command that asked, by its kind; for
 * the card of its stream; for the account. Everything else that dispatch decides after a call reads
 * it here. Pure data.
 */
import type { SendResult } from "../../destinations/destination.ts";
import type { Intent } from "../../model/command.ts";

/** What becomes of a command. */
export type Fate =
  | "done"
  /** It was taken, and nobody sees it before somebody resumes its stream. */
  | "paused"
  /** Again after a delay that grows with each try, until it is given up. */
  | "again"
  /** Again at the time that the destination told, else as `again`. */
  | "again when told"
  | "again for a place"
  | "again when paid"
  /** Again after minutes: somebody has to do something first. */
  | "again slowly"
  /** It may have arrived: once more, marked as a possible repeat, and no third time. */
  | "once more"
  /** At once in a plainer form; where there is none it is dead with the destination's words. */
  | "plainer, else dead"
  /**
   * At once in a plainer form; where there is none as `again slowly`: what may be on the screen is
   * not given up.
   */
  | "plainer, else slowly"
  /** As `again`, and dead once the same was thrown so often that it will be thrown again. */
  | "again unless thrown";

/** What a call to show a stream leaves on the screen. */
export type Card =
  | "shown"
  /** Taken off, or never put on. */
  | "none"
  /** The call changed nothing. */
  | "as before"
  /** Nobody heard what the call did. */
  | "unknown";

/** What the account learns: see `Feedback` of pacing. */
export type Learned =
  | "answered"
  | "rate_limited"
  | "activity_limit"
  | "unauthorized"
  | "unavailable"
  | "nothing";

/**
 * Something that an operator has to see to: it begins, or is over once a call that costs was taken.
 */
export type Trouble = "begins" | "ends" | "none";

export interface Meaning {
  readonly fate: Readonly<Record<Intent["kind"], Fate>>;
  readonly card: Card;
  readonly learned: Learned;
  readonly trouble: Trouble;
  /** The destination may have counted the call against a limit. */
  readonly isCounted: boolean;
}

/** The answers that are told apart: the kinds of a result, and of some kinds their variants. */
export type Answer =
  | "ok"
  | "ok, paused"
  | "gone"
  | "rate limited"
  /** Every place is taken. */
  | "full"
  /** Every place is taken with some of the people addressed; the others may see it. */
  | "full for some"
  /** Said to take every place, of a command that needs none. */
  | "full for no stream"
  | "unauthorized"
  | "unpaid"
  | "refused"
  | "rejected"
  | "unavailable"
  /** A success in words that are not the destination's own. */
  | "unclear"
  /** No answer, and the call may have taken effect. */
  | "unanswered"
  | "never connected"
  | "not sent";

/** Which row of the table an answer to such a command is. */
export function answerOf(result: SendResult, kind: Intent["kind"]): Answer {
  switch (result.kind) {
    case "ok":
      return result.isPaused && kind === "show" ? "ok, paused" : "ok";
    case "activity_limit":
      if (kind !== "show") return "full for no stream";
      return result.maybeShown ? "full for some" : "full";
    case "unavailable":
      return result.status >= 200 && result.status < 300 ? "unclear" : "unavailable";
    case "no_answer":
      return result.sent === "no" ? "never connected" : "unanswered";
    case "rate_limited":
      return "rate limited";
    case "payment_required":
      return "unpaid";
    case "not_sent":
      return "not sent";
    case "gone":
    case "unauthorized":
    case "refused":
    case "rejected":
      return result.kind;
  }
}

/** The same for every kind but those that are named. */
const fates = (every: Fate, of: Partial<Record<Intent["kind"], Fate>> = {}): Meaning["fate"] => ({
  push: every,
  show: every,
  end: every,
  metric: every,
  badge: every,
  ...of,
});

const row = (
  fate: Meaning["fate"],
  card: Card,
  learned: Learned,
  trouble: Trouble = "none",
): Meaning => ({ fate, card, learned, trouble, isCounted: true });

/** No destination can count what never reached it. */
const uncounted = (...cells: Parameters<typeof row>): Meaning => ({
  ...row(...cells),
  isCounted: false,
});

// prettier-ignore
export const ANSWERS: Readonly<Record<Answer, Meaning>> = {
  "ok":                 row(fates("done"),                              "shown",     "answered",       "ends"),
  "ok, paused":         row(fates("done", { show: "paused" }),          "none",      "answered",       "ends"),
  "gone":               row(fates("done"),                              "none",      "answered"),
  "rate limited":       row(fates("again when told"),                   "as before", "rate_limited"),
  "full":               row(fates("again for a place"),                 "none",      "activity_limit"),
  "full for some":      row(fates("again for a place"),                 "unknown",   "activity_limit"),
  "full for no stream": row(fates("again"),                             "as before", "answered"),
  "unauthorized":       row(fates("again"),                             "as before", "unauthorized"),
  "unpaid":             row(fates("again when paid"),                   "as before", "answered",       "begins"),
  "refused":            row(fates("again slowly"),                      "as before", "answered",       "begins"),
  "rejected":           row(fates("plainer, else dead", { end: "plainer, else slowly" }), "as before", "answered"),
  "unavailable":        row(fates("again"),                             "unknown",   "unavailable"),
  "unclear":            row(fates("again", { push: "once more" }),      "unknown",   "unavailable"),
  "unanswered":         row(fates("again", { push: "once more" }),      "unknown",   "unavailable"),
  "never connected":    uncounted(fates("again"),                       "as before", "unavailable"),
  "not sent":           uncounted(fates("again unless thrown"),         "as before", "nothing"),
};

export const meaningOf = (result: SendResult, kind: Intent["kind"]): Meaning =>
  ANSWERS[answerOf(result, kind)];
