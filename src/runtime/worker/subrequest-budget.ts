/**
 * Keeps one invocation of the Worker within the calls that it may make: the free plan allows 50 to
 * D1 and to the network, and one more would fail in the middle of a step. Knows no step beyond what
 * it costs. https://developers.cloudflare.com/workers/platform/limits/
 */
import type { DueAccount } from "../../model/command.ts";
import type { Store } from "../../store/port.ts";
import { withSteps } from "../../store/steps.ts";

export interface CallMeter {
  readonly count: () => void;
  /** Whether a step may begin that does at least one thing. */
  readonly hasRoom: () => boolean;
  readonly left: number;
}

/**
 * What one delivery, one run settled by time, one row that was due or one command costs at most in
 * usual cases.
 */
const CALLS_EACH = 5;
/** What a step costs before it has done anything. */
const CALLS_OF_A_STEP = 6;
/** Deliveries at once in an isolate of 128 MB, each of up to 1.5 MB. */
const DELIVERIES_AT_MOST = 16;

export function createCallMeter(max: number): CallMeter {
  let left = max;
  return {
    count: () => void (left -= 1),
    hasRoom: () => left >= 2 * CALLS_EACH + CALLS_OF_A_STEP,
    get left() {
      return left;
    },
  };
}

/** The store with claims no larger than what the invocation can still work off. */
export function withSubrequestLimit(store: Store, meter: CallMeter): Store {
  const affordable = () => Math.floor((meter.left - CALLS_OF_A_STEP) / CALLS_EACH);
  /** Half of it, so that what comes of the deliveries is sent in the same invocation. */
  const digestible = (limit: number) => Math.max(0, Math.min(limit, Math.floor(affordable() / 2)));
  const deliveriesOf = (limit: number) => Math.min(digestible(limit), DELIVERIES_AT_MOST);
  return withSteps(store, {
    claimDeliveries: (options) =>
      store.claimDeliveries({ ...options, limit: deliveriesOf(options.limit) }),
    unclaimedDeliveries: async (options) => {
      const found = await store.unclaimedDeliveries(options);
      // Whoever finds as many as he asked for claims his own instead.
      return found.length < options.limit ? found.slice(0, deliveriesOf(options.limit)) : found;
    },
    dueChecks: (options) => store.dueChecks({ ...options, limit: digestible(options.limit) }),
    claimDue: (options) => store.claimDue({ ...options, limit: digestible(options.limit) }),
    dueAccounts: async (now) => {
      const due = await store.dueAccounts(now);
      return cut(due, affordable());
    },
  });
}

/** The accounts with no more than `most` commands in all. */
function cut(due: readonly DueAccount[], most: number): DueAccount[] {
  let left = most;
  return due.map(({ account, feature, ...wanted }) => {
    const urgent = Math.min(wanted.urgent, left);
    const other = Math.min(wanted.other, left - urgent);
    left -= urgent + other;
    return { account, feature, urgent, other };
  });
}
