/** Whether the gateway can take anything in and send anything out, and what stands in the way. */
import type { Problem } from "../observability/problem.ts";
import type { Logger } from "../ports.ts";
import type { AdminStore, MaintenanceStore } from "../store/port.ts";
import { EXPECTED } from "../telling/expected.ts";
import { messageOf } from "../util/error-text.ts";

/** Of the newest so many incidents those are named that are overdue lines. */
const OVERDUE_LIMIT = 200;

export interface ReadinessDeps {
  readonly store: Pick<MaintenanceStore & AdminStore, "ping" | "listIncidents">;
  /**
   * A sentence that says why the encryption key does not open what is stored; rejects where the
   * store is away.
   */
  readonly sealedProblem: () => Promise<string | undefined>;
  /** How calls go out, and what is to be said of it; rejects where the store is away. */
  readonly outboxHealth: () => Promise<{
    readonly facts: object;
    readonly problems: readonly Problem[];
  }>;
  /** What this process knows by itself, the store at hand or not. */
  readonly ownProblems: () => readonly Problem[];
  /**
   * How many deliveries wait for a store that is away; undefined where there is no place for them
   * to wait.
   */
  readonly spooled: () => number | undefined;
  /** How many acknowledged deliveries the store refuses, so that they are kept beside it. */
  readonly setAside: () => number;
  /** Why a delivery could be stored nowhere now, and how many pieces of the spool are damaged. */
  readonly intake: () => { readonly blocked: string | undefined; readonly damaged: number };
  readonly log: Logger;
}

export interface Readiness {
  readonly status: "ok" | "degraded" | "unavailable";
  /** Figures and names, for programs. */
  readonly facts: object;
  readonly problems: readonly Problem[];
}

/**
 * `degraded` is still ready: deliveries wait in the spool or are set aside, or commands wait or
 * were given up lately, for reasons that are told.
 */
export async function readinessOf(deps: ReadinessDeps): Promise<Readiness> {
  const spooled = deps.spooled();
  const { damaged } = deps.intake();
  const waiting = {
    spooled: spooled ?? 0,
    set_aside: deps.setAside(),
    ...(damaged > 0 && { spool_damaged: damaged }),
  };
  const own = [...waitingProblems(waiting), ...deps.ownProblems()];
  try {
    await deps.store.ping();
    const stop = await stopOf(deps);
    if (stop) {
      deps.log.error("not ready", stop.facts);
      const facts = { store: "ok", ...waiting, ...stop.facts };
      return { status: "unavailable", facts, problems: [stop.problem, ...own] };
    }
    const outbox = await deps.outboxHealth();
    const overdue = await overdueLines(deps.store);
    const problems = [...own, ...outbox.problems, ...overdue.map(overdueProblem)];
    const isWell = problems.every(({ isHarmless }) => isHarmless);
    const named = overdue.length > 0 && { overdue };
    const facts = { store: "ok", ...waiting, ...outbox.facts, ...named };
    return { status: isWell ? "ok" : "degraded", facts, problems };
  } catch (error) {
    const detail = messageOf(error);
    deps.log.error("not ready", { store: detail });
    const { blocked } = deps.intake();
    const canWait = spooled !== undefined && blocked === undefined;
    const facts = { store: "unreachable", ...waiting, ...(blocked && { intake: blocked }) };
    const problems = [storeAway(detail, canWait), ...own];
    return { status: canWait ? "degraded" : "unavailable", facts, problems };
  }
}

/** What was expected and did not start: no trouble of the gateway's, but for whoever looks. */
async function overdueLines(store: ReadinessDeps["store"]): Promise<string[]> {
  const { rows } = await store.listIncidents({ state: "firing", limit: OVERDUE_LIMIT });
  return rows.flatMap(({ incidentKey, facts }) =>
    incidentKey.startsWith(EXPECTED) ? [facts.title ?? incidentKey] : [],
  );
}

const overdueProblem = (problem: string): Problem => ({
  kind: "overdue",
  problem,
  advice: "See why it did not start; its next start closes this.",
  isHarmless: true,
});

/** What lets nothing in though the store answers. */
async function stopOf(
  deps: ReadinessDeps,
): Promise<{ readonly facts: Record<string, string>; readonly problem: Problem } | undefined> {
  const { blocked } = deps.intake();
  if (blocked !== undefined) {
    const advice = "Make room on the disk, or mend the database; deliveries are refused with 503.";
    const problem = { kind: "intake_blocked", problem: blocked, advice } as const;
    return { facts: { intake: blocked }, problem };
  }
  const sealed = await deps.sealedProblem();
  if (sealed === undefined) return undefined;
  const advice =
    "Restore the key in ENCRYPTION_KEY, after a comma; deliveries are refused with 503.";
  const problem = { kind: "encryption_key", problem: sealed, advice } as const;
  return { facts: { encryption_key: sealed }, problem };
}

const storeAway = (detail: string, canWait: boolean): Problem => ({
  kind: "store_away",
  problem: `the database does not answer: ${detail}`,
  advice: canWait
    ? "Start it or mend the network; deliveries are kept on disk meanwhile, and nothing is lost."
    : "Start it or mend the network; deliveries are refused with 503 meanwhile.",
});

function waitingProblems(waiting: {
  readonly spooled: number;
  readonly set_aside: number;
  readonly spool_damaged?: number;
}): readonly Problem[] {
  const { spooled, set_aside: setAside, spool_damaged: damaged = 0 } = waiting;
  const all: readonly Problem[] = [
    {
      kind: "spooled",
      count: spooled,
      problem: "acknowledged deliveries wait on disk for the database",
      advice: "They are stored by themselves once it answers; keep the disk.",
    },
    {
      kind: "set_aside",
      count: setAside,
      problem: "the database refuses acknowledged deliveries, which are kept beside the spool",
      advice: "The log says which and why; keep spool-*.set-aside.log and report it.",
    },
    {
      kind: "spool_damaged",
      count: damaged,
      problem: "pieces of the spool are damaged and were copied aside",
      advice: "Look after the disk; the copies end in .damaged.",
    },
  ];
  return all.filter(({ count = 0 }) => count > 0);
}
