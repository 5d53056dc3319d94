/** What both dialects agree on when they count what is due. Pure. */
import { FEATURES, FEATURE_PRIORITIES } from "../../model/command.ts";
import type { DueAccount, Feature, PriorityRange } from "../../model/command.ts";

/**
 * Counting stops here: more than most budgets of a minute, and little to read however large the
 * outbox is.
 */
export const MOST_DUE = 300;

/** One count of a statement: what it is of, and its priorities. */
export interface Lane extends PriorityRange {
  readonly feature: Feature;
  readonly kind: "urgent" | "other";
}

/** All counts that make up what is due. */
export const LANES: readonly Lane[] = FEATURES.flatMap((feature) => {
  const { urgent, other } = FEATURE_PRIORITIES[feature];
  return [
    ...(urgent ? [{ feature, kind: "urgent", ...urgent } as const] : []),
    { feature, kind: "other", ...other } as const,
  ];
});

/** An account with its counts, in the order of `LANES`. */
export interface CountedAccount {
  readonly account: string;
  readonly counts: readonly number[];
}

/** Features of accounts that have something to claim, by name of the account. */
export function dueAccountsOf(accounts: readonly CountedAccount[]): readonly DueAccount[] {
  return accounts.flatMap(({ account, counts }) =>
    FEATURES.flatMap((feature) => {
      const count = (kind: Lane["kind"]) =>
        counts[LANES.findIndex((lane) => lane.feature === feature && lane.kind === kind)] ?? 0;
      const due = { account, feature, urgent: count("urgent"), other: count("other") };
      return due.urgent + due.other > 0 ? [due] : [];
    }),
  );
}
