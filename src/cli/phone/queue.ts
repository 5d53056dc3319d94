/** `--queue`: the call goes into the outbox of a running gateway, which sends it. */
import { gatewayApi } from "../admin/client.ts";
import { commandText, untilSettled } from "../admin/commands.ts";
import { commandView } from "../admin/models.ts";
import { usageError } from "../terminal/command.ts";
import type { CliContext, CommandResult } from "../terminal/command.ts";
import { INVOCATION } from "../terminal/invocation.ts";
import type { CoreApiFlags } from "./core-api.ts";
import type { QueueFlags } from "./flags.ts";
import { given } from "./input.ts";

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
  const body = given({ ...call, idempotency_key: idempotencyKey });
  const made = await api.call(commandView, "POST", "/api/v1/commands", body);
  if (wait === undefined) {
    const isOpen = made.status === "pending" || made.status === "sending";
    const stand = isOpen
      ? `Queued as ${made.id}, not sent yet`
      : `It was queued before, as ${made.id}, and is ${made.status}`;
    const text = `${stand}: \`${INVOCATION} commands show ${made.id}\` says what becomes of it.`;
    return { json: made, text };
  }
  const settled = await untilSettled(api, made.id, wait);
  return { json: settled, text: commandText(settled) };
}
