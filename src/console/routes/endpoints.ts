/**
 * Connecting and keeping endpoints: the forms of both, each done through the admin API's own
 * operations.
 */
import type { Context, Hono } from "hono";
import type { EndpointView } from "../../api/models/endpoint-models.ts";
import type { ProviderView } from "../../api/providers.ts";
import { ApiError } from "../../api/routing/api-error.ts";
import { randomToken } from "../../util/id.ts";
import type { ConsoleDeps } from "../deps.ts";
import { fieldsOf, readForm, settingsOf } from "../forms/forms.ts";
import { listed } from "../forms/rule-fields.ts";
import type { Fields } from "../forms/forms.ts";
import { knownOf, shownBy } from "../models/known.ts";
import { ask } from "../models/ask.ts";
import { connectedPage, connectPage, connectProviderPage } from "../views/connect.ts";
import { endpointPage, endpointsPage } from "../views/endpoints.ts";
import type { EndpointModel } from "../views/endpoints.ts";
import { back, mayAct, refused, show } from "./answer.ts";

const PAGE = 100;
/** Stands in until the provider has made the secret, which it does after it has the URL. */
const PLACEHOLDER_BYTES = 24;
const LATEST_REFUSED_MS = 10 * 60_000;

export function mountEndpoints(app: Hono, deps: ConsoleDeps): void {
  mountConnect(app, deps);
  mountList(app, deps);
  mountSettings(app, deps);
  mountSecrets(app, deps);
}

function mountConnect(app: Hono, deps: ConsoleDeps): void {
  const { operations } = deps;
  app.get("/connect", async (c) =>
    show(deps, c, connectPage((await ask(operations.listProviders)).data)),
  );
  app.get("/connect/:provider", async (c) => connectForm(deps, c, {}, undefined));
  app.post("/connect/:provider", async (c) => {
    const fields = await readForm(c);
    const provider = await providerOf(deps, c.req.param("provider"));
    if (!provider) return c.notFound();
    const created = await operations.createEndpoint.handle({ body: creation(provider, fields) });
    if (created instanceof ApiError) return connectForm(deps, c, fields, created);
    // The answer of the POST itself: the secret is shown this once, so no address may show it
    // again.
    const { publicUrl } = deps;
    return show(
      deps,
      c,
      connectedPage({
        endpoint: created,
        provider,
        publicUrl: publicUrl(),
        ...NOTHING_YET,
        mayAct: true,
      }),
    );
  });
  app.get("/connect/:provider/:id", async (c) => {
    const endpoint = await operations.getEndpoint.handle({ params: { id: c.req.param("id") } });
    if (endpoint instanceof ApiError) return refused(deps, c, endpoint);
    const provider = await providerOf(deps, endpoint.provider);
    if (!provider) return c.notFound();
    const news = await newsOf(deps, endpoint);
    return show(
      deps,
      c,
      connectedPage({
        endpoint,
        provider,
        publicUrl: deps.publicUrl(),
        ...news,
        mayAct: await mayAct(deps, c),
      }),
    );
  });
}

const NOTHING_YET = { first: undefined, besides: [], refused: undefined };

/** Whether something was believed, or at least arrived, since the endpoint was made. */
async function newsOf(deps: ConsoleDeps, { id }: EndpointView) {
  const { operations, clock } = deps;
  const [deliveries, attempts] = await Promise.all([
    ask(operations.listDeliveries, { query: { endpoint: id, limit: 2 } }),
    operations.listRefused.handle({ params: { id } }),
  ]);
  const [newest] = deliveries.data;
  const [latest] = attempts instanceof ApiError ? [] : attempts.data;
  const isFresh = latest && Date.parse(latest.at) > clock.now() - LATEST_REFUSED_MS;
  return {
    first: newest && {
      id: newest.id,
      at: newest.received_at,
      summary: newest.summary,
      isOnly: deliveries.data.length === 1,
    },
    besides: newest?.project == null ? [] : await followersOf(deps, newest.project, id),
    refused: isFresh ? latest.why : undefined,
  };
}

/** Names of the endpoints beside one that have a track of the project. */
async function followersOf(
  { operations }: ConsoleDeps,
  project: string,
  besides: string,
): Promise<string[]> {
  const [tracks, endpoints] = await Promise.all([
    ask(operations.listTracks, { query: { limit: PAGE } }),
    ask(operations.listEndpoints, { query: { limit: PAGE } }),
  ]);
  const same = tracks.data.filter((it) => it.project.name === project);
  const ids = new Set(same.map((it) => it.endpoint_id));
  return endpoints.data.flatMap(({ id, name }) => (id !== besides && ids.has(id) ? [name] : []));
}

async function connectForm(
  deps: ConsoleDeps,
  c: Context,
  typed: Fields,
  refusal: ApiError | undefined,
): Promise<Response> {
  const provider = await providerOf(deps, c.req.param("provider") ?? "");
  if (!provider) return c.notFound();
  const page = connectProviderPage({
    provider,
    typed,
    problem: problemOf(refusal),
    publicUrl: deps.publicUrl(),
    mayAct: await mayAct(deps, c),
  });
  return show(deps, c, page, refusal ? 400 : 200);
}

const problemOf = (refusal: ApiError | undefined): EndpointModel["problem"] =>
  refusal && { message: refusal.body.message, issues: refusal.body.issues ?? [] };

async function providerOf(
  { operations }: ConsoleDeps,
  name: string,
): Promise<ProviderView | undefined> {
  return (await ask(operations.listProviders)).data.find((it) => it.name === name);
}

function creation(provider: ProviderView, fields: Fields): Record<string, unknown> {
  const preset = provider.presets.find(({ name }) => name === fields["preset"]);
  const projects = listed(fields["projects"]);
  const channels = listed(fields["channels"]);
  const apiKey = fields["api_key"]?.trim() ?? "";
  return {
    provider: provider.name,
    name: fields["name"]?.trim() ?? provider.title,
    ...preset?.settings,
    ...(provider.secret.made_by === "provider" && { secret: randomToken(PLACEHOLDER_BYTES) }),
    ...(projects && { filters: { projects } }),
    ...(channels && { channels }),
    ...(apiKey !== "" && { api_key: apiKey }),
  };
}

function mountList(app: Hono, deps: ConsoleDeps): void {
  const { operations } = deps;
  app.get("/endpoints", async (c) => {
    const { cursor } = c.req.query();
    const query = { limit: PAGE, ...(cursor !== undefined && { cursor }) };
    const [page, totals] = await Promise.all([
      operations.listEndpoints.handle({ query }),
      ask(operations.listRefusedTotals),
    ]);
    if (page instanceof ApiError) return refused(deps, c, page);
    const counts = totals.data.map(
      (it) => [it.endpoint_id, { total: it.total, why: it.last_why, at: it.last_at }] as const,
    );
    return show(
      deps,
      c,
      endpointsPage({
        endpoints: page.data,
        next: page.next_cursor ?? undefined,
        refused: new Map(counts),
      }),
    );
  });
}

/** What an endpoint's page is shown with besides what is stored. */
type Shown = Partial<Pick<EndpointModel, "problem" | "typed" | "secret">>;

async function showEndpoint(
  deps: ConsoleDeps,
  c: Context,
  id: string,
  shown: Shown,
): Promise<Response> {
  const { operations } = deps;
  const [endpoint, attempts] = await Promise.all([
    operations.getEndpoint.handle({ params: { id } }),
    operations.listRefused.handle({ params: { id } }),
  ]);
  if (endpoint instanceof ApiError) return refused(deps, c, endpoint);
  const provider = await providerOf(deps, endpoint.provider);
  const [known, ends] = await Promise.all([knownOf(deps, id, provider), shownBy(deps, endpoint)]);
  const page = endpointPage({
    endpoint,
    provider,
    known,
    ends,
    refused: attempts instanceof ApiError ? [] : attempts.data,
    problem: shown.problem,
    typed: shown.typed ?? fieldsOf(endpoint),
    secret: shown.secret,
    mayAct: await mayAct(deps, c),
  });
  return show(deps, c, page, shown.problem ? 400 : 200);
}

function mountSettings(app: Hono, deps: ConsoleDeps): void {
  const { operations } = deps;
  const update = (id: string, body: Record<string, unknown>) =>
    operations.updateEndpoint.handle({ params: { id }, body });
  app.get("/endpoints/:id", (c) => showEndpoint(deps, c, c.req.param("id"), {}));
  app.post("/endpoints/:id", async (c) => {
    const { id } = c.req.param();
    const typed = await readForm(c);
    const answer = await update(id, settingsOf(typed));
    if (!(answer instanceof ApiError)) return back(c, `/endpoints/${id}`, "saved");
    if (answer.status === 404) return refused(deps, c, answer);
    return showEndpoint(deps, c, id, { typed, problem: problemOf(answer) });
  });
  for (const [path, patch, said] of [
    ["pause", { enabled: false }, "paused"],
    ["resume", { enabled: true }, "resumed"],
    ["unpin", { pin: null }, "pin_reset"],
  ] as const) {
    app.post(`/endpoints/:id/${path}`, async (c) => {
      const { id } = c.req.param();
      const answer = await update(id, patch);
      return answer instanceof ApiError
        ? refused(deps, c, answer)
        : back(c, `/endpoints/${id}`, said);
    });
  }
  app.post("/endpoints/:id/delete", async (c) => {
    const answer = await operations.deleteEndpoint.handle({ params: { id: c.req.param("id") } });
    return back(c, "/endpoints", answer instanceof ApiError ? "gone" : "deleted");
  });
}

function mountSecrets(app: Hono, deps: ConsoleDeps): void {
  app.post("/endpoints/:id/secret", async (c) => {
    const { id } = c.req.param();
    const { secret, expires_in_seconds: seconds, from } = await readForm(c);
    const body = {
      ...(secret !== undefined && { secret }),
      ...(seconds !== undefined && { expires_in_seconds: Number(seconds) }),
    };
    const answer = await deps.operations.rotateSecret.handle({ params: { id }, body });
    if (answer instanceof ApiError)
      return showEndpoint(deps, c, id, { problem: problemOf(answer) });
    if (secret === undefined)
      return showEndpoint(deps, c, id, { secret: { value: answer.secret, url: answer.url } });
    const endpoint = await deps.store.findEndpoint(id);
    const path =
      from === "connect" && endpoint
        ? `/connect/${endpoint.endpoint.provider}/${id}`
        : `/endpoints/${id}`;
    return back(c, path, "secret_stored");
  });
}
