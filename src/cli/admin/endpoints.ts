/** Endpoints and their secrets: listed, made, shown, changed, removed and rotated. */
import * as z from "zod";
import { CliError, command, usageError } from "../terminal/command.ts";
import { given, yamlOf } from "../phone/input.ts";
import { gatewayApi } from "./client.ts";
import type { GatewayApi, GatewayFlags } from "./client.ts";
import { createdEndpoint, endpoint, expectedLine, page } from "./models.ts";
import type { Endpoint } from "./models.ts";
import { table } from "./words.ts";
import { INVOCATION } from "../terminal/invocation.ts";

export interface EndpointFlags extends GatewayFlags {
  readonly name?: string;
  readonly secret?: string;
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

export interface RotateFlags extends GatewayFlags {
  readonly secret?: string;
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
  const { call } = gatewayApi(context, flags);
  const body = { provider, ...settingsOf(flags), ...(flags.secret && { secret: flags.secret }) };
  const made = await call(createdEndpoint, "POST", "/api/v1/endpoints", body);
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
  if (flags.secret !== undefined)
    throw usageError(`A secret is changed with \`${INVOCATION} secrets rotate\`.`);
  const { id } = await findEndpoint(api, reference);
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
    it.starts_at === null ? "" : `starts ${it.starts_at}`,
    it.overdue_at === null ? "" : `told if not by ${it.overdue_at}`,
    it.last_started_at === null ? "never started" : `last ${it.last_started_at}`,
  ]);
  const none = `Nothing is expected of ${name}; \`expect\` in its settings says what has to come.`;
  return { json: found, text: rows.length > 0 ? table(rows) : none };
});

export const remove = command<GatewayFlags, [string]>(async (context, flags, reference) => {
  const api = gatewayApi(context, flags);
  const { id, name } = await findEndpoint(api, reference);
  await api.call(z.undefined(), "DELETE", `/api/v1/endpoints/${id}`);
  return { json: { id, deleted: true }, text: `Removed ${name} (${id})` };
});

const rotated = z.looseObject({ secret: z.string(), url: z.string(), old_expire_at: z.string() });

export const rotate = command<RotateFlags, [string]>(async (context, flags, reference) => {
  const api = gatewayApi(context, flags);
  const { id } = await findEndpoint(api, reference);
  const { secret, expiresInSeconds } = flags;
  const body = {
    ...(secret !== undefined && { secret }),
    ...(expiresInSeconds !== undefined && { expires_in_seconds: expiresInSeconds }),
  };
  const answer = await api.call(rotated, "POST", `/api/v1/endpoints/${id}/secrets`, body);
  return {
    json: { endpoint_id: id, ...answer },
    text: `secret  ${answer.secret} (shown this once)\nurl     ${answer.url}\n${
      expiresInSeconds === 0
        ? "The old one is refused from now on."
        : `The old one verifies until ${answer.old_expire_at}.`
    }`,
  };
});

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

function settingsIn(file: string): Record<string, unknown> {
  const parsed = settingsFile.safeParse(yamlOf(file));
  if (parsed.success) return parsed.data;
  throw usageError(
    `${file} must hold settings of an endpoint: YAML or JSON, a name and a value each.`,
  );
}
