/**
 * `listen`: one sentence a delivery as it comes in, and where asked the same bytes to a local
 * server.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { CliError, command, print, usageError } from "../terminal/command.ts";
import type { CliContext } from "../terminal/command.ts";
import { reasonOf } from "../phone/core-api.ts";
import { gatewayApi } from "./client.ts";
import type { GatewayApi, GatewayFlags } from "./client.ts";
import { delivery, deliveryDetail, page } from "./models.ts";
import type { DeliveryDetail } from "./models.ts";
import { deliveryLine } from "./words.ts";

const POLL_MS = 1_000;
const PAGE = 50;
/** A delivery that is not digested by then is told of as it stands. */
const DIGEST_POLLS = 5;
/** What belongs to the connection that the provider made, not to the message. */
const HOP_BY_HOP = ["host", "connection", "content-length", "transfer-encoding", "accept-encoding"];

export interface ListenFlags extends GatewayFlags {
  readonly forward?: string;
  /** Ends after so many deliveries. */
  readonly count?: number;
}

export const listen = command<ListenFlags, []>(async (context, flags) => {
  const api = gatewayApi(context, flags);
  const { forward, count = Infinity } = flags;
  if (forward !== undefined && !URL.canParse(forward)) throw usageError(`${forward} is no URL.`);
  const seen = new Set((await newest(api)).map(({ id }) => id));
  context.process.stderr.write(`Listening to ${api.url}; Ctrl-C ends it.\n`);
  let failed = 0;
  for (let told = 0; told < count;) {
    const fresh = (await newest(api)).filter(({ id }) => !seen.has(id)).toReversed();
    for (const { id } of fresh.slice(0, count - told)) {
      seen.add(id);
      told += 1;
      const isForwarded = await tell(context, flags, await digested(api, id));
      if (!isForwarded) failed += 1;
    }
    if (told < count) await sleep(POLL_MS);
  }
  if (failed > 0) throw new CliError(`${failed} of them could not be forwarded.`);
  return { json: { told: count }, text: "" };
});

const newest = async ({ call }: GatewayApi) =>
  (await call(page(delivery), "GET", `/api/v1/deliveries?limit=${PAGE}`)).data;

async function digested({ call }: GatewayApi, id: string): Promise<DeliveryDetail> {
  const path = `/api/v1/deliveries/${id}`;
  for (let polls = 1; ; polls++) {
    const found = await call(deliveryDetail, "GET", path);
    if (found.status !== "received" || polls === DIGEST_POLLS) return found;
    await sleep(POLL_MS / DIGEST_POLLS);
  }
}

async function tell(
  context: CliContext,
  { json, forward }: ListenFlags,
  it: DeliveryDetail,
): Promise<boolean> {
  const answer = forward === undefined ? undefined : await repeat(forward, it);
  if (json) print(context, JSON.stringify({ ...it, ...(answer && { forwarded: answer }) }));
  else print(context, deliveryLine(it) + (answer ? `  ⇒ ${answer.status ?? answer.error}` : ""));
  return answer === undefined || answer.status !== undefined;
}

/** Headers and body as they are kept: secrets in them were redacted before they were stored. */
async function repeat(
  url: string,
  it: DeliveryDetail,
): Promise<{ readonly status?: number; readonly error?: string }> {
  const headers = Object.entries(it.headers).filter(([name]) => !HOP_BY_HOP.includes(name));
  try {
    const { status } = await fetch(url, { method: "POST", headers, body: it.payload });
    return { status };
  } catch (error) {
    return { error: reasonOf(error) };
  }
}
