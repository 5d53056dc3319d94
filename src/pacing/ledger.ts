/**
 * The ledger of accounts: their pacing state in the store, changed by compare-and-swap, so that all processes share one
 * budget and one set of slots.
 */
import type { Clock } from "../ports.ts";
import type { AccountStore, Durability, Store } from "../store/port.ts";
import { grantOf, newAccount, presenceOf, refreshed, spent } from "./account.ts";
import type { AccountState, PacingLimits, Presence } from "./account.ts";

/** Each conflict means that another process got ahead, so this many in a row are a bug. */
const MAX_CONFLICTS = 100;

type Stored = NonNullable<Awaited<ReturnType<Store["loadAccount"]>>>;
const MAX_REMEMBERED = 1_000;
/** What was seen longer ago may have been changed by another process. */
const MOMENT_MS = 1_000;

type Wanted = Readonly<Record<"urgent" | "other", number>>;

interface SwapOptions {
  /** What this process saw a moment ago is enough to know that nothing changes. */
  readonly believes?: boolean;
  readonly durability?: Durability;
}

export interface Taken {
  /** Calls that failures and ends may make, and those that anything may make; already out of the budget. */
  readonly urgent: number;
  readonly other: number;
  /** The time under which they were taken, to give back what is not used. */
  readonly at: number;
  /** What was known of the API when they were taken. */
  readonly presence: Presence;
  /** The API asks for payment: what costs may have to wait. */
  readonly isUnpaid: boolean;
  /** The account has a roll-up activity, or is about to have one. */
  readonly isRolledUp: boolean;
}

export interface Ledger {
  /**
   * Takes up to so many calls out of the account's budget; fewer, or none, where it has not got them. Not synced: the claim
   * of the commands that the calls are for is, and makes this safe with it.
   */
  take(account: string, wanted: Wanted): Promise<Taken>;
  /** Changes an account by a pure function, which may run again; no write where it answers what it was given. */
  update(account: string, change: (state: AccountState) => AccountState): Promise<AccountState>;
  /** As `update`, but where nothing changes by what this process saw a moment ago, that is believed and nothing is asked. */
  learn(account: string, change: (state: AccountState) => AccountState): Promise<void>;
}

export function createLedger(store: AccountStore, limits: PacingLimits, clock: Clock): Ledger {
  /** One at a time per account within this process: only other processes can get ahead. */
  const turns = new Map<string, Promise<unknown>>();
  /** As this process saw it last: mostly still so, which spares a read. Believed only where the store agrees by a swap. */
  const seen = new Map<string, Stored & { readonly at: number }>();
  const remember = (account: string, stored: Stored): void => {
    if (seen.size >= MAX_REMEMBERED) seen.clear();
    seen.set(account, { ...stored, at: clock.now() });
  };

  async function swap<T>(
    account: string,
    change: (state: AccountState, now: number) => readonly [AccountState, T],
    { believes = false, durability = "synced" }: SwapOptions = {},
  ): Promise<T> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const remembered = seen.get(account);
      seen.delete(account);
      const stored = remembered ?? (await store.loadAccount(account));
      const now = clock.now();
      const state = refreshed(stored?.state ?? newAccount(limits, now), limits, now);
      const [next, answer] = change(state, now);
      if (next === state) {
        if (remembered && !(believes && now - remembered.at < MOMENT_MS)) continue;
        if (remembered) seen.set(account, remembered);
        else if (stored) remember(account, stored);
        return answer;
      }
      const version = stored?.version ?? 0;
      if (await store.saveAccount(account, next, version, durability)) {
        remember(account, { state: next, version: version + 1 });
        return answer;
      }
    }
    throw new Error(`gave up after ${MAX_CONFLICTS} conflicting changes of one account`);
  }

  function inTurn<T>(account: string, step: () => Promise<T>): Promise<T> {
    const before = turns.get(account) ?? Promise.resolve();
    const mine = before.then(step, step);
    turns.set(account, mine);
    const forget = () => turns.get(account) === mine && turns.delete(account);
    void mine.then(forget, forget);
    return mine;
  }

  return {
    take: (account, wanted) =>
      inTurn(account, () =>
        swap(account, (state, now) => takenFrom(state, limits, now, wanted), {
          durability: "unsynced",
        }),
      ),
    update: (account, change) =>
      inTurn(account, () =>
        swap(account, (state) => {
          const next = change(state);
          return [next, next];
        }),
      ),
    learn: (account, change) =>
      inTurn(account, () =>
        swap(account, (state) => [change(state), undefined], { believes: true }),
      ),
  };
}

function takenFrom(
  state: AccountState,
  limits: PacingLimits,
  now: number,
  wanted: Wanted,
): readonly [AccountState, Taken] {
  const grant = grantOf(state, limits, now);
  const urgent = Math.min(wanted.urgent, grant.urgent);
  const other = Math.min(wanted.other, grant.other, grant.urgent - urgent);
  const isRolledUp = state.rollUp !== undefined;
  const isUnpaid = state.unpaid !== undefined;
  const taken = { urgent, other, at: now, presence: presenceOf(state), isUnpaid, isRolledUp };
  return [urgent + other === 0 ? state : spent(state, urgent + other, now), taken];
}
