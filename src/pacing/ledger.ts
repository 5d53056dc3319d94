/**
 * The ledger of accounts: their pacing state in the store, changed by compare-and-swap, so that all
 * processes share one budget and one set of slots.
 */
import type { Clock } from "../ports.ts";
import type { AccountStore, Durability, Store } from "../store/port.ts";
import type { Feature } from "../model/command.ts";
import { grantOf, newAccount, circuitOf, refreshed, spent } from "./account.ts";
import type { PacingLimits, Circuit } from "./account.ts";
import type { AccountState } from "../model/account.ts";

/** Each conflict means that another process got ahead, so this many in a row are a bug. */
const MAX_CONFLICTS = 100;

type Stored = NonNullable<Awaited<ReturnType<Store["loadAccount"]>>>;
const MAX_REMEMBERED = 1_000;
/** What was seen longer ago may have been changed by another process. */
const FRESH_FOR_MS = 1_000;

type Wanted = Readonly<Record<"urgent" | "other", number>>;

/** Pure, as it may run again; returns the next state and what the caller wants of it. */
type Change<T> = (state: AccountState, now: number) => readonly [AccountState, T];

interface SwapOptions {
  /** What this process saw a moment ago is enough to know that nothing changes. */
  readonly allowStale?: boolean;
  readonly durability?: Durability;
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

export interface Ledger {
  /**
   * Takes up to so many calls out of the account's budget; fewer, or none, where it has not got
   * them. Not synced: the claim of the commands that the calls are for is, and makes this safe with
   * it.
   */
  reserve(account: string, feature: Feature, wanted: Wanted): Promise<Reservation>;
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

  constructor(store: AccountStore, limitsOf: FeatureLimits, clock: Clock) {
    this.#store = store;
    this.#limitsOf = limitsOf;
    this.#clock = clock;
  }

  reserve(account: string, feature: Feature, wanted: Wanted): Promise<Reservation> {
    const limits = this.#limitsOf[feature];
    return this.#swapInTurn(
      account,
      feature,
      (state, now) => takenFrom(state, feature, limits, now, wanted),
      { durability: "unsynced" },
    );
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

  async #swap<T>(
    key: string,
    limits: PacingLimits,
    change: Change<T>,
    { allowStale = false, durability = "synced" }: SwapOptions,
  ): Promise<T> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const remembered = this.#seen.get(key);
      this.#seen.delete(key);
      const stored = remembered ?? (await this.#store.loadAccount(key));
      const now = this.#clock.now();
      const state = refreshed(stored?.state ?? newAccount(limits, now), limits, now);
      const [next, answer] = change(state, now);
      if (next === state) {
        if (remembered && !(allowStale && now - remembered.at < FRESH_FOR_MS)) continue;
        if (remembered) this.#seen.set(key, remembered);
        else if (stored) this.#remember(key, stored);
        return answer;
      }
      const version = stored?.version ?? 0;
      if (await this.#store.saveAccount(key, next, version, durability)) {
        this.#remember(key, { state: next, version: version + 1 });
        return answer;
      }
    }
    throw new Error(`gave up after ${MAX_CONFLICTS} conflicting changes of one account`);
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
  wanted: Wanted,
): readonly [AccountState, Reservation] {
  const grant = grantOf(state, limits, now);
  const urgent = Math.min(wanted.urgent, grant.urgent);
  const other = Math.min(wanted.other, grant.other, grant.urgent - urgent);
  const isRolledUp = state.rollUp !== undefined;
  const isUnpaid = state.unpaid !== undefined;
  const next = urgent + other === 0 ? state : spent(state, urgent + other, now);
  const isProbe = next !== state && next.pause?.reason === "probing";
  const circuit = circuitOf(state);
  return [next, { feature, urgent, other, at: now, circuit, isProbe, isUnpaid, isRolledUp }];
}
