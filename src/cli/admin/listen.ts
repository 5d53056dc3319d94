/**
 * `listen`: one sentence a delivery as it comes in, and where asked the same bytes to a local
 * server.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { adapters } from "../../../adapters/index.ts";
import { sign } from "../../verify/sign.ts";
import { CliError, command, print, usageError } from "../terminal/command.ts";
import type { CliContext } from "../terminal/command.ts";
import { reasonOf } from "../phone/core-api.ts";
import { gatewayApi } from "./client.ts";
import type { GatewayApi, GatewayFlags } from "./client.ts";
import { delivery, deliveryDetail, page, refusedView } from "./models.ts";
import type { DeliveryDetail, RefusedView } from "./models.ts";
import { deliveryLine, refusedLine } from "./words.ts";

const POLL_MS = 1_000;
const PAGE = 50;
/** A delivery that is not digested by then is told of as it stands. */
const DIGEST_POLLS = 5;
/** What belongs to the connection that the provider made, not to the message. */
const HOP_BY_HOP = ["host", "connection", "content-length", "transfer-encoding", "accept-encoding"];

export interface ListenFlags extends GatewayFlags {
  readonly forward?: string;
  /** What the local server verifies with. */
  readonly secret?: string;
  /** Ends after so many deliveries. */
  readonly count?: number;
}

export const listen = command<ListenFlags, []>(async (context, flags) => {
  const api = gatewayApi(context, flags);
  const { forward, count = Infinity } = flags;
  if (forward !== undefined && !URL.canParse(forward)) throw usageError(`${forward} is no URL.`);
  const seen = new Set((await newest(api)).map(({ id }) => id));
  const seenRefused = new Set((await refused(api)).map(keyOf));
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
    for (const it of (await refused(api))
      .filter((it) => !seenRefused.has(keyOf(it)))
      .toReversed()) {
      seenRefused.add(keyOf(it));
      print(context, flags.json ? JSON.stringify(it) : refusedLine(it));
    }
    if (told < count) await sleep(POLL_MS);
  }
  if (failed > 0) throw new CliError(`${failed} of them could not be forwarded.`);
  return { json: { told: count }, text: "" };
});

/** Those that were turned away: nothing is kept of them that could be repeated. */
const refused = async ({ call }: GatewayApi): Promise<RefusedView[]> =>
  (await call(page(refusedView), "GET", `/api/v1/deliveries?status=refused&limit=${PAGE}`)).data;

const keyOf = ({ id, received_at: at }: RefusedView): string => `${id} ${at}`;

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
  { json, forward, secret }: ListenFlags,
  it: DeliveryDetail,
): Promise<boolean> {
  const answer = forward === undefined ? undefined : await repeat(forward, it, secret);
  if (json) print(context, JSON.stringify({ ...it, ...(answer && { forwarded: answer }) }));
  else print(context, deliveryLine(it) + (answer ? `  ⇒ ${answer.status ?? answer.error}` : ""));
  return answer === undefined || answer.status !== undefined;
}

/**
 * The same bytes and headers. Signatures were redacted before they were stored: with the secret of
 * the local server it is signed anew, as the provider would.
 */
async function repeat(
  url: string,
  it: DeliveryDetail,
  secret: string | undefined,
): Promise<{ readonly status?: number; readonly error?: string }> {
  const headers = Object.entries(it.headers).filter(([name]) => !HOP_BY_HOP.includes(name));
  try {
    const all = { ...Object.fromEntries(headers), ...signatureOf(it, secret) };
    const { status } = await fetch(url, { method: "POST", headers: all, body: it.payload });
    return { status };
  } catch (error) {
    return { error: reasonOf(error) };
  }
}

function signatureOf(it: DeliveryDetail, secret: string | undefined): Record<string, string> {
  const adapter = adapters.find(({ name }) => name === it.provider);
  if (!adapter || secret === undefined) return {};
  const body = new TextEncoder().encode(it.payload);
  return sign(adapter.verify, secret, { body, nowMs: Date.now() }).headers;
}
