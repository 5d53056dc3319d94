import type { AccountState } from "../../model/account.ts";

/**
 * `synced`: nothing undoes it. `unsynced`: no end of the process undoes it, but a power cut may, or
 * a crash of the Postgres server, together with all that came after it; the next synced step makes
 * it safe too. A store may sync it all the same.
 */
export type Durability = "synced" | "unsynced";

/** The pacing state of each account of the core API. */
export interface AccountStore {
  loadAccount(account: string): Promise<{ state: AccountState; version: number } | undefined>;
  /**
   * Compare-and-swap: writes version `expectedVersion` + 1, or answers false where the stored
   * version is another. 0: not stored yet.
   */
  saveAccount(account: string, state: AccountState, expectedVersion: number): Promise<boolean>;
  listAccounts(): Promise<readonly { account: string; state: AccountState }[]>;
}
