/** How the accounts and their commands do, in words: what `/readyz` says beyond the store. */
import { isAhead, LONGEST_PAUSE_MS } from "../../pacing/account.ts";
import { accountOfKey } from "../../pacing/ledger.ts";
import type { AccountState, Pause } from "../../model/account.ts";
import { LONGEST_WAIT_MS } from "../backoff.ts";
import { UNPAID_PROBE_MS } from "./troubles.ts";
import type { Command } from "../../model/command.ts";
import type { Problem } from "../../observability/problem.ts";
import type { Clock } from "../../ports.ts";
import type { AccountStore, AdminStore } from "../../store/port.ts";

export interface Readiness {
  /** Accounts whose API key is refused. */
  readonly refused_api_keys: readonly string[];
  readonly pauses: readonly PauseFact[];
  /** Calls that somebody has to do something for, e.g. pair a device; they are tried again. */
  readonly refusals: readonly RefusalFact[];
  /** Commands that were given up in the last hour, of the newest hundred dead ones. */
  readonly dead_last_hour: {
    readonly count: number;
    readonly last_reason: string | null;
    /** The most frequent ones. */
    readonly by_reason: readonly { readonly reason: string; readonly count: number }[];
  };
}

export interface PauseFact {
  readonly account: string;
  readonly kind: PauseKind;
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

type PauseKind = "rate_limited" | "api_key_refused" | "core_api_away" | "unpaid";

const KINDS: Readonly<Record<Pause, PauseKind>> = {
  rate_limited: "rate_limited",
  unauthorized: "api_key_refused",
  unavailable: "core_api_away",
  probing: "core_api_away",
};

const WORDS: Readonly<Record<Pause, string>> = {
  rate_limited: "the core API allows no more calls for now",
  unauthorized: "the core API refused the API key",
  unavailable: "the core API does not answer",
  probing: "one call looks whether the core API answers",
};

const ADVICE: Readonly<Record<PauseKind, string>> = {
  rate_limited: "Nothing: what waits goes out by itself, failures first.",
  api_key_refused:
    "Set ACTIVITYSMITH_API_KEY, or the endpoint's own key, to one that is valid; what waits goes out within a minute.",
  core_api_away:
    "Nothing, if it is down: it is looked for by itself. Else see ACTIVITYSMITH_API_URL and the network.",
  unpaid: "Pay for the account; what waits goes out within 15 minutes.",
};

const pauseProblem = ({ account, kind, reason, upgrade_url: url }: PauseFact): Problem => ({
  kind,
  of: account,
  problem: reason,
  advice: url === undefined ? ADVICE[kind] : `${ADVICE[kind]} ${url}`,
});

const refusalProblem = ({ endpoint, reason }: RefusalFact): Problem => ({
  kind: "refused_by_core_api",
  of: endpoint,
  problem: reason,
  advice: "Pair a device, or correct the endpoint's channels or key; it is tried again by itself.",
});

const deadProblem = ({ reason, count }: { reason: string; count: number }): Problem => ({
  kind: "dead_commands",
  count,
  problem: `given up in the last hour: ${reason}`,
  advice: `Mend the cause, then commands retry --dead on the command line, or POST /api/v1/commands/retry {"reason": ${JSON.stringify(retryPrefix(reason))}}.`,
});

const MOST_REASONS = 5;
/** What the bulk retry takes. */
const MOST_PREFIX = 60;
const retryPrefix = (reason: string): string => reason.slice(0, MOST_PREFIX);

/** Reasons that begin alike are one: what differs behind is of one command. */
function byReason(dead: readonly Pick<Command, "reason">[]) {
  const groups = Map.groupBy(dead, ({ reason }) => retryPrefix(reason ?? ""));
  return [...groups]
    .map(([reason, of]) => ({ reason, count: of.length }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, MOST_REASONS);
}

type Account = { readonly account: string; readonly state: AccountState };

export interface OutboxHealth {
  readonly facts: Readiness;
  /** The same in words, with what to do. */
  readonly problems: readonly Problem[];
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
  const problems = [
    ...pauses.map(pauseProblem),
    ...refusals.map(refusalProblem),
    ...dead_last_hour.by_reason.map(deadProblem),
  ];
  return { facts, problems };
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
    dead_last_hour: {
      count: lately.length,
      last_reason: lately[0]?.reason ?? null,
      by_reason: byReason(lately),
    },
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
  if (!pause) return [];
  const { reason, until } = pause;
  return [{ account, kind: KINDS[reason], reason: WORDS[reason], until: time(until) }];
}

/** It lasts until a call is taken; its time is that of the next look. */
function unpaidFact({ account, state: { unpaid } }: Account, now: number): PauseFact[] {
  if (!unpaid) return [];
  const { message, upgradeUrl } = unpaid;
  const reason = `not paid for: ${message}; pushes, updates and badges wait, endings go on`;
  const until = time(Math.min(unpaid.until, now + UNPAID_PROBE_MS));
  return [
    {
      account,
      kind: "unpaid",
      reason,
      until,
      ...(upgradeUrl !== undefined && { upgrade_url: upgradeUrl }),
    },
  ];
}

function refusalFact({ account, state: { refusal } }: Account, now: number): RefusalFact[] {
  if (!refusal || refusal.at < now - REFUSAL_LASTS_MS) return [];
  const { at, endpointId, message } = refusal;
  return [{ account, endpoint: endpointId, reason: message, at: time(at) }];
}
