/**
 * What answers tell of an account beyond its pacing: that it is not paid for, that somebody has to
 * do something first. Noted in the account, so that all processes know and `/readyz` says it.
 */
import type { SendResult } from "../../destinations/destination.ts";
import type { Intent } from "../../model/command.ts";
import { meaningOf } from "../answer/answer-table.ts";
import { isAhead, PROBE_MS } from "../../pacing/account.ts";
import { isAway, isNews, isRefused, sharing } from "../../pacing/share.ts";
import type { AccountState } from "../../model/account.ts";
import { FEATURES } from "../../model/command.ts";
import type { Feature } from "../../model/command.ts";
import type { SendDeps } from "../deps.ts";

/** So often one call looks whether the account is paid for by now. */
export const UNPAID_PROBE_MS = 15 * 60_000;
export const WAITING_FOR_PAYMENT = "waits until the core API is paid for";

/** Endings and metric values are free. */
export const isPaidFor = ({ kind }: Intent): boolean =>
  kind === "push" || kind === "show" || kind === "badge";

/**
 * The account as an answer to a call leaves it; the same one where the answer tells nothing new.
 */
export function noted(
  state: AccountState,
  { intent, endpointId }: { readonly intent: Intent; readonly endpointId: string },
  answer: SendResult,
  now: number,
): AccountState {
  const { trouble } = meaningOf(answer, intent.kind);
  const { unpaid: _over, refusal, ...rest } = state;
  if (answer.kind === "payment_required") {
    const { message, upgradeUrl } = answer;
    const until = now + UNPAID_PROBE_MS;
    return { ...state, unpaid: { until, message, ...(upgradeUrl && { upgradeUrl }) } };
  }
  if (answer.kind === "refused") {
    const message = `${answer.status}: ${answer.message}`;
    return { ...state, refusal: { at: now, endpointId, message } };
  }
  if (trouble !== "ends" || !isPaidFor(intent)) return state;
  const isMended = refusal?.endpointId === endpointId;
  if (!state.unpaid && !isMended) return state;
  return { ...rest, ...(refusal && !isMended && { refusal }) };
}

/**
 * Until when a call that costs has to wait, in ms since the epoch; undefined where it may go: the
 * account is paid for, or this one looks whether it is, and the others wait for its answer.
 */
export async function unpaidUntil(
  { ledger, clock }: Pick<SendDeps, "ledger" | "clock">,
  account: string,
  feature: Feature,
): Promise<number | undefined> {
  let until: number | undefined;
  await ledger.update(
    account,
    (state) => {
      const now = clock.now();
      const { unpaid } = state;
      until = unpaid && isAhead(unpaid.until, now, UNPAID_PROBE_MS) ? unpaid.until : undefined;
      if (!unpaid || until !== undefined) return state;
      return { ...state, unpaid: { ...unpaid, until: now + PROBE_MS } };
    },
    feature,
  );
  return until;
}

/** Whichever feature learns of the payment, it is logged where it is news to this one. */
const TELLER: Feature = "live-activities";

/**
 * What concerns the whole account is known of all its features at once: a refused API key, whether
 * it is paid for, and an API that does not answer, so that one feature looks for it and not each.
 * @param feature the one that learned it
 * @returns what was known before where that is told from; one of two that learn it together is the
 *   first
 */
export async function tellFeatures(
  { ledger }: Pick<SendDeps, "ledger">,
  account: string,
  feature: Feature,
  before: AccountState | undefined,
  after: AccountState | undefined,
): Promise<AccountState | undefined> {
  if (!before || !after || !isNews(before, after)) return before;
  let known = feature === TELLER ? before : undefined;
  for (const other of FEATURES.filter((it) => it !== feature))
    await ledger.update(
      account,
      (state) => {
        if (other === TELLER) known = state;
        return sharing(state, after);
      },
      other,
    );
  return known;
}

/** Logs what begins and what is over for the whole account, each in one line. */
export async function tellOperator(
  deps: Pick<SendDeps, "store" | "log" | "clock">,
  account: string,
  before: AccountState | undefined,
  after: AccountState | undefined,
): Promise<void> {
  if (!before || !after) return;
  tellOfAnswers(deps, account, before, after);
  if (!before.unpaid && after.unpaid) {
    const { message, upgradeUrl } = after.unpaid;
    const facts = { account, answer: message, upgrade_url: upgradeUrl };
    deps.log.error("not paid for: pushes, updates and badges wait, endings go on", facts);
  }
  if (before.unpaid && !after.unpaid) {
    deps.log.info("paid for: what waited goes on", { account });
    await deps.store.wakeCommands(account, WAITING_FOR_PAYMENT, deps.clock.now());
  }
}

/** A key that stays refused is told with each call that tries it, once a minute. */
function tellOfAnswers(
  { log }: Pick<SendDeps, "log">,
  account: string,
  before: AccountState,
  after: AccountState,
): void {
  if (!isRefused(before) && isRefused(after))
    log.error("the core API refuses the API key: calls wait", { account });
  if (!isAway(before) && isAway(after))
    log.error("the core API does not answer: one call at a time looks for it", { account });
  if (isAway(before) && !isAway(after)) log.info("the core API answers again", { account });
}
