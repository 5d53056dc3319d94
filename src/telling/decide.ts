/** Whether, to whom and how loudly something that happened to a run is told. Pure. */
import type { EndpointSettings } from "../model/endpoint.ts";
import type { Run } from "../model/run/run.ts";
import type { RunRecord } from "../model/run/run-record.ts";
import type { Standing } from "../model/run/standing.ts";
import { duration } from "../util/duration.ts";
import { hearingOf } from "./hearing.ts";
import type { Hearing } from "./hearing.ts";
import { isYounger } from "../tracking/track.ts";
import type { News, NewsKind } from "./news.ts";
import { toldFailure } from "./standing.ts";

/** How a run's news is told: a success after a told failure is a recovery. */
export type Transition = NewsKind | "recovered";
export type Level = "active" | "passive";

export interface Situation {
  readonly record: RunRecord;
  readonly news: News;
  /** By the gateway's clock, in ms. */
  readonly now: number;
  readonly notify: EndpointSettings["notify"];
  readonly me: readonly string[];
  /** Before this end. */
  readonly standing: Standing;
  /** The newest runs of its track, and the one that ended last. */
  readonly others: readonly RunRecord[];
  /** Who has told of the same deployment, attempt and outcome already, and how long ago. */
  readonly toldBy: { readonly name: string; readonly at: number } | undefined;
  /** The host's name, where this is second-hand and the host itself says that it was canceled. */
  readonly takenBackBy: string | undefined;
  /** It was held back for its owner's telling, and the time is over. */
  readonly isHeldOver: boolean;
  /** How many failures of the line were told one by one in these ten minutes. */
  readonly toldOfLine: number;
}

export type Decision =
  | {
      readonly how: "tell";
      readonly as: Transition;
      readonly level: Level;
      /** Set where it is heard so long after it happened that its age has to be said, in ms. */
      readonly lateMs: number | undefined;
      /** A newer run has come to the contrary. */
      readonly isOutrun: boolean;
      readonly because: string | undefined;
    }
  | {
      readonly how: "count";
      readonly of: "bots" | "forks" | "rest";
      readonly because: string;
    }
  | { readonly how: "hold"; readonly until: number; readonly because: string }
  | { readonly how: "quiet"; readonly because: string };

const NOTIFIED: Readonly<Record<EndpointSettings["notify"], readonly Transition[]>> = {
  none: [],
  failures: ["failed", "recovered", "asked", "waiting", "rolled_back"],
  outcomes: ["failed", "recovered", "asked", "waiting", "rolled_back", "succeeded"],
  all: [
    "failed",
    "recovered",
    "asked",
    "waiting",
    "rolled_back",
    "succeeded",
    "canceled",
    "started",
  ],
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A host's bot tells a little sooner than the host itself: it is held back for so long, in ms. */
export const SECOND_HAND_MS = 20_000;
/** What is heard later than so long after it happened says its age, in ms. */
export const LATE_MS = 10 * MINUTE_MS;
/** What is older rings nobody any more. */
export const TOO_LATE_MS = 24 * HOUR_MS;
/** More of one line within ten minutes are counted. */
export const MAX_ONE_BY_ONE = 5;
export const FOLD_MS = 10 * MINUTE_MS;

export function decide(it: Situation): Decision {
  const as = transitionOf(it);
  if (!NOTIFIED[it.notify].includes(as)) return quiet(`notify: ${it.notify}`);
  // What is still so is not old, whenever it began.
  const { run } = it.record;
  const age = run.outcome ? it.now - it.news.at : 0;
  if (it.toldBy) return quiet(`told by ${it.toldBy.name} ${ago(it.now - it.toldBy.at)}`);
  if (as === "failed" && it.takenBackBy)
    return quiet(`no failure: canceled, as ${it.takenBackBy} told`);
  if (run.deployment?.secondHand && !it.isHeldOver) {
    const because = "told second-hand: its owner may tell of it within 20 s";
    return { how: "hold", until: it.now + SECOND_HAND_MS, because };
  }
  return judged(it, as, age);
}

function judged(it: Situation, as: Transition, age: number): Decision {
  const hearing = isPersonsRequest(it) ? RING : hearingOf(it.record.run, it.me);
  if (hearing.how === "count") return countOrNothing(as, hearing);
  if (as === "failed" && isOneTooMany(it))
    return { how: "count", of: "rest", because: "more of this line than are told one by one" };
  const lateMs = age > LATE_MS ? age : undefined;
  const tell = { how: "tell", as, lateMs, isOutrun: false } as const;
  if (age > TOO_LATE_MS)
    return { ...tell, level: "passive", because: `it happened ${duration(age)} ago` };
  if (as === "failed" && hasNewerSuccess(it))
    return { ...tell, level: "passive", isOutrun: true, because: "a newer run has passed" };
  if (as === "succeeded" && isYoungerOne(it, "failed"))
    return { ...tell, level: "passive", isOutrun: true, because: "a newer run has failed" };
  if (as === "recovered" && toldFailure(it.standing) === "passive")
    return { ...tell, level: "passive", because: "its failure was told quietly" };
  if (as === "recovered") return { ...tell, level: "active", because: undefined };
  return hearing.how === "ring"
    ? { ...tell, level: "active", because: undefined }
    : { ...tell, level: "passive", because: hearing.because };
}

const RING: Hearing = { how: "ring" };
const quiet = (because: string): Decision => ({ how: "quiet", because });
const ago = (ms: number): string => (ms < 1000 ? "at the same time" : `${duration(ms)} earlier`);

/** Good news of what nobody was told one by one is no news. */
function countOrNothing(as: Transition, { of, because }: Hearing & { how: "count" }): Decision {
  const isCounted = as === "failed" || as === "asked";
  return isCounted ? { how: "count", of, because } : quiet(because);
}

/** Named people are asked; where anybody may let a stranger's run start, the hearing decides. */
function isPersonsRequest({ news, record: { run } }: Situation): boolean {
  if (news.kind !== "asked") return false;
  return run.source?.isFork !== true || Object.values(run.steps).some((it) => it.asks?.length);
}

const isOneTooMany = ({ record: { run }, toldOfLine }: Situation): boolean =>
  run.environment?.kind !== "production" && toldOfLine >= MAX_ONE_BY_ONE;

function transitionOf(it: Situation): Transition {
  const { news, record, standing } = it;
  const { run } = record;
  if (news.kind !== "succeeded" || !toldFailure(standing)) return news.kind;
  if (!isKnownPlace(run) && standing.lastRunId !== run.id) return "succeeded";
  // The success of an older run mends nothing that a newer one broke.
  return isYoungerOne(it, "failed") ? "succeeded" : "recovered";
}

/** Whether a run that was made after this one has come to that. */
const isYoungerOne = (
  { record, others }: Pick<Situation, "record" | "others">,
  state: "failed" | "succeeded",
): boolean =>
  others.some(
    (other) => other.run.id !== record.run.id && other.state === state && isYounger(other, record),
  );

/** Where neither branch nor environment is told, two runs may be of different branches. */
const isKnownPlace = ({ environment, facts }: Run): boolean =>
  environment !== undefined || facts["branch"] !== undefined;

function hasNewerSuccess(it: Situation): boolean {
  const { record, news, others, standing } = it;
  if (!isKnownPlace(record.run)) return false;
  if (isYoungerOne(it, "succeeded")) return true;
  const isKnownOlder = others.some(
    (other) => other.run.id === standing.lastRunId && !isYounger(other, record),
  );
  return (
    !isKnownOlder &&
    standing.lastOutcome === "succeeded" &&
    standing.lastRunId !== record.run.id &&
    (standing.lastEndedAt ?? 0) > news.at
  );
}
