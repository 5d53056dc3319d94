/** Sending one command: plan, slot, at most one call, settle. Everything it needs to know comes with the claim. */
import type { CoreCall } from "../destinations/activitysmith/contract.ts";
import type { Endpoint } from "../model/endpoint.ts";
import { refunded, taught } from "../pacing/account.ts";
import type { Taken } from "../pacing/ledger.ts";
import { callOver, releaseSlot } from "../pacing/slots.ts";
import type { ClaimedCommand, CommandAttempt, Settlement } from "../model/command.ts";
import type { StreamRecord } from "../model/stream.ts";
import { retryDelayMs } from "./backoff.ts";
import { displace, TAKES_PLACE } from "./preempt.ts";
import { needsProbe, sendProbe } from "./probe.ts";
import {
  attemptOf,
  lessonOf,
  resultOf,
  SLOT_RETRY_MS,
  WAITING_FOR_SLOT,
  wantedHash,
} from "./interpret-result.ts";
import type { SendDeps } from "./deps.ts";
import { senderOf } from "./resolve-credentials.ts";
import { isOffScreen, takeSlot, upToDate } from "./acquire-slot.ts";
import { settle } from "./record-result.ts";
import { planCall } from "./plan-call.ts";
import type { Planned } from "./plan-call.ts";

type Result = Settlement["result"];

/** A call on a stream is over in about this time. */
const BUSY_RETRY_MS = 1_000;

interface Sent {
  readonly attempt: CommandAttempt | null;
  readonly result: Result;
  /** What the API has confirmed of the stream; null where nothing new. */
  readonly stream: StreamRecord | null;
  /** After a call on a stream: whether it keeps its slot. */
  readonly slot?: "kept" | "free";
}

/**
 * Where the core API did not answer lately and the call must not be repeated, a probe goes out in its place.
 * Answers whether a stream waits for a slot now: this one, or the one that makes room for it.
 * @param taken how its call was taken out of the budget, to give it back where none is made
 */
export async function sendCommand(
  deps: SendDeps,
  command: ClaimedCommand,
  taken: Pick<Taken, "at" | "presence">,
): Promise<boolean> {
  const sender = await senderOf(deps, command);
  const isReady = sender.kind === "ready";
  if (isReady && needsProbe(command, taken.presence)) {
    await sendProbe(deps, sender.key, command, taken);
    return false;
  }
  const sent = isReady ? await send(deps, sender.key, sender.command) : unsent(sender.result);
  if (!sent.attempt)
    await deps.ledger.update(command.account, (state) => refunded(state, 1, taken.at));
  await settle(deps, command, sent);
  if (sent.slot) await giveBack(deps, command, sent.slot);
  return leavesOneWaiting(sent.result);
}

const leavesOneWaiting = (result: Result): boolean =>
  result.status === "pending" &&
  (result.reason === WAITING_FOR_SLOT || result.reason.startsWith(TAKES_PLACE));

const unsent = (result: Result): Sent => ({ attempt: null, result, stream: null });

async function send(
  deps: SendDeps,
  endpoint: Pick<Endpoint, "apiKey">,
  claimed: ClaimedCommand,
): Promise<Sent> {
  const command = await upToDate(deps, claimed);
  const now = deps.clock.now();
  // Nothing but a stream has a confirmed state to compare with.
  const wanted = command.streamKey === null ? "" : wantedHash(command.call);
  const plan = planCall(command, wanted, now, deps.updateIntervalMs);
  if (plan.kind === "skip") return unsent({ status: "skipped", reason: plan.reason });
  if (plan.kind === "defer") return unsent(later(command, plan.until, plan.reason));
  const slot = await takeSlot(deps, command, plan);
  switch (slot?.kind) {
    case undefined:
    case "granted":
      return call(deps, endpoint, command, plan);
    case "wait":
      return unsent(later(command, now + SLOT_RETRY_MS, WAITING_FOR_SLOT));
    case "busy":
      return unsent(later(command, now + BUSY_RETRY_MS, "another call on the stream is under way"));
    case "displace":
      return takePlace(deps, endpoint, command, slot.streamKey);
  }
}

async function takePlace(
  deps: SendDeps,
  endpoint: Pick<Endpoint, "apiKey">,
  command: ClaimedCommand,
  streamKey: string,
): Promise<Sent> {
  const client = deps.clientFor(endpoint);
  const { attempt, isGone } = await displace(deps, client, command.account, streamKey);
  const delay = isGone ? 0 : retryDelayMs(command.attempts, deps.random());
  const reason = `${TAKES_PLACE} ${streamKey}`;
  return { attempt, result: later(command, deps.clock.now() + delay, reason), stream: null };
}

const later = (command: ClaimedCommand, notBefore: number, reason: string): Result => ({
  status: "pending",
  notBefore,
  reason,
  possibleRepeat: command.possibleRepeat,
});

async function call(
  deps: SendDeps,
  endpoint: Pick<Endpoint, "apiKey">,
  command: ClaimedCommand,
  plan: Planned,
): Promise<Sent> {
  const at = deps.clock.now();
  const answer = await deps.clientFor(endpoint).send(plan.call);
  const now = deps.clock.now();
  const attempt = attemptOf(at, now, answer);
  deps.observe(plan.call.call, attempt);
  const result = resultOf(command, answer, {
    now,
    random: deps.random(),
    retryForMs: deps.retryForMs,
  });
  // Of an endpoint that left nobody calls the stream again: it must not hold its slot for ever.
  const isDropped = result.status === "dead" && command.left !== undefined;
  const isOver = (result.status === "done" || isDropped) && plan.call.call === "stream_end";
  const key = command.streamKey;
  const isOff = key !== null && isOffScreen(answer, plan.start !== undefined);
  await deps.ledger.learn(command.account, (state) =>
    taught(isOff ? releaseSlot(state, key) : state, lessonOf(answer), now, deps.random()),
  );
  const slot = isOver ? "free" : "kept";
  const { stream: known = null } = command;
  if (answer.kind === "activity_limit" && known?.alive)
    return { attempt, result, slot, stream: { ...known, alive: false, confirmedHash: null } };
  if (result.status !== "done") return { attempt, result, slot, stream: null };
  // Its start had got no answer and did not take effect, so nobody has seen the ending.
  if (answer.kind === "gone" && !known?.alive)
    return { attempt, result: later(command, now, "was not on the screen"), slot, stream: null };
  const stream = await confirmed(command, plan.call, now);
  // The ending was shown by a start; now it is to end, by a call of its own.
  return {
    attempt,
    slot,
    stream,
    result: plan.thenEnds ? later(command, now, "is shown, and ends next") : result,
  };
}

/** Only when the store knows what came of the call may the stream be called again, or another take its place. */
async function giveBack(
  deps: SendDeps,
  { account, streamKey }: ClaimedCommand,
  slot: NonNullable<Sent["slot"]>,
): Promise<void> {
  if (streamKey === null) return;
  const change = slot === "free" ? releaseSlot : callOver;
  await deps.ledger.update(account, (state) => change(state, streamKey));
  if (slot === "free") await deps.store.wakeCommands(account, WAITING_FOR_SLOT, deps.clock.now());
}

/** What the API has confirmed of a stream by a call that succeeded; null for calls that concern no stream. */
async function confirmed(
  command: ClaimedCommand,
  sent: CoreCall,
  now: number,
): Promise<StreamRecord | null> {
  if (sent.call !== "stream_update" && sent.call !== "stream_end") return null;
  return {
    streamKey: sent.streamKey,
    account: command.account,
    alive: sent.call === "stream_update",
    confirmedHash: wantedHash(sent),
    confirmedState: sent.body.content_state ?? null,
    confirmedAt: now,
  };
}
