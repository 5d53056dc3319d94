/** What one feature of an account learns for all of them. Pure. */
import { circuitOf, PROBE_MS } from "./account.ts";
import type { AccountState } from "../model/account.ts";

export const isRefused = ({ pause }: AccountState): boolean => pause?.reason === "unauthorized";
export const isAway = (state: AccountState): boolean => circuitOf(state) === "open";

/** Whether a change of one feature concerns the others. */
export function isNews(before: AccountState, after: AccountState): boolean {
  return (
    Boolean(before.unpaid) !== Boolean(after.unpaid) ||
    isRefused(before) !== isRefused(after) ||
    isAway(before) !== isAway(after) ||
    (isAway(after) &&
      before.pause?.until !== after.pause?.until &&
      after.pause?.reason === "unavailable")
  );
}

/** Another feature's state with what `from` has learned of the account. */
export function sharing(state: AccountState, from: AccountState): AccountState {
  const { unpaid: _unpaid, ...rest } = state;
  const paid = { ...rest, ...(from.unpaid && { unpaid: from.unpaid }) };
  if (isRefused(from)) return { ...paid, failures: 0, pause: from.pause };
  if (isAway(from)) return resting(paid, from);
  if (!isAway(state) && !isRefused(state)) return paid;
  const isOver = paid.pause?.reason !== "rate_limited";
  return { ...paid, failures: 0, pause: isOver ? null : paid.pause };
}

/**
 * It rests a little longer than the feature that found nobody: by then that one has looked again,
 * and told.
 */
function resting(state: AccountState, from: AccountState): AccountState {
  const { pause, failures } = from;
  if (!pause || state.pause?.reason === "probing") return state;
  const until = Math.max(pause.until + PROBE_MS, state.pause?.until ?? 0);
  return { ...state, failures, pause: { until, reason: "unavailable" } };
}
