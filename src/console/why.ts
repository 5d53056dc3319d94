/**
 * Why something came or did not: the deliveries that a commit, a branch or a time points at, each
 * with what was decided. Reads only.
 */
import type { DeliveryDetail } from "../api/deliveries.ts";
import { ApiError } from "../api/routing/api-error.ts";
import type { RefusedView } from "../api/refused.ts";
import type { ConsoleDeps } from "./deps.ts";
import { ask } from "./ask.ts";
import { idFloor } from "../util/id.ts";

/** As many as one reads through. */
const SHOWN = 20;
/** How many deliveries are looked through for a time. */
const PAGES = 8;
const PAGE = 100;
/** What is meant by "at about". */
const AROUND_MS = 15 * 60_000;

export interface Asked {
  readonly commit: string;
  readonly branch: string;
  /** As the browser's field writes it, in the viewer's zone. */
  readonly at: string;
  /** Of the viewer's zone, in minutes as `Date.getTimezoneOffset` gives them. */
  readonly offset: number;
}

export interface WhyModel {
  readonly asked: Asked;
  readonly found: readonly DeliveryDetail[];
  /** Requests that were refused in that time; they never became deliveries. */
  readonly refused: readonly (RefusedView & { readonly endpoint: string })[];
  readonly hasAsked: boolean;
  /** Why what was typed cannot be looked for. */
  readonly problem: string | undefined;
}

export async function whyModel(deps: ConsoleDeps, asked: Asked): Promise<WhyModel> {
  const hasAsked = asked.commit + asked.branch + asked.at !== "";
  const empty = { asked, found: [], refused: [], hasAsked, problem: undefined };
  if (!hasAsked) return empty;
  const at = timeOf(asked);
  if (at !== undefined && Number.isNaN(at))
    return { ...empty, problem: "Give the time as day and time, such as 2026-11-02T12:00." };
  const ids = await idsOf(deps, asked, at);
  const details = await Promise.all(
    ids.map((id) => deps.operations.getDelivery.handle({ params: { id } })),
  );
  const found = details.flatMap((it) => (it instanceof ApiError ? [] : [it]));
  return { ...empty, found, refused: await refusedAround(deps, at) };
}

const timeOf = ({ at, offset }: Asked): number | undefined =>
  at === "" ? undefined : Date.parse(`${at}Z`) + offset * 60_000;

/** The newest that are meant; the store looks for the text, the rest is held against each. */
async function idsOf(
  { operations }: ConsoleDeps,
  { commit, branch }: Asked,
  at: number | undefined,
): Promise<string[]> {
  const text = commit === "" ? branch : commit;
  const ids: string[] = [];
  // Ids sort by time: what came later need not be looked through.
  let cursor = at === undefined ? undefined : idFloor("dlv", at + AROUND_MS + 1);
  for (let page = 0; page < PAGES && ids.length < SHOWN; page++) {
    const query = { limit: PAGE, ...(text !== "" && { q: text }), ...(cursor && { cursor }) };
    const { data, next_cursor: next } = await ask(operations.listDeliveries, { query });
    const isMeant = (it: (typeof data)[number]) =>
      (branch === "" || it.branch === branch || it.branch === null) &&
      (at === undefined || Math.abs(Date.parse(it.received_at) - at) <= AROUND_MS);
    ids.push(...data.filter(isMeant).map(({ id }) => id));
    const oldest = Date.parse(data.at(-1)?.received_at ?? "");
    if (next === null || (at !== undefined && oldest < at - AROUND_MS)) break;
    cursor = next;
  }
  return ids.slice(0, SHOWN);
}

/** Of any time where none was named: the newest tell of a wrong secret. */
async function refusedAround({ operations }: ConsoleDeps, at: number | undefined) {
  const { data: totals } = await ask(operations.listRefusedTotals);
  const lists = totals.slice(0, SHOWN).map(async ({ endpoint_id: endpoint }) => {
    const answer = await operations.listRefused.handle({ params: { id: endpoint } });
    return answer instanceof ApiError ? [] : answer.data.map((it) => ({ ...it, endpoint }));
  });
  return (await Promise.all(lists))
    .flat()
    .filter((it) => at === undefined || Math.abs(Date.parse(it.at) - at) <= AROUND_MS)
    .toSorted((a, b) => b.at.localeCompare(a.at))
    .slice(0, SHOWN);
}
