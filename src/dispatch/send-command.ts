/**
 * Sending one command: look what is to be done for it, ask for a place, make at most one call, and
 * settle it. What it starts from comes with the claim; key, budget, place and the stream as it is
 * now are asked for.
 */
import type { CountedResult } from "../destinations/destination.ts";
import type { Endpoint } from "../model/endpoint.ts";
import { applyFeedback, toldLeft } from "../pacing/account.ts";
import type { AccountState } from "../model/account.ts";
import type { Reservation } from "../pacing/ledger.ts";
import { areScarce, releaseSlot } from "../pacing/slots.ts";
import { CALL_NAMES } from "../model/command.ts";
import type { ClaimedCommand, CommandAttempt, Intent, Settlement } from "../model/command.ts";
import { meaningOf } from "./answer/answer-table.ts";
import { retryDelayMs } from "./backoff.ts";
import { isOffScreen, later, leftBehind, nextOf, outcomeOf } from "./answer/call-outcome.ts";
import type { CallOutcome } from "./answer/call-outcome.ts";
import { preempt, PREEMPTED_BY } from "./slot/preempt.ts";
import { asLate, sumUpStale } from "./sum-up-stale.ts";
import { makeCall, wordsOf } from "./make-call.ts";
import { formOf } from "./answer/plain-form.ts";
import { needsProbe, sendProbe } from "./probe.ts";
import {
  attemptOf,
  feedbackOf,
  resultOf,
  SLOT_RETRY_MS,
  WAITING_FOR_SLOT,
  wantedHash,
} from "./answer/interpret-result.ts";
import type { SendDeps } from "./deps.ts";
import { senderOf } from "./resolve-credentials.ts";
import { acquireSlot, refreshStream } from "./slot/acquire-slot.ts";
import type { PlacedCommand } from "./slot/acquire-slot.ts";
import { settle } from "./answer/record-result.ts";
import { giveCallBack, putBack } from "./own-call.ts";
import { planCall } from "./plan-call.ts";
import type { Planned } from "./plan-call.ts";
import {
  isPaidFor,
  noted,
  tellFeatures,
  tellOperator,
  unpaidUntil,
  WAITING_FOR_PAYMENT,
} from "./trouble/troubles.ts";

type Result = Settlement["result"];
type ApiKey = Pick<Endpoint, "apiKey">;

const BEING_SUMMED_UP = "is summed up with others";
/** A call on a stream is over in about this time. */
const BUSY_RETRY_MS = 1_000;

/** What came of the one step that was taken for a command. */
interface StepResult extends CallOutcome {
  readonly attempt: CommandAttempt | null;
  /** The call that was taken out of the budget was made. */
  readonly isCounted: boolean;
}

/** Out of which budget a call is, and whether it looks if the API answers again. */
type Counted = Pick<Reservation, "feature" | "isProbe">;

/** What is to be done for a command, when all that can be known before is known. */
type Step =
  /** Another command goes out in its place, and it is settled. */
  | { readonly kind: "replaced" }
  | { readonly kind: "unsent"; readonly came: StepResult }
  | { readonly kind: "probe"; readonly key: ApiKey }
  | {
      readonly kind: "call";
      readonly key: ApiKey;
      readonly command: PlacedCommand;
      readonly plan: Planned;
    }
  | {
      readonly kind: "preempt";
      readonly key: ApiKey;
      readonly command: ClaimedCommand;
      readonly streamKey: string;
    };

/**
 * Where the core API did not answer lately and the call must not be repeated, a probe goes out in
 * its place. Returns whether a stream waits for a slot now: this one, or the one that makes room
 * for it.
 * @param taken of which one call is the command's, to write it down before the call and to give it
 *   back where none is made
 */
export async function sendCommand(
  deps: SendDeps,
  command: ClaimedCommand,
  taken: Reservation,
): Promise<boolean> {
  const step = await prepare(deps, command, taken).catch((error: unknown) =>
    failed(deps, command, error),
  );
  if (step.kind === "replaced") {
    await giveCallBack(deps, command, taken);
    return false;
  }
  if (step.kind === "probe") {
    await sendProbe(deps, step.key, command, taken);
    return false;
  }
  const came = await execute(deps, step, taken);
  if (!came.isCounted) await giveCallBack(deps, command, taken);
  const isKept = await settle(deps, command, came);
  const hasEnded = isKept && came.result.status === "done";
  if (came.slot === "free" && !(hasEnded && (await isWantedByNobody(deps, command))))
    await giveBack(deps, command);
  return leavesOneWaiting(came.result);
}

const leavesOneWaiting = (result: Result): boolean =>
  result.status === "pending" &&
  (result.reason === WAITING_FOR_SLOT || result.reason.startsWith(PREEMPTED_BY));

const unsent = (result: Result): Step => ({
  kind: "unsent",
  came: { attempt: null, result, stream: null, isCounted: false },
});

/** What is on the screen already still has to leave it. */
function skipped(command: PlacedCommand, reason: string, now: number): Step {
  const { intent, stream, goneAt } = command;
  const next = stream?.alive ? nextOf(command, intent, { now, goneAt }) : undefined;
  const result = { status: "skipped", reason } as const;
  return { kind: "unsent", came: { attempt: null, result, stream: null, isCounted: false, next } };
}

/**
 * Nothing was sent yet, so that trying again is safe; the reason is on record for whoever looks.
 */
function failed(deps: SendDeps, command: ClaimedCommand, error: unknown): Step {
  const now = deps.clock.now();
  const detail = wordsOf(error);
  const stack = error instanceof Error ? error.stack : undefined;
  deps.log.error("sending failed", { command_id: command.id, error: stack ?? detail });
  const answer = { kind: "not_sent", detail } as const;
  const { random, retryForMs } = deps;
  const result = resultOf(command, { intent: command.intent, form: "full" }, answer, {
    now,
    random: random(),
    retryForMs,
  });
  const made = { attempt: attemptOf(now, now, answer), isCounted: false };
  return {
    kind: "unsent",
    came: { ...made, ...(leftBehind(command, result) ?? { result, stream: null }) },
  };
}

async function prepare(deps: SendDeps, claimed: ClaimedCommand, taken: Reservation): Promise<Step> {
  const { kind } = claimed.intent;
  if (!deps.destinationLimits.takes.has(kind))
    return unsent({ status: "skipped", reason: `the destination takes no ${CALL_NAMES[kind]}` });
  const sender = await senderOf(deps, claimed);
  if (sender.kind === "unsent") return unsent(sender.result);
  const { key } = sender;
  const now = deps.clock.now();
  if (needsProbe(claimed, taken.circuit))
    return (await deps.ledger.begin(claimed.account, taken))
      ? { kind: "probe", key }
      : unsent(putBack(claimed, now));
  const late = await sumUpStale(deps, claimed);
  if (late === "replaced") return { kind: "replaced" };
  if (late === "again") return unsent(later(claimed, now + BUSY_RETRY_MS, BEING_SUMMED_UP));
  const command = await refreshStream(deps, asLate(sender.command, now));
  // Nothing but a stream has a confirmed state to compare with.
  const wanted = command.streamKey === null ? "" : wantedHash(command.intent);
  const plan = planCall(command, wanted, now, deps.updateIntervalMs);
  if (plan.kind === "skip") return skipped(command, plan.reason, now);
  if (plan.kind === "defer") return unsent(later(command, plan.until, plan.reason));
  const isCostly = taken.isUnpaid && isPaidFor(plan.intent);
  const unpaid = isCostly ? await unpaidUntil(deps, command.account, taken.feature) : undefined;
  if (unpaid !== undefined) return unsent(later(command, unpaid, WAITING_FOR_PAYMENT));
  return placed(deps, key, command, plan, taken);
}

/** The last step before a call: with its place its budget is written down. */
async function placed(
  deps: SendDeps,
  key: ApiKey,
  command: PlacedCommand,
  plan: Planned,
  taken: Reservation,
): Promise<Step> {
  const now = deps.clock.now();
  const slot = await acquireSlot(deps, command, plan, taken);
  switch (slot.kind) {
    case "no slot needed":
    case "granted":
      return { kind: "call", key, command, plan };
    case "wait":
      return unsent(later(command, now + SLOT_RETRY_MS, WAITING_FOR_SLOT));
    case "busy":
      return unsent(later(command, now + BUSY_RETRY_MS, "another call on the stream is under way"));
    case "no call left":
      return unsent(putBack(command, now));
    case "preempt":
      return { kind: "preempt", key, command, streamKey: slot.streamKey };
  }
}

async function execute(
  deps: SendDeps,
  step: Exclude<Step, { kind: "probe" | "replaced" }>,
  taken: Counted,
): Promise<StepResult> {
  switch (step.kind) {
    case "unsent":
      return step.came;
    case "call":
      return call(deps, step.key, step.command, step.plan, taken);
    case "preempt":
      return takePlace(deps, step.key, step.command, step.streamKey);
  }
}

async function takePlace(
  deps: SendDeps,
  key: ApiKey,
  command: ClaimedCommand,
  streamKey: string,
): Promise<StepResult> {
  const reason = `${PREEMPTED_BY} ${streamKey}`;
  const bareReason = `${reason}, which ends without a last picture`;
  const victim = { streamKey, isBare: command.reason === bareReason };
  const { attempt, outcome, isCounted } = await preempt(deps, key, command.account, victim);
  const delay = outcome === "failed" ? retryDelayMs(command.attempts, deps.random()) : 0;
  const why = outcome === "needs bare" ? bareReason : reason;
  const result = later(command, deps.clock.now() + delay, why);
  return { attempt, result, stream: null, isCounted };
}

async function call(
  deps: SendDeps,
  key: ApiKey,
  command: PlacedCommand,
  plan: Planned,
  taken: Counted,
): Promise<StepResult> {
  const at = deps.clock.now();
  const { intent } = plan;
  const wire = { intent, form: formOf(intent, command.reason) };
  const answer = await makeCall(deps, key, intent, wire.form);
  const now = deps.clock.now();
  const attempt = { ...attemptOf(at, now, answer), sent: intent };
  deps.observe(CALL_NAMES[intent.kind], attempt);
  await learn(deps, command, taken, { intent, answer, isStart: plan.start !== undefined, now });
  const { retryForMs } = deps;
  const options = { now, random: deps.random(), retryForMs, goneAt: command.goneAt };
  const outcome = outcomeOf(command, wire, answer, options);
  return { attempt, isCounted: meaningOf(answer, intent.kind).isCounted, ...outcome };
}

interface Answered {
  readonly intent: Intent;
  readonly answer: CountedResult;
  readonly isStart: boolean;
  readonly now: number;
}

/** What the account learns from the answer, and who is told of it. */
async function learn(
  deps: SendDeps,
  { account, streamKey, endpointId }: ClaimedCommand,
  { feature, isProbe }: Counted,
  { intent, answer, isStart, now }: Answered,
): Promise<void> {
  const isOff = streamKey !== null && isOffScreen(intent, answer, isStart);
  let before: AccountState | undefined;
  let after: AccountState | undefined;
  await deps.ledger.learn(account, feature, (state, { callsPerMinute }) => {
    before = state;
    const placed = isOff ? releaseSlot(state, streamKey) : state;
    const paced = applyFeedback(
      placed,
      feedbackOf(intent.kind, answer, isProbe),
      now,
      deps.random(),
    );
    const told = answer.quota ? toldLeft(paced, { ...answer.quota, callsPerMinute }, now) : paced;
    after = noted(told, { intent, endpointId }, answer, now);
    return after;
  });
  const known = await tellFeatures(deps, account, feature, before, after);
  await tellOperator(deps, account, known, after);
}

const MOST_LOOKED_AT = 1_000;

/**
 * There are places enough, and nobody waits for one. That of a stream whose end the store knows to
 * be confirmed is free without being written off.
 */
async function isWantedByNobody(
  { ledger, store }: SendDeps,
  { account, streamKey }: ClaimedCommand,
): Promise<boolean> {
  const state = await ledger.update(account, (it) => it);
  const slot = state.slots.find((it) => it.streamKey === streamKey);
  if (slot?.leavesAt === undefined || areScarce(state)) return false;
  const open = await store.openStreamCommands(account, MOST_LOOKED_AT);
  return open.length < MOST_LOOKED_AT && open.every(({ reason }) => reason !== WAITING_FOR_SLOT);
}

/** Only when the store knows what came of the call may another take the stream's place. */
async function giveBack(deps: SendDeps, { account, streamKey }: ClaimedCommand): Promise<void> {
  if (streamKey === null) return;
  await deps.ledger.update(account, (state) => releaseSlot(state, streamKey));
  await deps.store.wakeCommands(account, WAITING_FOR_SLOT, deps.clock.now());
}
