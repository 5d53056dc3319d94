/**
 * Dispatching: from pending commands to calls on the core API. Claims what is due within each account's budget and keeps
 * a bounded number of calls in flight; a slow call holds up no other. Every command is sent at least once or ends with a
 * reason. Knows no provider and composes nothing.
 */
import { refunded } from "../pacing/account.ts";
import type { Taken } from "../pacing/ledger.ts";
import { PRIORITY } from "../model/command.ts";
import type { ClaimedCommand, DueAccount } from "../model/command.ts";
import type { Waker } from "../ports.ts";
import { createRollUps } from "./roll-up.ts";
import type { RollUpDeps } from "./roll-up.ts";
import { sendCommand } from "./send-command.ts";
import type { SendDeps } from "./deps.ts";

export interface DispatchDeps extends SendDeps, RollUpDeps {
  readonly store: SendDeps["store"] & RollUpDeps["store"];
  readonly ledger: SendDeps["ledger"];
  readonly waker: Waker;
}

export interface Dispatcher {
  /** Begins sending what is due now; answers how much it began: 0 means that nothing more can be begun now. */
  dispatch(): Promise<number>;
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>;
}

/** Calls in flight per account: enough to spend a minute's budget at once, few enough to stay in order of priority. */
const MAX_IN_FLIGHT = 8;
/** Longer than a call takes with its time-out (10 s), so that a live process keeps what it claimed. */
const LEASE_MS = 20_000;

/**
 * due accounts → take calls out of the budget → claim by priority → send each → give back what was not used; and where
 * nothing is left to send, the roll-ups of what waits for a slot
 */
export function createDispatcher(deps: DispatchDeps): Dispatcher {
  const rollUps = createRollUps(deps);
  const inFlight = new Map<string, Set<Promise<void>>>();
  const flightsOf = (account: string): Set<Promise<void>> => {
    const flights = inFlight.get(account) ?? new Set();
    inFlight.set(account, flights);
    return flights;
  };

  async function send(command: ClaimedCommand, taken: Taken): Promise<void> {
    const leavesOneWaiting = await sendCommand(deps, command, taken);
    if (leavesOneWaiting && deps.rollUp) rollUps.watch(command.account);
  }

  function begin(command: ClaimedCommand, taken: Taken): void {
    const flights = flightsOf(command.account);
    const flight = send(command, taken)
      .catch((error: unknown) => {
        // Its claim runs out and it is sent again.
        const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
        deps.log.error("sending failed", { command_id: command.id, error: detail });
      })
      .finally(() => {
        flights.delete(flight);
        if (flights.size === 0) inFlight.delete(command.account);
        deps.waker.wake("commands");
      });
    flights.add(flight);
  }

  async function dispatchAccount({ account, urgent, other }: DueAccount): Promise<number> {
    const room = MAX_IN_FLIGHT - flightsOf(account).size;
    const wanted = {
      urgent: Math.min(urgent, room),
      other: Math.max(0, Math.min(other, room - urgent)),
    };
    if (wanted.urgent + wanted.other <= 0) return 0;
    const taken = await deps.ledger.take(account, wanted);
    if (taken.isRolledUp) rollUps.watch(account);
    let begun = 0;
    try {
      for await (const claimed of claims(deps, account, taken)) {
        for (const command of claimed) begin(command, taken);
        begun += claimed.length;
      }
    } finally {
      const unused = taken.urgent + taken.other - begun;
      if (unused > 0)
        await deps.ledger.update(account, (state) => refunded(state, unused, taken.at));
    }
    return begun;
  }

  async function dispatchDue(): Promise<number> {
    const due = await deps.store.dueAccounts(deps.clock.now());
    const begun = await Promise.all(due.map((account) => dispatchAccount(account)));
    return begun.reduce((sum, count) => sum + count, 0);
  }

  return {
    dispatch: async () => {
      const begun = await dispatchDue();
      if (begun > 0) return begun;
      const isQuiet = (account: string) => flightsOf(account).size === 0;
      return (await rollUps.look(isQuiet)) ? dispatchDue() : 0;
    },
    idle: async () => {
      for (const flights of inFlight.values()) await Promise.all(flights);
    },
  };
}

/** Failures and ends first, then by priority whatever the rest of the budget allows. */
async function* claims(
  deps: DispatchDeps,
  account: string,
  taken: Taken,
): AsyncGenerator<readonly ClaimedCommand[]> {
  const options = { account, now: deps.clock.now(), leaseMs: LEASE_MS };
  if (taken.urgent > 0) {
    const maxPriority = PRIORITY.streamEnd;
    yield deps.store.claimCommands({ ...options, limit: taken.urgent, maxPriority });
  }
  if (taken.other > 0) yield deps.store.claimCommands({ ...options, limit: taken.other });
}
