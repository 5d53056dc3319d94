/** What came in and why it did what it did; projects. */
import * as z from "zod";
import { CliError, command, usageError } from "../../terminal/command.ts";
import { readText } from "../../phone/input.ts";
import { gatewayApi } from "../client.ts";
import type { GatewayApi, GatewayFlags } from "../client.ts";
import { attemptWords, standing, verbOf } from "../commands.ts";
import { delivery, deliveryDetail, dryRunResult, page, track } from "../models.ts";
import type { DeliveryDetail } from "../models.ts";
import { callWords, counted, deliveryLine, queryOf, signalWords, table } from "../words.ts";

export interface TryFlags extends GatewayFlags {
  readonly provider?: string;
  readonly header?: readonly string[];
}

export const showDelivery = command<GatewayFlags, [string]>(async (context, flags, reference) => {
  const found = await findDelivery(gatewayApi(context, flags), reference);
  return { json: found, text: `${JSON.stringify(found.headers, null, 2)}\n${found.payload}` };
});

export const replay = command<GatewayFlags, [string]>(async (context, flags, reference) => {
  const api = gatewayApi(context, flags);
  const { id } = await findDelivery(api, reference);
  const path = `/api/v1/deliveries/${id}/replay`;
  const answer = await api.call(z.looseObject({ id: z.string() }), "POST", path);
  return { json: answer, text: `${id} waits to be digested again.` };
});

export const why = command<GatewayFlags, [string?]>(async (context, flags, reference = "last") => {
  const found = await findDelivery(gatewayApi(context, flags), reference);
  return { json: found, text: whyText(found) };
});

export const projects = command<GatewayFlags, []>(async (context, flags) => {
  const { call } = gatewayApi(context, flags);
  const found = await call(page(track), "GET", "/api/v1/tracks?limit=200");
  const rows = found.data.map((it) => [
    [it.project.name, it.line].filter((name) => name !== null).join(" · "),
    it.environment?.name ?? "",
    it.shown_run?.state ?? "",
    it.shown_run?.facts.commit?.slice(0, 7) ?? "",
    counted(it.counts.runs, "run"),
    it.success_rate === null ? "" : `${Math.round(it.success_rate * 100)} %`,
    it.median_duration_ms === null ? "" : `median ${Math.round(it.median_duration_ms / 1000)} s`,
  ]);
  return { json: found, text: rows.length > 0 ? table(rows) : "No project yet." };
});

export const tryFile = command<TryFlags, [string]>(async (context, flags, source) => {
  const api = gatewayApi(context, flags);
  const input = await dryRunInput(api, flags, source);
  const result = await api.call(dryRunResult, "POST", "/api/v1/dry-run", input);
  const { kind, event = "", detail = "", signals = [], commands = [] } = result;
  const lines = [
    [kind, event, detail].filter((word) => word !== "").join("  "),
    ...signals.map((signal) => `said  ${signalWords(signal)}`),
    ...commands.map((call) => `would send  ${callWords(call)}`),
  ];
  const isReadable = kind !== "unreadable" && kind !== "invalid";
  return { json: result, text: lines.join("\n"), exitCode: isReadable ? 0 : 1 };
});

/** A stored delivery by id or `last`, or a file with a payload. */
async function dryRunInput(api: GatewayApi, flags: TryFlags, source: string): Promise<object> {
  if (source === "last" || source.startsWith("dlv_")) {
    const { provider, headers, payload } = await findDelivery(api, source);
    return { provider, headers, body: payload };
  }
  const { provider, header = [] } = flags;
  if (provider === undefined) throw usageError("Say with --provider whose payload it is.");
  const headers = header.map((line) => {
    const [name = "", ...value] = line.split(":");
    return [name.trim(), value.join(":").trim()] as const;
  });
  return { provider, headers: Object.fromEntries(headers), body: readText(source) };
}

async function findDelivery(api: GatewayApi, reference: string): Promise<DeliveryDetail> {
  const id = await deliveryId(api, reference);
  return api.call(deliveryDetail, "GET", `/api/v1/deliveries/${encodeURIComponent(id)}`);
}

/**
 * An id, `last`, or a text such as a project's name: then the newest delivery that has it. A search
 * goes back a window a page, so that a page may be empty and not the last.
 */
async function deliveryId({ call }: GatewayApi, reference: string): Promise<string> {
  if (reference.startsWith("dlv_")) return reference;
  const q = reference === "last" ? undefined : reference;
  let cursor: string | undefined;
  do {
    const query = queryOf({ limit: "1", q, cursor });
    const { data, next_cursor } = await call(page(delivery), "GET", `/api/v1/deliveries?${query}`);
    if (data[0]) return data[0].id;
    cursor = next_cursor ?? undefined;
  } while (cursor !== undefined);
  const nothing = q === undefined ? "Nothing has come in yet." : `No delivery has "${q}" in it.`;
  throw new CliError(nothing);
}

function whyText(it: DeliveryDetail): string {
  const calls = it.commands.flatMap((command) => [
    `  ${verbOf(command).padEnd(9)} ${callWords(command)}  ${standing(command)}`,
    ...command.attempt_log.map((attempt) => `            ${attemptWords(attempt)}`),
  ]);
  return [
    `${it.id}  ${deliveryLine(it)}`,
    `  verified  ${it.verification.scheme}`,
    ...(it.signals ?? []).map((signal) => `  said      ${signalWords(signal)}`),
    ...(it.detail === null ? [] : [`  so        ${it.detail}`]),
    ...calls,
  ].join("\n");
}
