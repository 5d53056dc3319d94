/**
 * With which API key a claimed command goes out, and whether it still may: where its endpoint was
 * deleted or has another key by now, only the ends of its streams do, with the key that started
 * them. Makes no call.
 */
import type { Endpoint } from "../model/endpoint.ts";
import { DEFAULT_ACCOUNT } from "../model/account.ts";
import { NO_ENDPOINT } from "../model/command.ts";
import type { ClaimedCommand, End, FormerAccount, Settlement } from "../model/command.ts";
import type { StreamRecord } from "../model/card/stream.ts";
import { API_KEY_REFUSED } from "./answer/interpret-result.ts";
import type { SendDeps } from "./deps.ts";

export type Sender =
  | {
      readonly kind: "ready";
      readonly key: Pick<Endpoint, "apiKey">;
      /** As it is to be sent now. */
      readonly command: ClaimedCommand;
    }
  | { readonly kind: "unsent"; readonly result: Settlement["result"] };

/**
 * An endpoint that another process changed is cached here for a moment only, so the command is
 * tried again soon.
 */
const CHANGED_RETRY_MS = 1_000;
const NO_LONGER_FOLLOWED = "No longer followed";

/**
 * Who sends the command; a command that must not go out is settled with the reason, and one whose
 * endpoint is unsure waits.
 */
export async function senderOf(
  deps: Pick<SendDeps, "findEndpoint" | "openApiKey" | "clock">,
  command: ClaimedCommand,
): Promise<Sender> {
  if (command.endpointId === NO_ENDPOINT)
    return { kind: "ready", key: { apiKey: undefined }, command };
  const { left } = command;
  if (left && (left.isDeleted || command.streamKey !== null)) return detached(deps, command, left);
  return current(deps, command);
}

/** With the API key that its endpoint has now. */
async function current(
  deps: Pick<SendDeps, "findEndpoint" | "clock">,
  command: ClaimedCommand,
): Promise<Sender> {
  const { left } = command;
  const endpoint = await deps.findEndpoint(command.endpointId);
  const isCurrent = endpoint && (left !== undefined || endpoint.account === command.account);
  if (isCurrent) return { kind: "ready", key: endpoint, command };
  const { possibleRepeat } = command;
  const notBefore = deps.clock.now() + CHANGED_RETRY_MS;
  const reason = "its endpoint was changed just now";
  return { kind: "unsent", result: { status: "pending", notBefore, reason, possibleRepeat } };
}

async function detached(
  deps: Pick<SendDeps, "findEndpoint" | "openApiKey" | "clock">,
  claimed: ClaimedCommand,
  { isDeleted, sealedApiKey }: FormerAccount,
): Promise<Sender> {
  const { account, intent, endpointId, reason, stream } = claimed;
  if (intent.kind !== "end")
    return skipped(isDeleted ? "the endpoint was deleted" : "the endpoint has another API key");
  const end = intent.picture ? intent : { ...intent, ...farewellOf(stream, NO_LONGER_FOLLOWED) };
  const command = { ...claimed, intent: end };
  // A revoked key's successor is mostly of the same ActivitySmith account, and may end what the old
  // one started.
  if (!isDeleted && reason === API_KEY_REFUSED) return current(deps, command);
  if (sealedApiKey === null && account !== DEFAULT_ACCOUNT)
    return skipped("the API key of its endpoint is not kept any more");
  const apiKey =
    sealedApiKey === null ? undefined : await deps.openApiKey(endpointId, sealedApiKey);
  return { kind: "ready", key: { apiKey }, command };
}

const skipped = (reason: string): Sender => ({
  kind: "unsent",
  result: { status: "skipped", reason },
});

/**
 * What a stream shows last that ends whatever its run does: what it showed before, with words that
 * say why.
 */
export function farewellOf(
  stream: StreamRecord | undefined,
  subtitle: string,
): Pick<End, "picture"> {
  const picture = stream?.confirmedState;
  return picture ? { picture: { ...picture, subtitle, buttons: [] } } : {};
}
