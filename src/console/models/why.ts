/**
 * Why something came or did not: the deliveries that a commit, a branch or a time points at, each
 * with what was decided. Reads only.
 */
import type { DeliveryDetail, DeliverySummary } from "../../api/deliveries.ts";
import { ApiError } from "../../api/routing/api-error.ts";
import type { RefusedView } from "../../api/endpoints/refused.ts";
import type { ConsoleDeps } from "../deps.ts";
import { ask } from "./ask.ts";
import { idFloor } from "../../util/id.ts";

/** As many as one reads through. */
const SHOWN = 20;
/** How many pages of the store are looked through, and for how long. */
const PAGES = 8;
const PAGE = 100;
const SEARCH_MS = 70;
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
  /** Requests that were refused in that time; they never became deliveries. Of the first page. */
  readonly refused: readonly (RefusedView & { readonly endpoint: string })[];
  readonly hasAsked: boolean;
  /** Where the search stopped before it was through: older deliveries are found from there. */
  readonly next: string | undefined;
  /** Why what was typed cannot be looked for. */
  readonly problem: string | undefined;
  /** Where nothing was asked yet: the newest that might have pushed and did not. */
  readonly silent: readonly DeliverySummary[];
}

export async function whyModel(
  deps: ConsoleDeps,
  asked: Asked,
  cursor: string | undefined,
): Promise<WhyModel> {
  const hasAsked = asked.commit + asked.branch + asked.at !== "";
  const nothing = { found: [], refused: [], silent: [], next: undefined, problem: undefined };
  const empty = { asked, hasAsked, ...nothing };
  if (!hasAsked) return { ...empty, silent: await newestSilent(deps) };
  const at = timeOf(asked);
  if (at !== undefined && Number.isNaN(at))
    return { ...empty, problem: "Give the time as day and time, such as 2026-11-02T12:00." };
  const { ids, next } = await idsOf(deps, asked, at, cursor);
  const details = await Promise.all(
    ids.map((id) => deps.operations.getDelivery.handle({ params: { id } })),
  );
  const found = details.flatMap((it) => (it instanceof ApiError ? [] : [it]));
  const refused = cursor === undefined ? await refusedAround(deps, at) : [];
  return { ...empty, found, next, refused };
}

/** So many are offered before anything is asked. */
const OFFERED = 8;

/** Ends of runs, and what waits for a person: what a push could have been about. */
async function newestSilent({ operations }: ConsoleDeps): Promise<DeliverySummary[]> {
  const { data } = await ask(operations.listDeliveries, { query: { limit: PAGE } });
  const isSilent = ({ outcome, effects }: DeliverySummary) =>
    outcome !== null &&
    outcome !== "running" &&
    outcome !== "queued" &&
    !effects.some((it) => it.startsWith("push"));
  return data.filter(isSilent).slice(0, OFFERED);
}

/** A few words of a branch will do: nobody types `dependabot/npm_and_yarn/vite-7.1.3`. */
export const isBranchNamed = (branch: string, asked: string): boolean =>
  wordsOf(branch).includes(wordsOf(asked));

const wordsOf = (branch: string): string =>
  ` ${branch
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .join(" ")} `;

const timeOf = ({ at, offset }: Asked): number | undefined =>
  at === "" ? undefined : Date.parse(`${at}Z`) + offset * 60_000;

/**
 * The newest that are meant; the store looks for the text, the rest is held against each. Ids sort
 * by time: what came after a time need not be looked through.
 */
async function idsOf(
  { operations, clock }: ConsoleDeps,
  { commit, branch }: Asked,
  at: number | undefined,
  from: string | undefined,
): Promise<{ readonly ids: readonly string[]; readonly next: string | undefined }> {
  const text = commit === "" ? branch : commit;
  const ids: string[] = [];
  const until = clock.now() + SEARCH_MS;
  const start = at === undefined ? undefined : idFloor("dlv", at + AROUND_MS + 1);
  const end = at === undefined ? "" : idFloor("dlv", at - AROUND_MS);
  let cursor = from ?? start;
  for (let page = 0; page < PAGES; page++) {
    const query = { limit: PAGE, ...(text !== "" && { q: text }), ...(cursor && { cursor }) };
    const { data, next_cursor: next } = await ask(operations.listDeliveries, { query });
    const isMeant = (it: (typeof data)[number]) =>
      it.id >= end && (branch === "" || it.branch === null || isBranchNamed(it.branch, branch));
    ids.push(...data.filter(isMeant).map(({ id }) => id));
    if (ids.length >= SHOWN) return { ids: ids.slice(0, SHOWN), next: ids[SHOWN - 1] };
    if (next === null || next < end) return { ids, next: undefined };
    cursor = next;
    if (clock.now() >= until) break;
  }
  return { ids, next: cursor };
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
