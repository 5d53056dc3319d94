/**
 * What an answer of the core API means for the command that was sent, and for the account that sent
 * it. Pure.
 */
import type { SendResult } from "../../destinations/destination.ts";
import type { Form } from "../../destinations/destination.ts";
import type { Intent } from "../../model/command.ts";
import { sha256Hex } from "../../util/hash.ts";
import type { Feedback } from "../../pacing/account.ts";
import type { ClaimedCommand, CommandAttempt, Settlement } from "../../model/command.ts";
import { meaningOf } from "./answer-table.ts";
import type { Fate } from "./answer-table.ts";
import { retryDelayMs, slowRetryDelayMs } from "../backoff.ts";
import { PAUSED_REASON } from "./paused-stream.ts";
import { plainerReason } from "./plain-form.ts";
import { UNPAID_PROBE_MS, WAITING_FOR_PAYMENT } from "../trouble/troubles.ts";

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

/** All that a fate is carried out by. */
interface Case extends RetryOptions, Sent {
  readonly command: ClaimedCommand;
  readonly answer: SendResult;
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
  const fate = meaningOf(answer, sent.intent.kind).fate[sent.intent.kind];
  return carriedOut(fate, { ...options, ...sent, command, answer });
}

function carriedOut(fate: Fate, it: Case): Result {
  const { command, answer, now, random } = it;
  const again = (delayMs = retryDelayMs(command.attempts, random)) =>
    retried(it, reasonOf(answer), delayMs);
  switch (fate) {
    case "done":
      return { status: "done" };
    case "paused":
      return { status: "skipped", reason: PAUSED_REASON };
    case "again":
      return again();
    case "again when told":
      return again(retryAfterOf(answer));
    case "again for a place":
      return retried(it, WAITING_FOR_SLOT, SLOT_RETRY_MS);
    case "again when paid":
      // Not given up either: nothing is wrong with the call.
      return pending(command, now + UNPAID_PROBE_MS, WAITING_FOR_PAYMENT);
    case "again slowly":
      return again(slowRetryDelayMs(now - command.createdAt));
    case "once more":
      return onceMore(it, again());
    case "plainer, else dead":
      return plainer(it) ?? { status: "dead", reason: reasonOf(answer) };
    case "plainer, else slowly":
      return plainer(it) ?? again(slowRetryDelayMs(now - command.createdAt));
    case "again unless thrown":
      return thrown(command, again());
  }
}

/** Why a command is not done, in words. */
function reasonOf(answer: SendResult): string {
  switch (answer.kind) {
    case "rate_limited":
      return "the core API allows no more calls for now";
    case "activity_limit":
      return `${answer.status}: all ${answer.limit} places are taken`;
    case "unauthorized":
      return API_KEY_REFUSED;
    case "refused":
    case "rejected":
    case "payment_required":
      return `${answer.status}: ${answer.message}`;
    case "unavailable":
      return `the core API answered ${answer.status}`;
    case "no_answer":
      return answer.detail;
    case "not_sent":
      return `sending failed: ${answer.detail}`;
    case "ok":
    case "gone":
      return `${answer.status}`;
  }
}

const pending = (command: ClaimedCommand, notBefore: number, reason: string): Result => ({
  status: "pending",
  notBefore,
  reason,
  possibleRepeat: command.possibleRepeat,
});

/** At once in a plainer form; undefined where there is none. */
function plainer({ command, intent, form, answer, now }: Case): Result | undefined {
  if (answer.kind !== "rejected") return undefined;
  const reason = plainerReason(intent, form, answer);
  return reason === undefined ? undefined : pending(command, now, reason);
}

/** So often the same is thrown before a command is given up: it will be thrown again. */
const MAX_THROWN = 5;

function thrown(command: ClaimedCommand, result: Result): Result {
  if (result.status !== "pending" || command.attempts < MAX_THROWN) return result;
  const { reason } = result;
  return command.reason === reason ? { status: "dead", reason } : result;
}

function retried({ command, now, retryForMs }: Case, reason: string, delayMs: number): Result {
  if (isGivenUp(command, now, retryForMs)) return { status: "dead", reason: `given up: ${reason}` };
  return pending(command, now + delayMs, reason);
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
function onceMore({ command, answer }: Case, result: Result): Result {
  if (result.status !== "pending") return result;
  if (!command.possibleRepeat) return { ...result, possibleRepeat: true };
  const detail =
    answer.kind === "unavailable" ? `a ${answer.status} that is not the API's` : reasonOf(answer);
  return { status: "dead", reason: `sent twice without an answer: ${detail}` };
}

/**
 * What the account learns from an answer.
 * @param kind of what was sent
 * @param isProbe the call was the one that looks whether the API answers again
 */
export function feedbackOf(kind: Intent["kind"], answer: SendResult, isProbe: boolean): Feedback {
  const { learned } = meaningOf(answer, kind);
  if (learned === "unavailable") return { kind: learned, isProbe };
  return learned === "rate_limited"
    ? { kind: learned, retryAfterMs: retryAfterOf(answer) }
    : { kind: learned };
}

const retryAfterOf = (answer: SendResult): number | undefined =>
  answer.kind === "rate_limited" ? answer.retryAfterMs : undefined;

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
  const { picture, channels, tags, asWritten } = intent;
  const written = asWritten === undefined ? [] : [asWritten];
  return sha256Hex(JSON.stringify([picture, channels, tags, ...written]));
}
