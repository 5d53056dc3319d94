/**
 * Dispatching: from pending commands to calls on the core API. Claims what is due within each
 * account's budget and keeps a bounded number of calls in flight; a slow call holds up no other.
 * Every command is sent at least once or ends with a reason. Knows no provider and composes
 * nothing.
 */
import { refunded } from "../pacing/account.ts";
import { pacingKey } from "../pacing/ledger.ts";
import type { Reservation } from "../pacing/ledger.ts";
import { FEATURE_PRIORITIES } from "../model/command.ts";
import type { ClaimedCommand, DueAccount, Feature } from "../model/command.ts";
import type { Waker } from "../ports.ts";
import { createRollUps } from "./roll-up/roll-up.ts";
import type { RollUpDeps } from "./roll-up/roll-up.ts";
import { sendCommand } from "./send-command.ts";
import type { SendDeps } from "./deps.ts";
import { stackOf } from "../util/error-text.ts";

export interface DispatchDeps extends SendDeps, RollUpDeps {
  readonly store: SendDeps["store"] & RollUpDeps["store"];
  readonly ledger: SendDeps["ledger"];
  readonly waker: Waker;
  /** How many pushes an account may send a minute. */
  readonly pushesPerMinute: number;
}

export interface Dispatcher {
  /**
   * Begins sending what is due now; answers how much it began: 0 means that nothing more can be
   * begun now.
   */
  dispatch(): Promise<number>;
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>;
  /** When the oldest call that is in flight began, in ms since the epoch. */
  oldestFlight(): number | undefined;
}

/**
 * Calls in flight per account: enough to spend a minute's budget at once, few enough to stay in
 * order of priority.
 */
const MAX_IN_FLIGHT = 8;
/**
 * Pushes cannot be repeated in safety, so as few as possible are under way when a process dies: one
 * for each so many calls a minute that there may be, and a failure beside one that is slow.
 */
const CALLS_PER_PUSH_IN_FLIGHT = 600;
const SLOW_PUSH_MS = 1_000;
/**
 * Longer than a call takes with its time-out (10 s), so that a live process keeps what it claimed.
 */
const LEASE_MS = 20_000;

/**
 * due accounts → take calls out of the budget → claim by priority → send each → give back what was
 * not used; and where nothing is left to send, the roll-ups of what waits for a slot
 */
export function createDispatcher(deps: DispatchDeps): Dispatcher {
  const rollUps = createRollUps(deps);
  /** By account and feature: the calls under way with the time at which each began. */
  const inFlight = new Map<string, Flights>();
  const flightsOf = (account: string, feature: Feature): Flights => {
    const key = pacingKey(account, feature);
    const flights = inFlight.get(key) ?? new Map();
    inFlight.set(key, flights);
    return flights;
  };

  async function send(command: ClaimedCommand, taken: Reservation): Promise<void> {
    const leavesOneWaiting = await sendCommand(deps, command, taken);
    if (leavesOneWaiting && deps.rollUp) rollUps.watch(command.account);
  }

  function begin(command: ClaimedCommand, taken: Reservation): void {
    const flights = flightsOf(command.account, taken.feature);
    const flight = send(command, taken)
      .catch((error: unknown) => {
        // Its claim runs out and it is sent again.
        const detail = stackOf(error);
        deps.log.error("sending failed", { command_id: command.id, error: detail });
      })
      .finally(() => {
        flights.delete(flight);
        if (flights.size === 0) inFlight.delete(pacingKey(command.account, taken.feature));
        deps.waker.wake("commands");
      });
    flights.set(flight, deps.clock.now());
  }

  async function dispatchFeature(due: DueAccount): Promise<number> {
    const { account, feature } = due;
    const room = roomFor(feature, flightsOf(account, feature), deps);
    const urgent = Math.min(due.urgent, room.urgent);
    const wanted = { urgent, other: Math.max(0, Math.min(due.other, room.other - urgent)) };
    if (wanted.urgent + wanted.other <= 0) return 0;
    const taken = await deps.ledger.reserve(account, feature, wanted);
    if (taken.isRolledUp) rollUps.watch(account);
    let begun = 0;
    try {
      // Beside a push that hangs while the API is in doubt nothing is begun: it would hang as well.
      const isSuspect = flightsOf(account, feature).size > 0 && taken.circuit !== "closed";
      const granted =
        feature === "notifications" && isSuspect ? { ...taken, urgent: 0, other: 0 } : taken;
      for await (const claimed of claims(deps, account, granted)) {
        for (const command of claimed) begin(command, taken);
        begun += claimed.length;
      }
    } finally {
      const unused = taken.urgent + taken.other - begun;
      if (unused > 0)
        await deps.ledger.update(account, (state) => refunded(state, unused, taken.at), feature);
    }
    return begun;
  }

  async function dispatchDue(): Promise<number> {
    const due = await deps.store.dueAccounts(deps.clock.now());
    const begun = await Promise.all(due.map((feature) => dispatchFeature(feature)));
    return begun.reduce((sum, count) => sum + count, 0);
  }

  return {
    dispatch: async () => {
      const begun = await dispatchDue();
      if (begun > 0) return begun;
      const isQuiet = (account: string) => flightsOf(account, "live-activities").size === 0;
      return (await rollUps.look(isQuiet)) ? dispatchDue() : 0;
    },
    oldestFlight: () => {
      const begun = [...inFlight.values()].flatMap((flights) => [...flights.values()]);
      return begun.length === 0 ? undefined : Math.min(...begun);
    },
    idle: async () => {
      for (const flights of inFlight.values()) await Promise.all(flights.keys());
    },
  };
}

type Flights = Map<Promise<void>, number>;

/** How many more calls of a feature may be under way now. */
function roomFor(
  feature: Feature,
  flights: Flights,
  { clock, pushesPerMinute }: Pick<DispatchDeps, "clock" | "pushesPerMinute">,
): Readonly<Record<"urgent" | "other", number>> {
  if (feature !== "notifications") {
    const room = MAX_IN_FLIGHT - flights.size;
    return { urgent: room, other: room };
  }
  const room = Math.ceil(pushesPerMinute / CALLS_PER_PUSH_IN_FLIGHT) - flights.size;
  const isSlow = Math.min(...flights.values()) <= clock.now() - SLOW_PUSH_MS;
  return { urgent: room === 0 && isSlow ? 1 : Math.max(0, room), other: Math.max(0, room) };
}

/** Failures and ends first, then by priority whatever the rest of the budget allows. */
async function* claims(
  deps: DispatchDeps,
  account: string,
  taken: Pick<Reservation, "feature" | "urgent" | "other">,
): AsyncGenerator<readonly ClaimedCommand[]> {
  const options = { account, now: deps.clock.now(), leaseMs: LEASE_MS };
  const { urgent, other } = FEATURE_PRIORITIES[taken.feature];
  if (urgent && taken.urgent > 0)
    yield deps.store.claimCommands({ ...options, limit: taken.urgent, priorities: urgent });
  if (taken.other > 0)
    yield deps.store.claimCommands({ ...options, limit: taken.other, priorities: other });
}
