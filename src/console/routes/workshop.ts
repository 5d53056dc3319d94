/** Trying a payload, looking at the settings, reading the API. */
import type { Context, Hono } from "hono";
import type { EndpointView } from "../../api/models/endpoint-models.ts";
import { BACKUP_ROUTES } from "../../api/backup.ts";
import { openApiDocument } from "../../api/routing/openapi.ts";
import { ApiError } from "../../api/routing/api-error.ts";
import { REDACTED } from "../../receive/redact.ts";
import type { ConsoleDeps } from "../deps.ts";
import { fieldsOf, readForm, settingsOf } from "../forms/forms.ts";
import type { Fields } from "../forms/forms.ts";
import { knownOf } from "../models/known.ts";
import { ask } from "../models/ask.ts";
import { healthOf } from "../models/health.ts";
import { NOTHING_KNOWN } from "../views/parts/settings-fields.ts";
import { docsPage } from "../views/docs.ts";
import { settingsPage } from "../views/settings.ts";
import { tryPage } from "../views/try.ts";
import type { TryModel } from "../views/try.ts";
import { back, mayAct, show } from "./answer.ts";
import { iphoneModel } from "./check-key.ts";

export function mountWorkshop(app: Hono, deps: ConsoleDeps): void {
  app.get("/try", async (c) => {
    const { delivery, endpoint, provider } = c.req.query();
    const fields = await fieldsToTry(deps, delivery, endpoint, provider);
    return show(deps, c, tryPage({ ...(await tried(deps, c, fields)), passes: "uncounted" }));
  });
  app.post("/try", async (c) => {
    const fields = await readForm(c);
    const passes = await passesOf(deps, fields);
    return show(deps, c, tryPage({ ...(await tried(deps, c, fields)), passes }));
  });
  app.post("/try/save", async (c) => {
    const fields = await readForm(c);
    const id = fields["endpoint"] ?? "";
    const answer = await deps.operations.updateEndpoint.handle({
      params: { id },
      body: settingsOf({ ...(await stored(deps, id)), ...fields }),
    });
    if (!(answer instanceof ApiError)) return back(c, `/endpoints/${id}`, "saved");
    const passes = await passesOf(deps, fields);
    const model = { ...(await tried(deps, c, fields)), passes, problem: answer.body };
    return show(deps, c, tryPage(model), 400);
  });
  app.get("/settings", async (c) => {
    const screen = await ask(deps.operations.getScreen);
    const model = {
      health: healthOf(await deps.facts.problems(), screen, deps.publicUrl()),
      accounts: screen.accounts,
      facts: deps.facts,
      publicUrl: deps.publicUrl(),
      providers: deps.adapters.map(({ title }) => title),
      keys: await deps.facts.keys(),
      isBackedUpByHttp: deps.backup !== undefined,
      iphone: await iphoneModel(deps, c),
    };
    return show(deps, c, settingsPage(model));
  });
  app.get("/docs", (c) => {
    const routes = [...Object.values(deps.operations), ...BACKUP_ROUTES];
    return show(deps, c, docsPage(openApiDocument(routes, deps), routes));
  });
}

/** What the form begins with: a stored delivery's payload, an endpoint's settings, or nothing. */
async function fieldsToTry(
  deps: ConsoleDeps,
  deliveryId: string | undefined,
  endpointId: string | undefined,
  provider: string | undefined,
): Promise<Fields> {
  const { operations } = deps;
  const delivery =
    deliveryId === undefined
      ? undefined
      : await operations.getDelivery.handle({ params: { id: deliveryId } });
  if (delivery === undefined || delivery instanceof ApiError) {
    const settings = endpointId === undefined ? {} : await stored(deps, endpointId);
    const newest = await newestOf(deps, endpointId);
    return { provider: provider ?? "", ...settings, ...newest };
  }
  return {
    ...(await stored(deps, delivery.endpoint_id)),
    provider: delivery.provider,
    headers: headerLines(delivery.headers, delivery.content_type),
    payload: readable(delivery.payload),
  };
}

/** Longer payloads stay as they came. */
const MAX_INDENTED = 100_000;

/** JSON with a line a value, to be read and changed. */
function readable(payload: string): string {
  if (payload.length > MAX_INDENTED) return payload;
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}

/** The newest delivery of the endpoint is what one mostly wants to try with. */
async function newestOf(deps: ConsoleDeps, endpoint: string | undefined): Promise<Fields> {
  if (endpoint === undefined) return {};
  const query = { endpoint, limit: 1, status: "processed" };
  const [newest] = (await ask(deps.operations.listDeliveries, { query })).data;
  const found = newest && (await deps.operations.getDelivery.handle({ params: { id: newest.id } }));
  if (!found || found instanceof ApiError) return {};
  return {
    headers: headerLines(found.headers, found.content_type),
    payload: readable(found.payload),
  };
}

/** Those that may name the event; what was redacted names nothing. */
const headerLines = (headers: Readonly<Record<string, string>>, contentType: string): string =>
  Object.entries({ "content-type": contentType, ...headers })
    .filter(([name]) => name === "content-type" || name.startsWith("x-"))
    .filter(([, value]) => value !== REDACTED)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");

async function stored({ operations }: ConsoleDeps, id: string): Promise<Fields> {
  const endpoint: EndpointView | ApiError = await operations.getEndpoint.handle({ params: { id } });
  if (endpoint instanceof ApiError) return {};
  return { ...fieldsOf(endpoint), provider: endpoint.provider, endpoint: id };
}

async function tried(
  deps: ConsoleDeps,
  c: Context,
  fields: Fields,
): Promise<Omit<TryModel, "passes">> {
  const { operations } = deps;
  const providers = (await ask(operations.listProviders)).data;
  const { endpoint = "", payload = "" } = fields;
  const provider = providers.find(({ name }) => name === fields["provider"]);
  const known = endpoint === "" ? NOTHING_KNOWN : await knownOf(deps, endpoint, provider);
  const shown = { fields, providers, known, mayAct: await mayAct(deps, c) };
  if (payload.trim() === "") return { ...shown, result: undefined, problem: undefined };
  const { name: _name, ...settings } = settingsOf(fields);
  const answer = await operations.dryRun.handle({
    body: {
      ...settings,
      provider: fields["provider"] ?? "",
      headers: headersOf(fields["headers"] ?? ""),
      body: payload,
      moments: true,
    },
  });
  return answer instanceof ApiError
    ? { ...shown, result: undefined, problem: answer.body }
    : { ...shown, result: answer, problem: undefined };
}

/** Undefined where the settings are refused, and the dry run says why; or of no endpoint. */
async function passesOf({ operations }: ConsoleDeps, fields: Fields) {
  const { endpoint: id = "" } = fields;
  if (id === "") return undefined;
  const { name: _name, ...body } = settingsOf(fields);
  const answer = await operations.tryOnLatest.handle({ params: { id }, body });
  return answer instanceof ApiError ? undefined : answer;
}

function headersOf(lines: string): Record<string, string> {
  const headers = lines.split("\n").flatMap((line): [string, string][] => {
    const colon = line.indexOf(":");
    return colon < 1
      ? []
      : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
  });
  return Object.fromEntries(headers);
}
