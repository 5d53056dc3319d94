/**
 * Asks whether the core API answers before a call that must not be repeated is made. Sends nothing
 * that anybody sees.
 */
import type { Endpoint } from "../model/endpoint.ts";
import { PROBE_MS, applyFeedback } from "../pacing/account.ts";
import type { Circuit } from "../pacing/account.ts";
import type { AccountState } from "../model/account.ts";
import type { Reservation } from "../pacing/ledger.ts";
import { isOfStream } from "../model/command.ts";
import type { ClaimedCommand, CommandAttempt, Settlement } from "../model/command.ts";
import { giveCallBack } from "./own-call.ts";
import { makeProbe } from "./make-call.ts";
import { attemptOf, isGivenUp, feedbackOf } from "./answer/interpret-result.ts";
import type { SendDeps } from "./deps.ts";
import { settle } from "./answer/record-result.ts";
import { tellFeatures, tellOperator } from "./trouble/troubles.ts";

export const WAITING_FOR_PROBE = "waits until the core API answers a probe";

/**
 * A stream's call may be repeated at will. Others wait where nobody answers; a push in its last try
 * where that is in doubt.
 */
export function needsProbe({ intent, possibleRepeat }: ClaimedCommand, circuit: Circuit): boolean {
  if (isOfStream(intent)) return false;
  return circuit === "open" || (circuit === "suspect" && possibleRepeat);
}

/**
 * Spends the command's call on a probe. The command is given back first: where the process dies
 * meanwhile, it was surely not sent. It is due again as soon as the probe is answered; the
 * account's state decides then.
 */
export async function sendProbe(
  deps: SendDeps,
  endpoint: Pick<Endpoint, "apiKey">,
  command: ClaimedCommand,
  taken: Reservation,
): Promise<void> {
  const { account } = command;
  const held = heldBack(deps, command);
  const isHeld = (await settle(deps, command, held)) && held.result.status === "pending";
  if (!isHeld) {
    await giveCallBack(deps, command, taken);
    return;
  }
  if (!(await takeProbeCall(deps, account, taken))) return;
  const at = deps.clock.now();
  const answer = await makeProbe(deps, endpoint);
  const now = deps.clock.now();
  const attempt = attemptOf(at, now, answer);
  deps.observe("probe", attempt);
  const { outcome, status, durationMs, answer: text } = attempt;
  const facts = { account, command_id: command.id, outcome, status, ms: durationMs };
  if (feedbackOf("end", answer, true).kind === "answered") deps.log.info("probe", facts);
  else deps.log.warn("probe", { ...facts, answer: text });
  let before: AccountState | undefined;
  const after = await deps.ledger.update(
    account,
    (state) => {
      before = state;
      return applyFeedback(state, feedbackOf("end", answer, true), now, deps.random());
    },
    taken.feature,
  );
  const known = await tellFeatures(deps, account, taken.feature, before, after);
  await tellOperator(deps, account, known, after);
  await deps.store.wakeCommands(account, WAITING_FOR_PROBE, now);
}

/** False where the minute has no call left of what the destination counts a probe as. */
async function takeProbeCall(
  { ledger, clock, destinationLimits: { probe } }: SendDeps,
  account: string,
  { feature }: Pick<Reservation, "feature">,
): Promise<boolean> {
  // The command's own call is spent on it.
  if (probe === feature) return true;
  let isFree = false;
  await ledger.update(
    account,
    (state) => {
      isFree = state.calls.length < state.limit;
      return isFree ? { ...state, calls: [...state.calls, clock.now()] } : state;
    },
    probe,
  );
  return isFree;
}

function heldBack(
  { clock, retryForMs }: SendDeps,
  command: ClaimedCommand,
): Pick<Settlement, "result" | "stream"> & { readonly attempt: CommandAttempt | null } {
  const now = clock.now();
  const { possibleRepeat } = command;
  const wasHeldBack = command.reason === WAITING_FOR_PROBE;
  if (wasHeldBack && isGivenUp(command, now, retryForMs)) {
    const reason = "given up: the core API answered no probe";
    return { attempt: null, result: { status: "dead", reason }, stream: null };
  }
  // Should this process die, the account rests no longer than this either.
  const notBefore = now + PROBE_MS;
  return {
    attempt: wasHeldBack ? null : heldBackAttempt(now),
    result: { status: "pending", notBefore, reason: WAITING_FOR_PROBE, possibleRepeat },
    stream: null,
  };
}

/** Logged each time that it begins to wait, for whoever asks why nothing happened. */
const heldBackAttempt = (at: number): CommandAttempt => ({
  at,
  durationMs: 0,
  status: null,
  outcome: "held_back",
  answer:
    "Not sent: the core API did not answer the calls before it. It goes out once the API has answered a probe, which changes nothing on any device.",
});
