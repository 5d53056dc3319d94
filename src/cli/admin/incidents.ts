/** What is wrong: listed, acknowledged and muted. */
import { CliError, command } from "../terminal/command.ts";
import { gatewayApi } from "./client.ts";
import type { GatewayApi, GatewayFlags } from "./client.ts";
import { incident, page } from "./models.ts";
import type { Incident } from "./models.ts";
import { table } from "./words.ts";

export interface IncidentListFlags extends GatewayFlags {
  readonly state?: string;
}

export interface MuteFlags extends GatewayFlags {
  /** Off: it rings again. */
  readonly off?: boolean;
}

export const listIncidents = command<IncidentListFlags, []>(async (context, flags) => {
  const { call } = gatewayApi(context, flags);
  const query = flags.state === undefined ? "" : `?state=${encodeURIComponent(flags.state)}`;
  const found = await call(page(incident), "GET", `/api/v1/incidents${query}`);
  const rows = found.data.map((it) => [
    it.since,
    it.id,
    it.muted ? `${it.state}, muted` : it.state,
    it.severity,
    it.count === 1 || it.state === "resolved" ? it.title : `${it.title} (${it.count} times)`,
  ]);
  return { json: found, text: rows.length > 0 ? table(rows) : "No incidents." };
});

export const acknowledge = command<GatewayFlags, [string]>(async (context, flags, reference) => {
  const api = gatewayApi(context, flags);
  const { id } = await findIncident(api, reference);
  const now = await api.call(incident, "POST", `/api/v1/incidents/${id}/acknowledge`);
  const text = `${now.title}: acknowledged. It rings again only if it gets worse, and when it is over.`;
  return { json: now, text };
});

export const mute = command<MuteFlags, [string]>(async (context, flags, reference) => {
  const api = gatewayApi(context, flags);
  const { id } = await findIncident(api, reference);
  const body = { muted: flags.off !== true };
  const now = await api.call(incident, "POST", `/api/v1/incidents/${id}/mute`, body);
  const text = now.muted ? "muted; the next one of its kind rings" : "rings again";
  return { json: now, text: `${now.title}: ${text}.` };
});

/** By id, or `last` for the newest that is not over. */
async function findIncident({ call }: GatewayApi, reference: string): Promise<Incident> {
  if (reference !== "last")
    return call(incident, "GET", `/api/v1/incidents/${encodeURIComponent(reference)}`);
  const { data } = await call(page(incident), "GET", "/api/v1/incidents?limit=200");
  const open = data.find(({ state }) => state !== "resolved");
  if (open) return open;
  throw new CliError("Nothing is wrong: no incident is open.");
}
