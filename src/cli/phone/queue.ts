/** `--queue`: the call goes into the outbox of a running gateway, and nobody waits for its answer. */
import { gatewayApi } from "../admin/client.ts";
import { commandView } from "../admin/models.ts";
import { usageError } from "../terminal/command.ts";
import type { CliContext, CommandResult } from "../terminal/command.ts";
import { INVOCATION } from "../terminal/invocation.ts";
import type { CoreApiFlags } from "./core-api.ts";
import type { QueueFlags } from "./flags.ts";

/**
 * Done once the gateway has stored it; a CliError where it refuses it or cannot be reached.
 * @param call as `POST /api/v1/commands` takes it
 */
export async function queueCall(
  context: CliContext,
  flags: CoreApiFlags & QueueFlags,
  call: object,
): Promise<CommandResult> {
  if (flags.apiKey !== undefined)
    throw usageError("--queue sends with the gateway's own API key: leave --api-key out.");
  const made = await gatewayApi(context, flags).call(commandView, "POST", "/api/v1/commands", call);
  const text = `Queued as ${made.id}, not sent yet: \`${INVOCATION} commands list\` says what becomes of it.`;
  return { json: made, text };
}
