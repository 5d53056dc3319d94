/** Endpoints and their secrets: listed, made, shown, changed, removed and rotated. */
import * as z from "zod";
import { CliError, command, EXIT, usageError } from "../terminal/command.ts";
import { given, yamlOf } from "../phone/input.ts";
import { gatewayApi } from "./client.ts";
import type { GatewayApi, GatewayFlags } from "./client.ts";
import { createdEndpoint, endpoint, expectedLine, page, track } from "./models.ts";
import type { Endpoint } from "./models.ts";
import { table } from "./words.ts";
import { demandFree } from "./names.ts";
import { madeByProvider } from "./providers.ts";
import { INVOCATION } from "../terminal/invocation.ts";
import { askSecret, canAsk, givenSecret } from "../terminal/secret.ts";
import type { SecretFlags } from "../terminal/secret.ts";

export interface EndpointFlags extends GatewayFlags, SecretFlags {
  readonly name?: string;
  readonly deliver?: string;
  readonly notify?: string;
  readonly channels?: readonly string[];
  readonly me?: readonly string[];
  readonly events?: readonly string[];
  readonly environments?: readonly string[];
  readonly branches?: readonly string[];
  readonly projects?: readonly string[];
  readonly settings?: string;
  readonly enabled?: boolean;
}

export interface RotateFlags extends GatewayFlags, SecretFlags {
  readonly expiresInSeconds?: number;
}

export const list = command<GatewayFlags, []>(async (context, flags) => {
  const endpoints = await allEndpoints(gatewayApi(context, flags));
  const rows = endpoints.map((it) => [
    it.id,
    it.provider,
    it.name,
    it.enabled ? "on" : "off",
    it.url,
  ]);
  return {
    json: { data: endpoints },
    text: rows.length > 0 ? table(rows) : `No endpoint yet: ${INVOCATION} connect github`,
  };
});

export const create = command<EndpointFlags, [string]>(async (context, flags, provider) => {
  const api = gatewayApi(context, flags);
  const given = givenSecret(context, flags);
  const settings = settingsOf(flags);
  if (typeof settings["name"] === "string") demandFree(settings["name"], await allEndpoints(api));
  const body = { provider, ...settings, ...(given !== undefined && { secret: given }) };
  const answer = await api.call(createdEndpoint, "POST", "/api/v1/endpoints", body);
  const made = { ...answer, secret: given === undefined ? answer.secret : null };
  const secret = made.secret === null ? "" : `\nsecret  ${made.secret} (shown this once)`;
  return { json: made, text: `id      ${made.id}\nurl     ${made.url}${secret}` };
});

export const show = command<GatewayFlags, [string]>(async (context, flags, reference) => {
  const api = gatewayApi(context, flags);
  const { id } = await findEndpoint(api, reference);
  const found = await api.call(endpoint, "GET", `/api/v1/endpoints/${id}`);
  return { json: found, text: JSON.stringify(found, null, 2) };
});

export const update = command<EndpointFlags, [string]>(async (context, flags, reference) => {
  const api = gatewayApi(context, flags);
  const settings = settingsOf(flags);
  if (Object.keys(settings).length === 0) throw usageError("Say what to change; see --help.");
  if (givenSecret(context, flags) !== undefined)
    throw usageError(`A secret is changed with \`${INVOCATION} secrets rotate\`.`);
  const { id } = await findEndpoint(api, reference);
  if (typeof settings["name"] === "string")
    demandFree(settings["name"], await allEndpoints(api), id);
  const changed = await api.call(endpoint, "PATCH", `/api/v1/endpoints/${id}`, settings);
  return { json: changed, text: `Changed ${changed.name} (${id})` };
});

/** What has to come by the endpoint's `expect`, and how it stands. */
export const expected = command<GatewayFlags, [string]>(async (context, flags, reference) => {
  const api = gatewayApi(context, flags);
  const { id, name } = await findEndpoint(api, reference);
  const found = await api.call(page(expectedLine), "GET", `/api/v1/endpoints/${id}/expected`);
  const rows = found.data.map((it) => [
    it.is_overdue ? "overdue" : "waits",
    it.name,
    it.starts_at === null ? "" : `${it.is_overdue ? "next start" : "starts"} ${it.starts_at}`,
    it.overdue_at === null ? "" : `told if not by ${it.overdue_at}`,
    it.last_started_at === null ? "never started" : `last ${it.last_started_at}`,
  ]);
  const none = `Nothing is expected of ${name}; \`expect\` in its settings says what has to come.`;
  const isNew = found.data.some((it) => it.last_started_at === null);
  const known = isNew ? await knownLines(api, id) : [];
  const hint = known.length > 0 ? [`Lines that were heard of: ${known.join(", ")}.`] : [];
  return { json: found, text: rows.length > 0 ? [table(rows), ...hint].join("\n") : none };
});

/** What of the endpoint has moved so far, by the names that `expect` takes for `line` or `project`. */
async function knownLines({ call }: GatewayApi, id: string): Promise<readonly string[]> {
  const { data } = await call(page(track), "GET", `/api/v1/tracks?limit=200&endpoint=${id}`);
  return [...new Set(data.map(({ line, project }) => line ?? project.name))].toSorted();
}

export const remove = command<GatewayFlags, [string]>(async (context, flags, reference) => {
  const api = gatewayApi(context, flags);
  const { id, name } = await findEndpoint(api, reference);
  await api.call(z.undefined(), "DELETE", `/api/v1/endpoints/${id}`);
  return { json: { id, deleted: true }, text: `Removed ${name} (${id})` };
});

const rotated = z.looseObject({ secret: z.string(), url: z.string(), old_expire_at: z.string() });

export const rotate = command<RotateFlags, [string]>(async (context, flags, reference) => {
  const api = gatewayApi(context, flags);
  const found = await findEndpoint(api, reference);
  const { id } = found;
  const { expiresInSeconds } = flags;
  const secret = givenSecret(context, flags) ?? (await providersSecret(api, flags, found));
  const body = {
    ...(secret !== undefined && { secret }),
    ...(expiresInSeconds !== undefined && { expires_in_seconds: expiresInSeconds }),
  };
  const answer = await api.call(rotated, "POST", `/api/v1/endpoints/${id}/secrets`, body);
  return {
    json: { endpoint_id: id, ...answer, secret: secret === undefined ? answer.secret : null },
    text: `secret  ${secret === undefined ? `${answer.secret} (shown this once)` : "as given"}\nurl     ${answer.url}\n${
      expiresInSeconds === 0
        ? "The old one is refused from now on."
        : `The old one verifies until ${answer.old_expire_at}.`
    }`,
  };
});

/** Asks for a secret that only the provider can make; undefined where the gateway makes it. */
async function providersSecret(
  api: GatewayApi,
  flags: RotateFlags,
  { provider, name }: Endpoint,
): Promise<string | undefined> {
  const title = await madeByProvider(api, provider);
  if (title === undefined) return undefined;
  if (!canAsk(flags))
    throw usageError(
      `${title} makes the secret: give it with --secret-file - (standard input) or --secret-env NAME.`,
    );
  const given = await askSecret(`The secret that ${title} shows for "${name}"`);
  if (given) return given;
  throw new CliError("Nothing was changed.", given === undefined ? EXIT.interrupted : EXIT.usage);
}

export async function allEndpoints({ call }: GatewayApi): Promise<Endpoint[]> {
  const found: Endpoint[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const after: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { data, next_cursor } = await call(
      page(endpoint),
      "GET",
      `/api/v1/endpoints?limit=200${after}`,
    );
    found.push(...data);
    cursor = next_cursor;
  }
  return found;
}

/** By id, by name, or by provider where there is only one of it. */
export async function findEndpoint(api: GatewayApi, reference: string): Promise<Endpoint> {
  const all = await allEndpoints(api);
  const exact = all.find(({ id }) => id === reference);
  if (exact) return exact;
  const named = all.filter(({ name }) => name === reference);
  const matches = named.length > 0 ? named : all.filter(({ provider }) => provider === reference);
  if (matches[0] && matches.length === 1) return matches[0];
  const known = matches.length > 1 ? "Several endpoints are" : "No endpoint is";
  throw new CliError(`${known} "${reference}"; give an id of \`${INVOCATION} endpoints list\`.`);
}

const settingsFile = z.record(z.string(), z.unknown());

/** Flags win over what the file says. */
function settingsOf(flags: EndpointFlags): Record<string, unknown> {
  const { name, deliver, notify, channels, me, enabled, settings } = flags;
  const { events, environments, branches, projects } = flags;
  const filters = given({ events, environments, branches, projects });
  return {
    ...(settings && settingsIn(settings)),
    ...given({ name, deliver, notify, channels, me, enabled }),
    ...(Object.keys(filters).length > 0 && { filters }),
  };
}

export function settingsIn(file: string): Record<string, unknown> {
  const parsed = settingsFile.safeParse(yamlOf(file));
  if (parsed.success) return parsed.data;
  throw usageError(
    `${file} must hold settings of an endpoint: YAML or JSON, a name and a value each.`,
  );
}
