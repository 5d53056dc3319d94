/** The outbox: listed, shown and tried again. */
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { CliError, command, EXIT, usageError } from "../terminal/command.ts";
import { gatewayApi } from "./client.ts";
import type { GatewayApi, GatewayFlags } from "./client.ts";
import { commandDetail, commandView, page } from "./models.ts";
import type { CommandDetail } from "./models.ts";
import { callWords, counted, queryOf, table } from "./words.ts";

const POLL_MS = 500;

export interface CommandListFlags extends GatewayFlags {
  readonly status?: string;
}

export interface RetryFlags extends GatewayFlags {
  readonly dead?: boolean;
}

export const listCommands = command<CommandListFlags, []>(async (context, flags) => {
  const { call } = gatewayApi(context, flags);
  const query = queryOf({ status: flags.status });
  const found = await call(page(commandView), "GET", `/api/v1/commands?${query}`);
  const rows = found.data.map((it) => [it.id, it.status, callWords(it), it.reason ?? ""]);
  return { json: found, text: rows.length > 0 ? table(rows) : "No commands." };
});

export const showCommand = command<GatewayFlags, [string]>(async (context, flags, id) => {
  const found = await commandOf(gatewayApi(context, flags), id);
  return { json: found, text: commandText(found) };
});

export const retry = command<RetryFlags, [string?]>(async (context, flags, id) => {
  const { call } = gatewayApi(context, flags);
  if ((id === undefined) !== (flags.dead === true))
    throw usageError("Give the id of a command, or --dead for all dead ones.");
  const path = id === undefined ? "retry" : `${encodeURIComponent(id)}/retry`;
  const body = id === undefined ? { status: "dead" } : undefined;
  const schema = z.looseObject({ retried: z.number().optional() });
  const answer = await call(schema, "POST", `/api/v1/commands/${path}`, body);
  return { json: answer, text: `${id ?? counted(answer.retried ?? 0, "command")}: waiting again.` };
});

const commandOf = ({ call }: GatewayApi, id: string): Promise<CommandDetail> =>
  call(commandDetail, "GET", `/api/v1/commands/${encodeURIComponent(id)}`);

const isOpen = ({ status }: CommandDetail): boolean => status === "pending" || status === "sending";

/**
 * What became of a command, once it is settled. A CliError that says how it stands where it was
 * given up, or is not settled in time.
 */
export async function untilSettled(
  api: GatewayApi,
  id: string,
  seconds: number,
): Promise<CommandDetail> {
  const until = Date.now() + seconds * 1000;
  let found = await commandOf(api, id);
  while (isOpen(found) && Date.now() < until) {
    await sleep(Math.min(POLL_MS, Math.max(0, until - Date.now())));
    found = await commandOf(api, id);
  }
  if (!isOpen(found) && found.status !== "dead") return found;
  const lead = isOpen(found)
    ? `Not sent within ${Math.max(0, Math.round(seconds))} s, and still in the outbox`
    : "Not sent";
  throw new CliError(`${lead}: ${commandText(found)}`, EXIT.failed, { command: found });
}

export function commandText(it: CommandDetail): string {
  const from = it.delivery_id === null ? [] : [`  asked by  ${it.delivery_id}`];
  const isToCome = isOpen(it) && Date.parse(it.not_before) > Date.now();
  return [
    `${it.id}  ${callWords(it)}  ${standing(it)}`,
    ...from,
    ...(isToCome ? [`  not before ${it.not_before}`] : []),
    ...it.attempt_log.flatMap((attempt) => [
      `  ${attempt.at}  ${attemptWords(attempt)}`,
      ...(attempt.answer === null ? [] : [`    ${attempt.answer}`]),
    ]),
  ].join("\n");
}

/** `done`, `dead: 403 Forbidden`. */
export const standing = ({ status, reason }: CommandDetail): string =>
  reason ? `${status}: ${reason}` : status;

/** What waits, was replaced or was given up was not sent. */
export const verbOf = (it: CommandDetail): string =>
  it.status === "done" ? "sent" : isOpen(it) ? "to send" : "not sent";

/** `200 ok in 40 ms`. */
export const attemptWords = (it: CommandDetail["attempt_log"][number]): string =>
  `${it.status ?? "no answer"} ${it.outcome} in ${it.duration_ms} ms`;
