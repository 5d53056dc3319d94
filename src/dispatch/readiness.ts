/** How the accounts and their commands do, in words: what `/readyz` says beyond the store. */
import { isAhead, LONGEST_PAUSE_MS } from "../pacing/account.ts";
import { accountOfKey } from "../pacing/ledger.ts";
import type { AccountState, Pause } from "../model/account.ts";
import { LONGEST_WAIT_MS } from "./backoff.ts";
import { UNPAID_PROBE_MS } from "./troubles.ts";
import type { Command } from "../model/command.ts";
import type { Clock } from "../ports.ts";
import type { AccountStore, AdminStore } from "../store/port.ts";

export interface Readiness {
  /** Accounts whose API key is refused. */
  readonly refused_api_keys: readonly string[];
  readonly pauses: readonly PauseFact[];
  /** Calls that somebody has to do something for, e.g. pair a device; they are tried again. */
  readonly refusals: readonly RefusalFact[];
  /** Commands that were given up in the last hour, of the newest hundred dead ones. */
  readonly dead_last_hour: { readonly count: number; readonly last_reason: string | null };
}

export interface PauseFact {
  readonly account: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly until: string;
  readonly upgrade_url?: string;
}

export interface RefusalFact {
  readonly account: string;
  readonly endpoint: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
}

const DEAD_LOOKED_AT = 100;
const HOUR_MS = 60 * 60_000;
/**
 * A refusal that is older than the longest wait for the next try, and some time for that, is not
 * known to last.
 */
const REFUSAL_LASTS_MS = LONGEST_WAIT_MS + 5 * 60_000;

const WORDS: Readonly<Record<Pause, string>> = {
  rate_limited: "the core API allows no more calls for now",
  unauthorized: "the core API refused the API key",
  unavailable: "the core API does not answer",
  probing: "one call looks whether the core API answers",
};

type Account = { readonly account: string; readonly state: AccountState };

export interface OutboxHealth {
  /** Nothing waits that need not, and nothing was given up. */
  readonly isWell: boolean;
  readonly facts: Readiness;
}

/** Rejects where the store is away. */
export async function outboxHealth(
  store: Pick<AccountStore & AdminStore, "listAccounts" | "listCommands">,
  clock: Clock,
): Promise<OutboxHealth> {
  const rows = await store.listAccounts();
  const accounts = rows.map(({ account, state }) => ({ account: accountOfKey(account), state }));
  const dead = await store.listCommands({ status: "dead", limit: DEAD_LOOKED_AT });
  const facts = readinessOf(accounts, dead.rows, clock.now());
  const { pauses, refusals, dead_last_hour } = facts;
  return { isWell: pauses.length + refusals.length + dead_last_hour.count === 0, facts };
}

/** @param dead the newest dead commands */
function readinessOf(
  accounts: readonly Account[],
  dead: readonly Pick<Command, "reason" | "settledAt">[],
  now: number,
): Readiness {
  const lately = dead
    .filter(({ settledAt }) => settledAt !== null && settledAt > now - HOUR_MS)
    .toSorted((a, b) => (b.settledAt ?? 0) - (a.settledAt ?? 0));
  const paused = accounts.filter(({ state }) => isPaused(state, now));
  return {
    refused_api_keys: paused
      .filter(({ state }) => state.pause?.reason === "unauthorized")
      .map(({ account }) => account)
      .filter((account, at, all) => all.indexOf(account) === at),
    pauses: distinct([
      ...paused.flatMap(pauseFact),
      ...accounts.flatMap((it) => unpaidFact(it, now)),
    ]),
    refusals: accounts.flatMap((it) => refusalFact(it, now)),
    dead_last_hour: { count: lately.length, last_reason: lately[0]?.reason ?? null },
  };
}

/** What holds for an account is noted of each of its features; it is said once. */
const distinct = (facts: readonly PauseFact[]): readonly PauseFact[] =>
  facts.filter(
    ({ account, reason }, at) =>
      facts.findIndex((it) => it.account === account && it.reason === reason) === at,
  );

const isPaused = ({ pause }: AccountState, now: number): boolean =>
  pause !== null && isAhead(pause.until, now, LONGEST_PAUSE_MS);

const time = (at: number): string => new Date(at).toISOString();

function pauseFact({ account, state: { pause } }: Account): PauseFact[] {
  return pause ? [{ account, reason: WORDS[pause.reason], until: time(pause.until) }] : [];
}

/** It lasts until a call is taken; its time is that of the next look. */
function unpaidFact({ account, state: { unpaid } }: Account, now: number): PauseFact[] {
  if (!unpaid) return [];
  const { message, upgradeUrl } = unpaid;
  const reason = `not paid for: ${message}; pushes, updates and badges wait, endings go on`;
  const until = time(Math.min(unpaid.until, now + UNPAID_PROBE_MS));
  return [{ account, reason, until, ...(upgradeUrl !== undefined && { upgrade_url: upgradeUrl }) }];
}

function refusalFact({ account, state: { refusal } }: Account, now: number): RefusalFact[] {
  if (!refusal || refusal.at < now - REFUSAL_LASTS_MS) return [];
  const { at, endpointId, message } = refusal;
  return [{ account, endpoint: endpointId, reason: message, at: time(at) }];
}
