/** What an answer of the core API means: for the command that was sent, and for the account that sent it. Pure. */
import type { CoreResult } from "../destinations/activitysmith/client.ts";
import type { CoreCall } from "../destinations/activitysmith/contract.ts";
import { sha256Hex } from "../util/hash.ts";
import type { Lesson } from "../pacing/account.ts";
import type { ClaimedCommand, CommandAttempt, Settlement } from "../model/command.ts";
import { retryDelayMs } from "./backoff.ts";

/** Commands that wait for a slot are looked at again after this, and at once when one becomes free. */
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

/** What becomes of a command by one answer: done, again later, or dead with the API's words. */
export function resultOf(
  command: ClaimedCommand,
  answer: CoreResult,
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
      return again(`the core API answered ${answer.status}`);
    case "no_answer":
      return unanswered(command, answer, again(answer.detail));
    case "rejected":
      return { status: "dead", reason: `${answer.status}: ${answer.message}` };
  }
}

function retried(
  command: ClaimedCommand,
  reason: string,
  notBefore: number,
  { now, retryForMs }: RetryOptions,
): Result {
  if (isGivenUp(command, now, retryForMs)) return { status: "dead", reason: `given up: ${reason}` };
  return { status: "pending", notBefore, reason, possibleRepeat: command.possibleRepeat };
}

/** It has been tried for as long as it is worth it. */
export const isGivenUp = (
  { createdAt }: ClaimedCommand,
  now: number,
  retryForMs: number,
): boolean => now - createdAt >= retryForMs;

/** A push has no idempotency key: one that may have arrived is sent once more, marked, and no third time. */
function unanswered(
  command: ClaimedCommand,
  { sent, detail }: Extract<CoreResult, { kind: "no_answer" }>,
  result: Result,
): Result {
  if (command.call.call !== "push" || sent === "no" || result.status !== "pending") return result;
  if (command.possibleRepeat)
    return { status: "dead", reason: `sent twice without an answer: ${detail}` };
  return { ...result, possibleRepeat: true };
}

/** What the account learns from an answer. */
export function lessonOf(answer: CoreResult): Lesson {
  switch (answer.kind) {
    case "ok":
    case "gone":
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
      return { kind: "unavailable" };
  }
}

export function attemptOf(at: number, now: number, answer: CoreResult): CommandAttempt {
  return {
    at,
    durationMs: now - at,
    status: "status" in answer ? answer.status : null,
    outcome: answer.kind,
    answer: "text" in answer ? answer.text : answer.detail,
  };
}

/** Identity of a wanted state: the whole body of an update; of an ending only which ending it is, late details change nothing. */
export function wantedHash(call: CoreCall): string {
  return sha256Hex(call.call === "stream_end" ? call.ending : JSON.stringify(call.body));
}
