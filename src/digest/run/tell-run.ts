/**
 * Telling of a run: what is new of it, who hears it, and what is remembered of that. Reads; writes
 * the draft.
 */
import { runPush } from "../../compose/push.ts";
import { governed } from "../../compose/rules.ts";
import type { Governed } from "../../compose/rules.ts";
import type { Run } from "../../model/run/run.ts";
import type { RunRecord } from "../../model/run/run-record.ts";
import type { Standing } from "../../model/run/standing.ts";
import type { Fold, Told } from "../../model/telling/telling.ts";
import { audienceText, newsKeysOf, toldKeysOf } from "../../telling/audience.ts";
import { decide } from "../../telling/decide.ts";
import type { Decision } from "../../telling/decide.ts";
import { countFold, lineFold } from "../due/fold.ts";
import { limitOf } from "../../telling/limit.ts";
import { newsOf } from "../../telling/news.ts";
import type { News } from "../../telling/news.ts";
import { noStanding, toldFailure, withEnd, withTold } from "../../telling/standing.ts";
import { askedSteps, runState } from "../../tracking/segments.ts";
import { isYounger, lineKeyOf, scopeOf } from "../../tracking/track.ts";
import type { AboutRun, LookedAt } from "../steps.ts";
import type { Draft } from "../draft.ts";
import { pushCommand } from "../origin.ts";
import type { Origin } from "../origin.ts";
import { dueRow, waitFor } from "../due/wait.ts";
import { noteTakenBack, takenBackBy, tellerOf } from "./told-deployment.ts";

export interface RunTold {
  /** What was judged, to be kept with the run. */
  readonly marks: readonly string[];
  readonly said: readonly string[];
  /** A push goes out. */
  readonly isTold: boolean;
}

interface Remembered {
  readonly standing: Standing;
  readonly told: readonly Told[];
  readonly lineCount: Fold;
}

const WAITS_LONG_MS = 10 * 60_000;
const nothing = (...said: string[]): RunTold => ({ marks: [], said, isTold: false });

export async function tellRun(
  origin: Origin,
  draft: Draft,
  about: AboutRun,
  looked: LookedAt,
): Promise<RunTold> {
  const { run, pushed } = about.record;
  const news = looked.news ?? newsOf(run, pushed);
  await noteWaiting(origin, draft, about);
  await noteTakenBack(origin, draft, run);
  if (about.record.excluded || !news) return nothing();
  if (news.kind === "started" && origin.endpoint.notify !== "all") return nothing();
  const limit = looked.isHeldOver ? undefined : limitOf(run);
  if (limit !== undefined) {
    await waitFor(
      origin,
      draft,
      dueRow("limit", origin, about.record, { what: news.mark, dueAt: limit }),
    );
    return nothing("canceled, perhaps by a time limit: known in 30 s");
  }
  return judge(origin, draft, about, news, looked);
}

/** A wait that asks nobody is told when it has lasted. */
async function noteWaiting(origin: Origin, draft: Draft, { record }: AboutRun): Promise<void> {
  const { run, state } = record;
  if (state !== "waiting" || askedSteps(run).length > 0) return;
  const since = Math.max(run.lastAt, origin.now - WAITS_LONG_MS / 2);
  await waitFor(
    origin,
    draft,
    dueRow("waiting", origin, record, { what: `${run.attempt}`, dueAt: since + WAITS_LONG_MS }),
  );
}

async function judge(
  origin: Origin,
  draft: Draft,
  about: AboutRun,
  news: News,
  looked: LookedAt,
): Promise<RunTold> {
  const { run } = about.record;
  const remembered = await recallFor(origin, draft, about, news);
  const others = await othersOf(draft, about, remembered.standing);
  const standing = endedAfter(remembered.standing, about, others, origin.now);
  const rule = governed(origin.endpoint, {
    ...about.subject,
    outcome: outcomeWord(news, standing),
  });
  const audience = rule.settings.channels ?? [];
  const decision = rule.isMuted
    ? ({ how: "quiet", because: `muted by ${rule.by}` } as const)
    : decide({
        record: about.record,
        news,
        now: origin.now,
        notify: rule.settings.notify,
        me: origin.endpoint.me,
        standing: remembered.standing,
        others,
        toldBy: await tellerOf(origin, draft, about, sameNews(remembered, run, news), audience),
        takenBackBy: (await takenBackBy(origin, draft, about))?.name,
        isHeldOver: looked.isHeldOver,
        toldOfLine: remembered.lineCount.counts["failed"] ?? 0,
      });
  const isChanged = standing !== remembered.standing;
  if (isChanged) draft.remember({ standings: [standing] });
  return carryOut(origin, draft, { about, news, decision, standing, rule, remembered });
}

/** What its end is compared with: the newest runs of its track, and the last of them that ended. */
async function othersOf(
  draft: Draft,
  { record, newest, track }: AboutRun,
  { lastRunId }: Standing,
): Promise<readonly RunRecord[]> {
  const known = [record, ...newest].some(({ run }) => run.id === lastRunId);
  if (lastRunId === null || known) return newest;
  const last = await draft.findRun(track.endpointId, lastRunId);
  return last ? [...newest, last.run] : newest;
}

/** How a line stands is told by the run that was made last, not by an older one that was run again. */
function endedAfter(
  standing: Standing,
  { record }: AboutRun,
  others: readonly RunRecord[],
  now: number,
): Standing {
  const last = others.find(({ run }) => run.id === standing.lastRunId);
  const isOutrun = last && last.run.id !== record.run.id && isYounger(last, record);
  return isOutrun ? standing : withEnd(standing, record.run, now);
}

const outcomeWord = (news: News, standing: Standing): string =>
  news.kind === "succeeded" && toldFailure(standing) ? "recovered" : news.kind;

async function recallFor(
  { endpoint, now }: Origin,
  draft: Draft,
  { identity, record }: AboutRun,
  news: News,
): Promise<Remembered> {
  const lineKey = lineKeyOf(identity.projectId, identity.lineId);
  const key = { endpointId: endpoint.id, lineKey, scope: scopeOf(identity) };
  const fold = lineFold(endpoint.id, lineKey, now);
  const keys = toldKeysOf(record.run, news);
  const memory = await draft.recall({
    standings: [key],
    folds: [fold],
    told: keys.map((toldKey) => ({ account: endpoint.account, toldKey })),
  });
  const standing = memory.standings.find(
    (it) => it.endpointId === endpoint.id && it.lineKey === lineKey && it.scope === key.scope,
  );
  const lineCount = memory.folds.find(
    (it) => it.foldKey === fold.foldKey && it.windowStart === fold.windowStart,
  );
  const told = memory.told.filter((it) => keys.includes(it.toldKey));
  return { standing: standing ?? noStanding(key), told, lineCount: lineCount ?? fold };
}

/** Of what was told with it, what says the same. */
function sameNews({ told }: Remembered, run: Run, news: News): readonly Told[] {
  const keys = newsKeysOf(run, news);
  return told.filter(({ toldKey }) => keys.includes(toldKey));
}

interface Carried {
  readonly about: AboutRun;
  readonly news: News;
  readonly decision: Decision;
  readonly standing: Standing;
  readonly rule: Governed;
  readonly remembered: Remembered;
}

async function carryOut(origin: Origin, draft: Draft, it: Carried): Promise<RunTold> {
  const { about, news, decision } = it;
  const by = it.rule.by === undefined || it.rule.isMuted ? "" : ` (${it.rule.by})`;
  switch (decision.how) {
    case "quiet":
      return {
        marks: [news.mark],
        said: [`${news.kind}: ${decision.because}${by}`],
        isTold: false,
      };
    case "hold":
      await waitFor(
        origin,
        draft,
        dueRow("held", origin, about.record, { what: news.mark, dueAt: decision.until }),
      );
      return nothing(decision.because);
    case "count": {
      const name = countName(about.record.run);
      await countFold(origin, draft, { of: decision.of, news, about, name, rule: it.rule });
      return { marks: [news.mark], said: [decision.because], isTold: false };
    }
    case "tell":
      return tell(origin, draft, it, decision);
  }
}

const isOfProduction = ({ environment, environments = [] }: Run): boolean =>
  [environment, ...environments].some((it) => it?.kind === "production");

const countName = (run: Run): string =>
  [run.project.value, run.line?.value].filter((it) => it !== undefined).join(" · ");

function tell(
  origin: Origin,
  draft: Draft,
  { about, news, standing, rule, remembered }: Carried,
  { as, level, lateMs, isOutrun, because }: Decision & { how: "tell" },
): RunTold {
  const { record, track } = about;
  const { run } = record;
  const mended = as === "recovered" ? remembered.standing.toldAudience : null;
  const audience = mended ?? rule.settings.channels ?? [];
  const settings = { ...rule.settings, channels: audience.length > 0 ? [...audience] : null };
  const isRetry = remembered.standing.lastRunId === run.id;
  const loud = level === "passive" ? level : (rule.level ?? level);
  const body = runPush({ run, as, level: loud, lateMs, isOutrun, isRetry, standing }, settings);
  const dedupeKey = `run:${origin.endpoint.id}:${run.id}:${news.mark}`;
  const names = [track.projectName, track.environment ?? undefined];
  const push = pushCommand(origin, {
    body,
    isFailure: runState(run) === "failed",
    isProduction: isOfProduction(run),
    dedupeKey,
    trackId: track.id,
    names,
  });
  draft.send([push]);
  rememberTold(origin, draft, {
    about,
    news,
    standing,
    audience,
    level,
    commandId: push.id,
    remembered,
  });
  const said = loud === "passive" ? `told quietly: ${because ?? rule.by ?? "by rule"}` : "told";
  return { marks: [news.mark], said: [`${as}: ${said}`], isTold: true };
}

function rememberTold(
  { endpoint, now }: Origin,
  draft: Draft,
  it: Pick<Carried, "about" | "news" | "standing" | "remembered"> & {
    readonly audience: readonly string[];
    readonly level: "active" | "passive";
    readonly commandId: string;
  },
): void {
  const { about, news, standing, audience, level, commandId, remembered } = it;
  const text = audienceText(audience);
  const known = new Set(remembered.told.map((row) => `${row.toldKey}\n${row.audience}`));
  const told = toldKeysOf(about.record.run, news)
    .filter((toldKey) => !known.has(`${toldKey}\n${text}`))
    .map((toldKey): Told => {
      const runId = about.record.run.id;
      const who = { account: endpoint.account, endpointId: endpoint.id, runId, commandId };
      return { ...who, toldKey, audience: text, at: now };
    });
  const isEnd = news.kind === "failed" || news.kind === "succeeded";
  const standings =
    isEnd && isLatest(about.record.run, standing)
      ? [withTold(standing, news.kind, level, audience, now)]
      : [];
  const isCounted = news.kind === "failed" && about.record.run.environment?.kind !== "production";
  const { lineCount } = remembered;
  const failed = (lineCount.counts["failed"] ?? 0) + 1;
  const folds = isCounted ? [{ ...lineCount, counts: { ...lineCount.counts, failed } }] : [];
  draft.remember({ told, standings, folds });
}

/** An older end that is told after a newer one does not become how the line stands. */
const isLatest = (run: Run, { lastRunId }: Standing): boolean =>
  lastRunId === null || lastRunId === run.id;
