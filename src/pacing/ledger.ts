/**
 * The ledger of accounts: their pacing state in the store, changed by compare-and-swap, so that all
 * processes share one budget and one set of slots.
 */
import type { Clock } from "../ports.ts";
import type { AccountStore, Store } from "../store/port.ts";
import type { Feature } from "../model/command.ts";
import {
  circuitOf,
  grantOf,
  newAccount,
  refreshed,
  refunded,
  spent,
  WINDOW_MS,
} from "./account.ts";
import type { PacingLimits, Circuit } from "./account.ts";
import type { AccountState } from "../model/account.ts";

/** Each conflict means that another process got ahead, so this many in a row are a bug. */
const MAX_CONFLICTS = 100;

type Stored = NonNullable<Awaited<ReturnType<Store["loadAccount"]>>>;
const MAX_REMEMBERED = 1_000;
/** What was seen longer ago may have been changed by another process. */
const FRESH_FOR_MS = 1_000;

/** Calls that failures and ends may make, and those that anything may make. */
export type Calls = Readonly<Record<"urgent" | "other", number>>;

/** Pure, as it may run again; returns the next state and what the caller wants of it. */
type Change<T> = (state: AccountState, now: number) => readonly [AccountState, T];

/** What this process saw a moment ago is enough to know that nothing changes. */
interface SwapOptions {
  readonly allowStale?: boolean;
}

/** Taken out of a budget, and not written yet; what is given back meanwhile is not in it. */
interface Unwritten {
  readonly taken: Reservation;
  readonly calls: Calls;
}

export interface Reservation {
  readonly feature: Feature;
  /**
   * Calls that failures and ends may make, and those that anything may make; already out of the
   * budget.
   */
  readonly urgent: number;
  readonly other: number;
  /** The time under which they were taken, to give back what is not used. */
  readonly at: number;
  /** What was known of the API when they were taken. */
  readonly circuit: Circuit;
  /** It is one call, which looks whether the API answers again. */
  readonly isProbe: boolean;
  /** The API asks for payment: what costs may have to wait. */
  readonly isUnpaid: boolean;
  /** The account has a roll-up activity, or is about to have one. */
  readonly isRolledUp: boolean;
}

/** Pure, as it may run again. */
export type PlaceChange = (state: AccountState) => {
  readonly state: AccountState;
  readonly beginsCall: boolean;
};

export interface Ledger {
  /**
   * Takes up to so many calls out of the account's budget; fewer, or none, where it has not got
   * them. Only this process knows of it until `begin`, `place` or another change of the account
   * writes it down.
   */
  reserve(account: string, feature: Feature, wanted: Calls): Promise<Reservation>;
  /**
   * Makes sure that the store knows of what was taken: no call is made before. False where another
   * process has changed the account meanwhile so that not all of it would be given any more, or not
   * under the same circumstances: nothing of it is taken then, and none of its calls may be made.
   */
  begin(account: string, taken: Reservation): Promise<boolean>;
  /**
   * As `begin`, with a change of the places in the same write. Where the change begins no call the
   * budget may stay unwritten.
   */
  place(account: string, taken: Reservation, change: PlaceChange): Promise<boolean>;
  /** Gives back calls that are not made: no write where none was needed to take them. */
  giveBack(account: string, taken: Reservation, calls: Calls): Promise<void>;
  /**
   * Changes what is known of a feature of an account by a pure function, which may run again; no
   * write where it returns what it was given. Places on the screen belong to Live Activities, which
   * is the feature where none is named.
   */
  update(
    account: string,
    change: (state: AccountState) => AccountState,
    feature?: Feature,
  ): Promise<AccountState>;
  /**
   * As `update`, but where nothing changes by what this process saw a moment ago, that is believed
   * and nothing is asked.
   */
  learn(
    account: string,
    feature: Feature,
    change: (state: AccountState, limits: PacingLimits) => AccountState,
  ): Promise<void>;
}

/** Between the account and the feature in the name of a stored row; no account's name has it. */
const MARK = "#";

/**
 * The row that holds the pacing of one feature of an account. Live Activities have the account's
 * own name, as they had before features were counted apart.
 */
export const pacingKey = (account: string, feature: Feature): string =>
  feature === "live-activities" ? account : `${account}${MARK}${feature}`;

/** The account of a row, whatever its feature. */
export const accountOfKey = (key: string): string => key.split(MARK, 1)[0] ?? key;

/** The row is that of the account's Live Activities, which holds its places. */
export const holdsPlaces = (key: string): boolean => !key.includes(MARK);

export type FeatureLimits = Readonly<Record<Feature, PacingLimits>>;

export const createLedger = (store: AccountStore, limitsOf: FeatureLimits, clock: Clock): Ledger =>
  new StoredLedger(store, limitsOf, clock);

class StoredLedger implements Ledger {
  readonly #store: AccountStore;
  readonly #limitsOf: FeatureLimits;
  readonly #clock: Clock;
  /** One at a time per account within this process: only other processes can get ahead. */
  readonly #turns = new Map<string, Promise<unknown>>();
  /**
   * As this process saw it last: mostly still so, which spares a read. Believed only where the
   * store agrees by a swap.
   */
  readonly #seen = new Map<string, Stored & { readonly at: number }>();

  /** By account and feature, in the order in which it was taken. */
  readonly #unwritten = new Map<string, readonly Unwritten[]>();
  /** What would not be given any more when it was to be written. */
  readonly #lost = new WeakSet<Reservation>();

  constructor(store: AccountStore, limitsOf: FeatureLimits, clock: Clock) {
    this.#store = store;
    this.#limitsOf = limitsOf;
    this.#clock = clock;
  }

  reserve(account: string, feature: Feature, wanted: Calls): Promise<Reservation> {
    const limits = this.#limitsOf[feature];
    const key = pacingKey(account, feature);
    return this.#inTurn(key, async () => {
      const take = (state: AccountState, now: number) =>
        takenFrom(state, feature, limits, now, wanted);
      const seen = this.#seen.get(key);
      const believed = seen && take(...this.#stateNow(key, limits, seen));
      // The write that comes before a call tells whether that was still so.
      const taken =
        believed && countOf(believed) > 0
          ? believed
          : await this.#swap(key, limits, (state, now) => [state, take(state, now)]);
      if (countOf(taken) > 0)
        this.#unwritten.set(key, [...this.#unwrittenOf(key), { taken, calls: taken }]);
      return taken;
    });
  }

  begin(account: string, taken: Reservation): Promise<boolean> {
    return this.#inTurn(pacingKey(account, taken.feature), async () =>
      this.#isUnwritten(account, taken)
        ? this.#place(account, taken, (state) => ({ state, beginsCall: true }))
        : !this.#lost.has(taken),
    );
  }

  place(account: string, taken: Reservation, change: PlaceChange): Promise<boolean> {
    return this.#inTurn(pacingKey(account, taken.feature), () =>
      this.#place(account, taken, change),
    );
  }

  giveBack(account: string, taken: Reservation, calls: Calls): Promise<void> {
    const { feature, at } = taken;
    const key = pacingKey(account, feature);
    return this.#inTurn(key, async () => {
      if (this.#lost.has(taken)) return;
      if (this.#isUnwritten(account, taken)) {
        this.#unwritten.set(key, without(this.#unwrittenOf(key), taken, calls));
        return;
      }
      await this.#swap(key, this.#limitsOf[feature], (state) => [
        refunded(state, countOf(calls), at),
        undefined,
      ]);
    });
  }

  update(
    account: string,
    change: (state: AccountState) => AccountState,
    feature: Feature = "live-activities",
  ): Promise<AccountState> {
    return this.#swapInTurn(account, feature, (state) => {
      const next = change(state);
      return [next, next];
    });
  }

  learn(
    account: string,
    feature: Feature,
    change: (state: AccountState, limits: PacingLimits) => AccountState,
  ): Promise<void> {
    const limits = this.#limitsOf[feature];
    return this.#swapInTurn(account, feature, (state) => [change(state, limits), undefined], {
      allowStale: true,
    });
  }

  #swapInTurn<T>(
    account: string,
    feature: Feature,
    change: Change<T>,
    options: SwapOptions = {},
  ): Promise<T> {
    const key = pacingKey(account, feature);
    return this.#inTurn(key, () => this.#swap(key, this.#limitsOf[feature], change, options));
  }

  #place(account: string, taken: Reservation, change: PlaceChange): Promise<boolean> {
    const { feature } = taken;
    return this.#swap(pacingKey(account, feature), this.#limitsOf[feature], (state) => {
      if (this.#lost.has(taken)) return [state, false];
      const { state: next, beginsCall } = change(state);
      const isToWrite = beginsCall && this.#isUnwritten(account, taken);
      return [isToWrite ? { ...next } : next, true];
    });
  }

  async #swap<T>(
    key: string,
    limits: PacingLimits,
    change: Change<T>,
    { allowStale = false }: SwapOptions = {},
  ): Promise<T> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const remembered = this.#seen.get(key);
      this.#seen.delete(key);
      const stored = remembered ?? (await this.#store.loadAccount(key));
      const [state, now] = this.#stateNow(key, limits, stored);
      const [next, answer] = change(state, now);
      if (next === state) {
        if (remembered && !(allowStale && now - remembered.at < FRESH_FOR_MS)) continue;
        if (remembered) this.#seen.set(key, remembered);
        else if (stored) this.#remember(key, stored);
        return answer;
      }
      const version = stored?.version ?? 0;
      if (await this.#store.saveAccount(key, next, version)) {
        this.#unwritten.delete(key);
        this.#remember(key, { state: next, version: version + 1 });
        return answer;
      }
    }
    throw new Error(`gave up after ${MAX_CONFLICTS} conflicting changes of one account`);
  }

  /** The account as it is now, with what is taken out of its budget and not written yet. */
  #stateNow(
    key: string,
    limits: PacingLimits,
    stored: Pick<Stored, "state"> | undefined,
  ): readonly [AccountState, number] {
    const now = this.#clock.now();
    let state = refreshed(stored?.state ?? newAccount(limits, now), limits, now);
    const kept = this.#unwrittenOf(key).filter((it) => {
      const next = takenAgain(state, it, limits, now);
      if (next) state = next;
      else this.#lost.add(it.taken);
      return next !== undefined;
    });
    this.#unwritten.set(key, kept);
    return [state, now];
  }

  #unwrittenOf(key: string): readonly Unwritten[] {
    return this.#unwritten.get(key) ?? [];
  }

  #isUnwritten(account: string, taken: Reservation): boolean {
    return this.#unwrittenOf(pacingKey(account, taken.feature)).some((it) => it.taken === taken);
  }

  #remember(key: string, stored: Stored): void {
    if (this.#seen.size >= MAX_REMEMBERED) this.#seen.clear();
    this.#seen.set(key, { ...stored, at: this.#clock.now() });
  }

  #inTurn<T>(key: string, step: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(key) ?? Promise.resolve();
    const mine = before.then(step, step);
    this.#turns.set(key, mine);
    const forget = () => this.#turns.get(key) === mine && this.#turns.delete(key);
    void mine.then(forget, forget);
    return mine;
  }
}

function takenFrom(
  state: AccountState,
  feature: Feature,
  limits: PacingLimits,
  now: number,
  wanted: Calls,
): Reservation {
  const grant = grantOf(state, limits, now);
  const urgent = Math.min(wanted.urgent, grant.urgent);
  const other = Math.min(wanted.other, grant.other, grant.urgent - urgent);
  const isRolledUp = state.rollUp !== undefined;
  const isUnpaid = state.unpaid !== undefined;
  const count = urgent + other;
  const isProbe = count > 0 && spent(state, count, now).pause !== null;
  const circuit = circuitOf(state);
  return { feature, urgent, other, at: now, circuit, isProbe, isUnpaid, isRolledUp };
}

const countOf = ({ urgent, other }: Calls): number => urgent + other;

/**
 * An account out of whose budget the same is taken once more; undefined where not all of it is
 * given, or not under the same circumstances, or where it was taken so long ago that it counts no
 * more.
 */
function takenAgain(
  state: AccountState,
  { taken, calls }: Unwritten,
  limits: PacingLimits,
  now: number,
): AccountState | undefined {
  if (taken.at <= now - WINDOW_MS) return undefined;
  const again = takenFrom(state, taken.feature, limits, now, calls);
  const isSame =
    again.urgent === calls.urgent &&
    again.other === calls.other &&
    again.circuit === taken.circuit &&
    again.isProbe === taken.isProbe &&
    again.isUnpaid === taken.isUnpaid;
  return isSame ? spent(state, countOf(calls), taken.at) : undefined;
}

/** What is left where some of its calls are given back. */
function without(
  unwritten: readonly Unwritten[],
  taken: Reservation,
  { urgent, other }: Calls,
): readonly Unwritten[] {
  return unwritten
    .map((it) =>
      it.taken === taken
        ? { taken, calls: { urgent: it.calls.urgent - urgent, other: it.calls.other - other } }
        : it,
    )
    .filter(({ calls }) => countOf(calls) > 0);
}
