/**
 * Dispatching: from pending commands to calls on the core API. Claims what is due within each
 * account's budget and keeps a bounded number of calls in flight; a slow call holds up no other.
 * Every command is sent at least once or ends with a reason. Knows no provider and composes
 * nothing.
 */
import type { Reservation } from "../pacing/ledger.ts";
import { FEATURE_PRIORITIES } from "../model/command.ts";
import type { ClaimedCommand, DueAccount } from "../model/command.ts";
import type { Waker } from "../ports.ts";
import { createRollUps } from "./roll-up/roll-up.ts";
import type { RollUpDeps, RollUps } from "./roll-up/roll-up.ts";
import { Flights } from "./flights.ts";
import { kindOfCall } from "./own-call.ts";
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
   * Begins sending what is due now; returns how much it began: 0 means that nothing more can be
   * begun now.
   */
  dispatch(): Promise<number>;
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>;
  /** When the oldest call that is in flight began, in ms since the epoch. */
  oldestFlight(): number | undefined;
}

/**
 * Longer than a call takes with its time-out (10 s), so that a live process keeps what it claimed.
 */
const LEASE_MS = 20_000;

export const createDispatcher = (deps: DispatchDeps): Dispatcher => new PacedDispatcher(deps);

/**
 * due accounts → see which calls the budget allows → claim by priority → send each, its call written
 * down first → give back what was not used; and where nothing is left to send, the roll-ups of what
 * waits for a slot
 */
class PacedDispatcher implements Dispatcher {
  readonly #deps: DispatchDeps;
  readonly #rollUps: RollUps;
  readonly #flights: Flights;

  constructor(deps: DispatchDeps) {
    this.#deps = deps;
    this.#rollUps = createRollUps(deps);
    this.#flights = new Flights(deps.clock, deps.pushesPerMinute);
  }

  async dispatch(): Promise<number> {
    const begun = await this.#dispatchDue();
    if (begun > 0) return begun;
    const isQuiet = (account: string) => this.#flights.count(account, "live-activities") === 0;
    return (await this.#rollUps.look(isQuiet)) ? this.#dispatchDue() : 0;
  }

  idle(): Promise<void> {
    return this.#flights.over();
  }

  oldestFlight(): number | undefined {
    return this.#flights.oldest();
  }

  async #dispatchDue(): Promise<number> {
    const { store, clock } = this.#deps;
    const due = await store.dueAccounts(clock.now());
    const begun = await Promise.all(due.map((feature) => this.#dispatchFeature(feature)));
    return begun.reduce((sum, count) => sum + count, 0);
  }

  async #dispatchFeature(due: DueAccount): Promise<number> {
    const { account, feature } = due;
    const { ledger } = this.#deps;
    const room = this.#flights.room(account, feature);
    const urgent = Math.min(due.urgent, room.urgent);
    const wanted = { urgent, other: Math.max(0, Math.min(due.other, room.other - urgent)) };
    if (wanted.urgent + wanted.other <= 0) return 0;
    const taken = await ledger.reserve(account, feature, wanted);
    if (taken.isRolledUp) this.#rollUps.watch(account);
    const unused = { urgent: taken.urgent, other: taken.other };
    let begun = 0;
    try {
      for await (const claimed of claims(this.#deps, account, this.#granted(account, taken))) {
        for (const command of claimed) this.#begin(command, taken);
        for (const command of claimed) unused[kindOfCall(command, feature)] -= 1;
        begun += claimed.length;
      }
    } finally {
      if (unused.urgent + unused.other > 0) await ledger.giveBack(account, taken, unused);
    }
    return begun;
  }

  /**
   * Beside a push that hangs while the API is in doubt nothing is begun: it would hang as well.
   */
  #granted(account: string, taken: Reservation): Reservation {
    const isSuspect = this.#flights.count(account, taken.feature) > 0 && taken.circuit !== "closed";
    return taken.feature === "notifications" && isSuspect
      ? { ...taken, urgent: 0, other: 0 }
      : taken;
  }

  #begin(command: ClaimedCommand, taken: Reservation): void {
    const { log, waker } = this.#deps;
    const call = this.#send(command, taken).catch((error: unknown) => {
      // Its claim runs out and it is sent again.
      log.error("sending failed", { command_id: command.id, error: stackOf(error) });
    });
    this.#flights.add(command.account, taken.feature, call);
    void call.then(() => waker.wake("commands"));
  }

  async #send(command: ClaimedCommand, taken: Reservation): Promise<void> {
    const leavesOneWaiting = await sendCommand(this.#deps, command, taken);
    if (leavesOneWaiting && this.#deps.rollUp) this.#rollUps.watch(command.account);
  }
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
