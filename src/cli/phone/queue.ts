/** `--queue`: the call goes into the outbox of a running gateway, which sends it. */
import { setTimeout as sleep } from "node:timers/promises";
import { randomToken } from "../../util/id.ts";
import { gatewayApi } from "../admin/client.ts";
import { commandText, untilSettled } from "../admin/commands.ts";
import { commandView } from "../admin/models.ts";
import { CliError, usageError } from "../terminal/command.ts";
import type { CliContext, CommandResult } from "../terminal/command.ts";
import { INVOCATION } from "../terminal/invocation.ts";
import type { CoreApiFlags } from "./core-api.ts";
import type { QueueFlags } from "./flags.ts";
import { given } from "./input.ts";

const KEY_BYTES = 18;
const ASK_AGAIN_MS = 1_000;
const UNAVAILABLE = 503;

/**
 * Done once the gateway has stored it or, with `--wait`, once it was sent; a CliError where the
 * gateway refuses it or cannot be reached, and where it was not sent in time.
 * @param call as `POST /api/v1/commands` takes it
 */
export async function queueCall(
  context: CliContext,
  flags: CoreApiFlags & QueueFlags,
  call: object,
): Promise<CommandResult> {
  const { apiKey, wait, idempotencyKey } = flags;
  if (apiKey !== undefined)
    throw usageError("--queue sends with the gateway's own API key: leave --api-key out.");
  const api = gatewayApi(context, flags);
  // The same key each time: what was stored without an answer is not stored twice.
  const key = idempotencyKey ?? (wait === undefined ? undefined : randomToken(KEY_BYTES));
  const body = given({ ...call, idempotency_key: key });
  const until = Date.now() + (wait ?? 0) * 1000;
  const made = await reached(() => api.call(commandView, "POST", "/api/v1/commands", body), until);
  if (wait === undefined) {
    const isOpen = made.status === "pending" || made.status === "sending";
    const stand = isOpen
      ? `Queued as ${made.id}, not sent yet`
      : `It was queued before, as ${made.id}, and is ${made.status}`;
    const text = `${stand}: \`${INVOCATION} commands show ${made.id}\` says what becomes of it.`;
    return { json: made, text };
  }
  const settled = await untilSettled(api, made.id, (until - Date.now()) / 1000);
  return { json: settled, text: commandText(settled) };
}

/** Asks again until the time is over where the gateway or its database is away. */
async function reached<Answer>(ask: () => Promise<Answer>, until: number): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const left = until - Date.now();
      if (!isAway(error) || left <= 0) throw error;
      await sleep(Math.min(ASK_AGAIN_MS, left));
    }
  }
}

const isAway = (error: unknown): boolean =>
  error instanceof CliError &&
  (error.details["status"] === undefined || error.details["status"] === UNAVAILABLE) &&
  error.details["url"] !== undefined;
