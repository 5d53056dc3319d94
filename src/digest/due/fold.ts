/**
 * Outcomes that are counted instead of told one by one, with a durable counter. Reads; writes the
 * draft.
 */
import type { Governed } from "../../compose/rules.ts";
import { endpointSettings } from "../../model/endpoint.ts";
import type { EndpointSettings } from "../../model/endpoint.ts";
import type { Fold } from "../../model/telling/telling.ts";
import { FOLD_MS } from "../../telling/decide.ts";
import type { News } from "../../telling/news.ts";
import { lineKeyOf } from "../../tracking/track.ts";
import type { Draft } from "../draft.ts";
import type { Origin } from "../origin.ts";
import type { AboutRun } from "../steps.ts";
import { waitFor } from "./wait.ts";

/** Ten minutes of the clock: at most one push of a kind and line in each. */
const windowOf = (now: number): number => Math.floor(now / FOLD_MS) * FOLD_MS;

/** How many failures of a line were told one by one in these ten minutes. */
export const lineFold = (endpointId: string, lineKey: string, now: number): Fold => ({
  ...emptyFold(endpointId, `told:${lineKey}`, now),
  told: true,
});

const emptyFold = (endpointId: string, foldKey: string, now: number): Fold => ({
  endpointId,
  foldKey,
  windowStart: windowOf(now),
  counts: {},
  firstAt: now,
  dueAt: windowOf(now) + FOLD_MS,
  told: false,
  facts: {},
  version: 0,
});

interface Counted {
  readonly of: "bots" | "forks" | "rest";
  readonly news: News;
  readonly about: AboutRun;
  /** Of the line, as a person reads it. */
  readonly name: string;
  /** What another rule sends to others, or in other words, is counted apart. */
  readonly rule: Governed;
}

const ruled = endpointSettings.pick({ channels: true, mapping: true });

/** The settings that are in force for what was counted. */
export const settingsOf = ({ facts }: Fold, endpoint: EndpointSettings): EndpointSettings => ({
  ...endpoint,
  ...ruled.safeParse(facts["ruled"]).data,
});

/** Branches and runs are kept by name up to so many. */
const MAX_NAMED = 20;

/** Counts one more; what is counted is told when the ten minutes are over. */
export async function countFold(
  origin: Origin,
  draft: Draft,
  { of, news, about, name, rule }: Counted,
): Promise<void> {
  const { endpoint, now } = origin;
  const { projectId, lineId } = about.identity;
  const { channels, mapping } = rule.settings;
  // A rule that only makes it quiet, as one for the night, counts with all others.
  const isApart = channels !== endpoint.channels || mapping !== endpoint.mapping;
  const line = `${of}:${lineKeyOf(projectId, lineId)}`;
  const empty = emptyFold(endpoint.id, isApart ? `${line}:${rule.by}` : line, now);
  const { folds } = await draft.recall({ folds: [empty] });
  const known =
    folds.find((it) => it.foldKey === empty.foldKey && it.windowStart === empty.windowStart) ??
    empty;
  const { run } = about.record;
  const branch = run.facts["branch"]?.value;
  const url = run.facts["logUrl"]?.value;
  const branches = textsOf(known.facts["branches"]);
  const asking = textsOf(known.facts["asking"]);
  const fold: Fold = {
    ...known,
    counts: { ...known.counts, [news.kind]: (known.counts[news.kind] ?? 0) + 1 },
    facts: {
      of,
      name,
      ...(isApart && { ruled: { channels, mapping } }),
      ...(url !== undefined && { url }),
      branches: [...new Set([...branches, ...(branch === undefined ? [] : [branch])])].slice(
        0,
        MAX_NAMED,
      ),
      asking: [...asking, ...(news.kind === "asked" ? [run.id] : [])].slice(0, MAX_NAMED),
    },
  };
  draft.remember({ folds: [fold] });
  await waitFor(origin, draft, {
    kind: "fold",
    key: `${endpoint.id}:${fold.foldKey}:${fold.windowStart}`,
    dueAt: fold.dueAt,
    payload: { foldKey: fold.foldKey, windowStart: fold.windowStart },
  });
}

export const textsOf = (told: unknown): readonly string[] =>
  Array.isArray(told) ? told.filter((it) => typeof it === "string") : [];
