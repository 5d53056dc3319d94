/**
 * What this process knows by itself of calls that hang and of floods, in words, and the floods that
 * all processes together have written down.
 */
import { REFUSED_ATTEMPTS_KEPT } from "../model/refused-attempt.ts";
import type { Problem } from "../observability/problem.ts";
import type { RecentRefusals } from "../receive/refused-attempts.ts";
import type { RefusedAttemptStore } from "../store/port.ts";

/** A call has its answer or its time-out within ten seconds. */
const HANGS_MS = 15_000;
/** A secret that was pasted wrongly makes a few; this many within five minutes are no slip. */
const FLOOD = 50;

export interface OwnFacts {
  /** When the oldest call in flight began, in ms since the epoch as `now`. */
  readonly oldestFlight: number | undefined;
  readonly refusals: readonly RecentRefusals[];
  readonly now: number;
}

export const ownProblems = ({ oldestFlight, refusals, now }: OwnFacts): readonly Problem[] => [
  ...(oldestFlight !== undefined && now - oldestFlight > HANGS_MS
    ? [
        {
          kind: "call_hangs",
          problem: `a call to the core API is under way for ${Math.round((now - oldestFlight) / 1000)} s`,
          advice: "Others go on beside it; if it stays so, restart the gateway: nothing is lost.",
        } as const,
      ]
    : []),
  ...refusals.filter(({ count }) => count >= FLOOD).map(floodProblem),
];

const floodProblem = ({ endpointId, count, reason }: RecentRefusals): Problem => ({
  kind: "refused_flood",
  of: endpointId,
  count,
  problem: `requests to the endpoint are refused, within five minutes: ${reason}`,
  advice:
    "See deliveries list --status refused (GET /api/v1/deliveries?status=refused). If the provider sends them, set its secret anew; if a stranger does, nothing gets in, and a new endpoint has another address.",
  isHarmless: true,
});

const FLOOD_MS = 5 * 60_000;

/**
 * Floods that come to several processes, or to isolates that each live for one request. A flood is
 * where everything that is kept of an endpoint is of the last minutes. Without those that this
 * process counts by itself; rejects where the store is away.
 */
export async function sharedFloods(
  store: Pick<RefusedAttemptStore, "refusedTotals" | "listRefusedAttempts">,
  { refusals, now }: Pick<OwnFacts, "refusals" | "now">,
): Promise<readonly Problem[]> {
  const own = refusals.filter(({ count }) => count >= FLOOD).map(({ endpointId }) => endpointId);
  const isRecent = (at: number) => Math.abs(now - at) < FLOOD_MS;
  const recent = (await store.refusedTotals()).filter(
    ({ endpointId, lastAt }) => isRecent(lastAt) && !own.includes(endpointId),
  );
  const floods = recent.map(async ({ endpointId, lastReason: reason }) => {
    const kept = await store.listRefusedAttempts(endpointId);
    const isFlood = kept.length >= REFUSED_ATTEMPTS_KEPT && kept.every(({ at }) => isRecent(at));
    return isFlood ? [floodProblem({ endpointId, count: kept.length, reason })] : [];
  });
  return (await Promise.all(floods)).flat();
}
