/**
 * What the pages show, gathered through the operations of the admin API: both are faces of one set.
 * Reads only.
 */
import type { DeliverySummary } from "../../api/deliveries.ts";
import type { EndpointRecord } from "../../model/endpoint.ts";
import { ApiError } from "../../api/routing/api-error.ts";
import { isoTime } from "../../api/routing/models.ts";
import { timeOfId } from "../../util/id.ts";
import { ask } from "./ask.ts";
import { neighboursOf } from "./neighbours.ts";
import type { ConsoleDeps } from "../deps.ts";
import { isSearched, parseSearch, startOf, storeText } from "../../api/models/delivery-search.ts";
import type { Search } from "../../api/models/delivery-search.ts";
import { figuresOf } from "./figures.ts";
import { healthOf } from "./health.ts";
import type { ProjectModel, ProjectsModel } from "../views/projects.ts";
import type { DeliveriesModel } from "../views/deliveries/deliveries.ts";
import type { DeliveryModel } from "../views/deliveries/delivery.ts";
import type { HomeModel } from "../views/home.ts";
import type { OutboxModel } from "../views/outbox.ts";

const PAGE = 50;
const LATEST = 8;
/** How many pages of the store one page of a search looks through, and for how long. */
const SEARCH_PAGES = 40;
const SEARCH_PAGE = 100;
const SEARCH_MS = 70;

/** What marks an endpoint that the console made to play stories at: a name is the user's to choose. */
export const PLAYED = { madeToPlay: true } as const;

const isMadeToPlay = ({ options }: EndpointRecord): boolean =>
  options["madeToPlay"] === PLAYED.madeToPlay;

/** The endpoints that stories are played at, and whether there are others. */
export async function playedEndpoints({ store }: ConsoleDeps) {
  const { rows } = await store.listEndpoints({ limit: 200 });
  const played = rows.filter(isMadeToPlay);
  return { played, hasOwn: played.length < rows.length };
}

export async function homeModel(deps: ConsoleDeps): Promise<HomeModel> {
  const { operations } = deps;
  const [screen, latest, problems] = await Promise.all([
    ask(operations.getScreen),
    ask(operations.listDeliveries, { query: { limit: LATEST } }),
    deps.facts.problems(),
  ]);
  return {
    screen,
    latest: latest.data,
    health: healthOf(problems, screen, deps.publicUrl()),
    hasPreview: deps.hasPreview,
  };
}

/** A page of deliveries, searched where something was typed. */
export async function deliveriesModel(
  deps: ConsoleDeps,
  typed: string,
  cursor: string | undefined,
): Promise<DeliveriesModel> {
  const search = parseSearch(typed);
  const { terms, problems } = search;
  const isFirstPage = cursor === undefined;
  const isPlain = typed.trim() === "";
  const query = {
    limit: isPlain ? PAGE : SEARCH_PAGE,
    endpoint: terms.endpoint,
    status: terms.status,
    q: storeText(search),
    cursor: cursor ?? startOf(search),
  };
  if (problems.length > 0) return { query: typed, isFirstPage, ...NOTHING, problems };
  const found = isPlain ? await onePage(deps, query) : await searched(deps, search, query);
  return { query: typed, isFirstPage, ...found };
}

type Query = Readonly<Record<string, string | number | undefined>>;
const asText = (value: string | number | undefined): string | undefined =>
  value === undefined ? undefined : String(value);

type Found = Pick<DeliveriesModel, "rows" | "next" | "lookedBackTo" | "problems">;
const NOTHING: Found = { rows: [], next: undefined, lookedBackTo: undefined, problems: [] };

async function onePage({ operations }: ConsoleDeps, query: Query): Promise<Found> {
  const { data, next_cursor: next } = await ask(operations.listDeliveries, { query: given(query) });
  return { ...NOTHING, rows: data, next: next ?? undefined };
}

/**
 * Looks through deliveries for a bounded time, so that a search for nothing ends; the next page goes
 * on from there.
 */
async function searched(
  { operations, clock }: ConsoleDeps,
  search: Search,
  query: Query,
): Promise<Found> {
  const until = clock.now() + SEARCH_MS;
  const rows: DeliverySummary[] = [];
  let cursor: string | undefined = asText(query["cursor"]);
  for (let page = 0; page < SEARCH_PAGES; page++) {
    const answer = await operations.listDeliveries.handle({ query: given({ ...query, cursor }) });
    if (answer instanceof ApiError) return { ...NOTHING, problems: [answer.body.message] };
    rows.push(...answer.data.filter((it) => isSearched(search, it)));
    cursor = answer.next_cursor ?? undefined;
    if (cursor === undefined || rows.length >= PAGE || clock.now() >= until) break;
  }
  const lookedBackTo = cursor === undefined ? "the beginning" : isoTime(timeOfId(cursor));
  return { ...NOTHING, rows, next: cursor, lookedBackTo };
}

/** Without the parameters that are not set: the operations know no empty ones. */
const given = (query: Query): Record<string, unknown> =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));

/** One delivery with its neighbours in the list; a refusal where there is none. */
export async function deliveryModel(
  deps: ConsoleDeps,
  id: string,
): Promise<Omit<DeliveryModel, "mayAct"> | ApiError> {
  const { operations } = deps;
  const delivery = await operations.getDelivery.handle({ params: { id } });
  if (delivery instanceof ApiError) return delivery;
  const [endpoint, { newer, older }] = await Promise.all([
    operations.getEndpoint.handle({ params: { id: delivery.endpoint_id } }),
    neighboursOf(deps, delivery),
  ]);
  return {
    delivery,
    endpoint: endpoint instanceof ApiError ? undefined : endpoint,
    older,
    newer,
  };
}

/** Beyond so many the outbox says "more than". */
const COUNTED = 100;

/** How much waits and how much was given up: what an operator has to look after. */
export async function outboxCounts({ operations }: ConsoleDeps): Promise<OutboxModel["counts"]> {
  const [pending, dead] = await Promise.all(
    (["pending", "dead"] as const).map(async (status) => {
      const page = await ask(operations.listCommands, { query: { status, limit: COUNTED } });
      return { count: page.data.length, isAtLeast: page.next_cursor !== null };
    }),
  );
  return { ...(pending && { pending }), ...(dead && { dead }) };
}

/** How many runs the figures of a row look at, and those of a page. */
const ROW_RUNS = 20;
const PAGE_RUNS = 200;
const TRACKS = 30;

export async function projectsModel(
  { operations }: ConsoleDeps,
  cursor: string | undefined,
): Promise<ProjectsModel> {
  const query = { limit: TRACKS, ...(cursor !== undefined && { cursor }) };
  const page = await ask(operations.listTracks, { query });
  const ids = new Set(page.data.map((track) => track.endpoint_id));
  const providers = new Map(
    await Promise.all([...ids].map(async (of) => [of, await providerOf(operations, of)] as const)),
  );
  const rows = await Promise.all(
    page.data.map(async (track) => {
      const runs = await operations.listRuns.handle({
        params: { id: track.id },
        query: { limit: ROW_RUNS },
      });
      const known = runs instanceof ApiError ? [] : runs.data;
      const provider = providers.get(track.endpoint_id);
      return { track, provider, runs: known, figures: figuresOf(known) };
    }),
  );
  rows.sort((a, b) => b.track.updated_at.localeCompare(a.track.updated_at));
  return { rows, next: page.next_cursor ?? undefined };
}

/** Undefined where the endpoint is gone. */
async function providerOf(
  operations: ConsoleDeps["operations"],
  id: string,
): Promise<string | undefined> {
  const endpoint = await operations.getEndpoint.handle({ params: { id } });
  return endpoint instanceof ApiError ? undefined : endpoint.provider;
}

export async function projectModel(
  { operations }: ConsoleDeps,
  id: string,
  cursor: string | undefined,
): Promise<ProjectModel | ApiError> {
  const track = await operations.getTrack.handle({ params: { id } });
  if (track instanceof ApiError) return track;
  const runsFrom = (from: string | undefined) =>
    operations.listRuns.handle({
      params: { id },
      query: { limit: PAGE_RUNS, ...(from !== undefined && { cursor: from }) },
    });
  const [provider, newest, page] = await Promise.all([
    providerOf(operations, track.endpoint_id),
    runsFrom(undefined),
    cursor === undefined ? undefined : runsFrom(cursor),
  ]);
  if (newest instanceof ApiError) return newest;
  if (page instanceof ApiError) return page;
  const { data: runs, next_cursor: next } = page ?? newest;
  // The figures are of the newest runs, whichever page of them is read.
  return { track, provider, runs, figures: figuresOf(newest.data), next: next ?? undefined };
}
