/** What came in: shown and digested again; projects. */
import * as z from "zod";
import { command } from "../../terminal/command.ts";
import { gatewayApi } from "../client.ts";
import type { GatewayFlags } from "../client.ts";
import { allEndpoints } from "../endpoints.ts";
import { page, track } from "../models.ts";
import type { TrackView } from "../models.ts";
import { counted, table } from "../words.ts";
import { findDelivery, findRefused, isRefusedId } from "./find.ts";

export const showDelivery = command<GatewayFlags, [string]>(async (context, flags, reference) => {
  const api = gatewayApi(context, flags);
  if (isRefusedId(reference)) {
    const found = await findRefused(api, reference);
    return { json: found, text: JSON.stringify(found, null, 2) };
  }
  const found = await findDelivery(api, reference);
  return { json: found, text: `${JSON.stringify(found.headers, null, 2)}\n${found.payload}` };
});

export const replay = command<GatewayFlags, [string]>(async (context, flags, reference) => {
  const api = gatewayApi(context, flags);
  const { id } = await findDelivery(api, reference);
  const path = `/api/v1/deliveries/${id}/replay`;
  const answer = await api.call(z.looseObject({ id: z.string() }), "POST", path);
  return { json: answer, text: `${id} waits to be digested again.` };
});

export const projects = command<GatewayFlags, []>(async (context, flags) => {
  const api = gatewayApi(context, flags);
  const found = await api.call(page(track), "GET", "/api/v1/tracks?limit=200");
  const known = new Set((await allEndpoints(api)).map(({ id }) => id));
  const names = found.data.map(nameOf);
  const rows = found.data.map((it, at) => {
    const isAlone = names.filter((name) => name === names[at]).length === 1;
    const branch = it.shown_run?.facts.branch;
    return [
      [it.project.name, it.line].filter((name) => name !== null).join(" · "),
      [it.environment?.name, isAlone ? undefined : branch].filter(Boolean).join(" "),
      stateOf(it, known.has(it.endpoint_id)),
      it.shown_run?.facts.commit?.slice(0, 7) ?? "",
      counted(it.counts.runs, "run"),
      it.success_rate === null ? "" : `${Math.round(it.success_rate * 100)} %`,
      it.median_duration_ms === null ? "" : `median ${Math.round(it.median_duration_ms / 1000)} s`,
    ];
  });
  return { json: found, text: rows.length > 0 ? table(rows) : "No project yet." };
});

const nameOf = ({ project, line, environment }: TrackView): string =>
  JSON.stringify([project.name, line, environment?.name]);

/** Of an endpoint that is gone nothing more will be heard: what ran is not running for ever. */
function stateOf({ shown_run: run }: TrackView, isKnown: boolean): string {
  if (!run) return "";
  return isKnown || run.ended_at !== null ? run.state : "endpoint deleted";
}
