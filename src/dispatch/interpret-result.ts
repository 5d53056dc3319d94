/**
 * What an answer of the core API means: for the command that was sent, and for the account that
 * sent it. Pure.
 */
import type { SendResult } from "../destinations/destination.ts";
import type { Form } from "../destinations/destination.ts";
import type { Intent } from "../model/command.ts";
import { sha256Hex } from "../util/hash.ts";
import type { Feedback } from "../pacing/account.ts";
import type { ClaimedCommand, CommandAttempt, Settlement } from "../model/command.ts";
import { retryDelayMs, slowRetryDelayMs } from "./backoff.ts";
import { plainerReason } from "./plain-form.ts";
import { UNPAID_PROBE_MS, WAITING_FOR_PAYMENT } from "./troubles.ts";

/**
 * Commands that wait for a slot are looked at again after this, and at once when one becomes free.
 */
export const SLOT_RETRY_MS = 15_000;
export const API_KEY_REFUSED = "the core API refused the API key";
export const WAITING_FOR_SLOT = "waits for a free Live Activity slot";

export interface RetryOptions {
  /** ms since the epoch. */
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
  /** How long after its making a command is given up, in ms. */
  readonly retryForMs: number;
}

type Result = Settlement["result"];

/** What was sent, and how much of it. */
export interface Sent {
  readonly intent: Intent;
  readonly form: Form;
}

/**
 * What becomes of a command by one answer: done, again later, or dead with the API's words.
 * @param sent what was answered, and in which form
 */
export function resultOf(
  command: ClaimedCommand,
  sent: Sent,
  answer: SendResult,
  options: RetryOptions,
): Result {
  const { now, random } = options;
  const again = (reason: string, delayMs = retryDelayMs(command.attempts, random)) =>
    retried(command, reason, now + delayMs, options);
  switch (answer.kind) {
    case "ok":
    case "gone":
      return { status: "done" };
    case "rate_limited":
      return again("the core API allows no more calls for now", answer.retryAfterMs);
    case "activity_limit":
      return again(WAITING_FOR_SLOT, SLOT_RETRY_MS);
    case "unauthorized":
      return again(API_KEY_REFUSED);
    case "unavailable":
      return unavailable(command, answer, again(`the core API answered ${answer.status}`));
    case "no_answer":
      return unanswered(command, answer, again(answer.detail));
    case "payment_required":
      // Not given up either: nothing is wrong with the call.
      return pending(command, now + UNPAID_PROBE_MS, WAITING_FOR_PAYMENT);
    case "refused":
      return again(
        `${answer.status}: ${answer.message}`,
        slowRetryDelayMs(now - command.createdAt),
      );
    case "rejected":
      return rejected(command, sent, answer, options);
    case "not_sent":
      return thrown(command, again(`sending failed: ${answer.detail}`));
  }
}

const pending = (command: ClaimedCommand, notBefore: number, reason: string): Result => ({
  status: "pending",
  notBefore,
  reason,
  possibleRepeat: command.possibleRepeat,
});

/**
 * At once in a plainer form where there is one. The end of what may be on the screen is never given
 * up at once.
 */
function rejected(
  command: ClaimedCommand,
  sent: Sent,
  answer: Extract<SendResult, { kind: "rejected" }>,
  options: RetryOptions,
): Result {
  const { now } = options;
  const reason = plainerReason(sent.intent, sent.form, answer);
  if (reason !== undefined) return pending(command, now, reason);
  const words = `${answer.status}: ${answer.message}`;
  if (sent.intent.kind !== "end") return { status: "dead", reason: words };
  return retried(command, words, now + slowRetryDelayMs(now - command.createdAt), options);
}

/** So often the same is thrown before a command is given up: it will be thrown again. */
const MAX_THROWN = 5;

function thrown(command: ClaimedCommand, result: Result): Result {
  if (result.status !== "pending" || command.attempts < MAX_THROWN) return result;
  const { reason } = result;
  return command.reason === reason ? { status: "dead", reason } : result;
}

function retried(
  command: ClaimedCommand,
  reason: string,
  notBefore: number,
  { now, retryForMs }: RetryOptions,
): Result {
  if (isGivenUp(command, now, retryForMs)) return { status: "dead", reason: `given up: ${reason}` };
  return pending(command, notBefore, reason);
}

/** It has been tried for as long as it is worth it. */
export const isGivenUp = (
  { createdAt }: ClaimedCommand,
  now: number,
  retryForMs: number,
): boolean => now - createdAt >= retryForMs;

/**
 * A push has no idempotency key: one that may have arrived is sent once more, marked, and no third
 * time.
 */
function unanswered(
  command: ClaimedCommand,
  { sent, detail }: Extract<SendResult, { kind: "no_answer" }>,
  result: Result,
): Result {
  return sent === "no" ? result : maybeArrived(command, detail, result);
}

/**
 * A 2xx that is not the API's own answer tells nothing of what became of the call; another status,
 * that it failed.
 */
function unavailable(
  command: ClaimedCommand,
  { status }: Extract<SendResult, { kind: "unavailable" }>,
  result: Result,
): Result {
  const isUnclear = status >= 200 && status < 300;
  return isUnclear ? maybeArrived(command, `a ${status} that is not the API's`, result) : result;
}

function maybeArrived(command: ClaimedCommand, detail: string, result: Result): Result {
  if (command.intent.kind !== "push" || result.status !== "pending") return result;
  if (command.possibleRepeat)
    return { status: "dead", reason: `sent twice without an answer: ${detail}` };
  return { ...result, possibleRepeat: true };
}

/** What the account learns from an answer. */
/** @param isProbe the call was the one that looks whether the API answers again */
export function feedbackOf(answer: SendResult, isProbe: boolean): Feedback {
  switch (answer.kind) {
    case "ok":
    case "gone":
    case "payment_required":
    case "refused":
    case "rejected":
      return { kind: "answered" };
    case "rate_limited":
      return { kind: "rate_limited", retryAfterMs: answer.retryAfterMs };
    case "activity_limit":
      return { kind: "activity_limit" };
    case "unauthorized":
      return { kind: "unauthorized" };
    case "unavailable":
    case "no_answer":
      return { kind: "unavailable", isProbe };
    case "not_sent":
      return { kind: "nothing" };
  }
}

/** The API cannot have counted a call that never reached it. */
export const isUncounted = (answer: SendResult): boolean =>
  answer.kind === "not_sent" || (answer.kind === "no_answer" && answer.sent === "no");

export function attemptOf(at: number, now: number, answer: SendResult): CommandAttempt {
  return {
    at,
    durationMs: now - at,
    status: "status" in answer ? answer.status : null,
    outcome: answer.kind,
    answer: "text" in answer ? answer.text : answer.detail,
  };
}

/** Identity of a wanted state: what a person sees, who does, and its tags. */
export function wantedHash(intent: Intent): string {
  if (intent.kind !== "show") return sha256Hex(JSON.stringify(intent));
  const { picture, channels, tags } = intent;
  return sha256Hex(JSON.stringify([picture, channels, tags]));
}
