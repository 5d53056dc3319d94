/** Records what came of a command, in the store and the log. Decides nothing and makes no call. */
import { CALL_NAMES } from "../../model/command.ts";
import type { ClaimedCommand, Settlement } from "../../model/command.ts";
import type { SendDeps } from "../deps.ts";
import type { OutboxStore } from "../../store/port.ts";
import { WAITING_FOR_PAYMENT } from "../trouble/troubles.ts";

/** False where the claim was lost: somebody else has the command now, and nothing was written. */
export async function settle(
  deps: Pick<SendDeps, "clock" | "log"> & { readonly store: Pick<OutboxStore, "settleCommand"> },
  command: ClaimedCommand,
  { attempt, result, stream, next }: Pick<Settlement, "attempt" | "result" | "stream" | "next">,
): Promise<boolean> {
  const { id: commandId, claim } = command;
  const kept = await deps.store.settleCommand({
    commandId,
    claim,
    attempt,
    result,
    stream,
    next,
    now: deps.clock.now(),
  });
  const facts = {
    command_id: commandId,
    delivery_id: command.deliveryId,
    call: CALL_NAMES[command.intent.kind],
    stream_key: command.streamKey,
    result: result.status,
    ...("reason" in result && { reason: result.reason }),
    ...(attempt && { status: attempt.status, ms: attempt.durationMs }),
  };
  if (!kept) deps.log.warn("dispatch lost its claim", facts);
  // The account's own line has said it.
  else if ("reason" in result && result.reason === WAITING_FOR_PAYMENT) return kept;
  else if (result.status === "dead") deps.log.error("command", facts);
  else deps.log.info("command", facts);
  return kept;
}
