/**
 * `listen`: one sentence a delivery as it comes in, and where asked the same bytes to a local
 * server.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { adapters } from "../../../adapters/index.ts";
import { sign } from "../../verify/sign.ts";
import type * as z from "zod";
import { command, EXIT, print, usageError } from "../terminal/command.ts";
import type { CliContext } from "../terminal/command.ts";
import { reasonOf } from "../phone/core-api.ts";
import { gatewayApi } from "./client.ts";
import type { GatewayApi, GatewayFlags } from "./client.ts";
import { delivery, deliveryDetail, page, refusedView } from "./models.ts";
import type { DeliveryDetail, RefusedView } from "./models.ts";
import { deliveryLine, queryOf, refusedLine } from "./words.ts";

const POLL_MS = 1_000;
const PAGE = 50;
/** A delivery that is not digested by then is told of as it stands. */
const DIGEST_POLLS = 5;
const UNSIGNED =
  "Signatures are not stored, so what is forwarded is not signed; --secret=<the local server's> signs it anew.";
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
  const { count = Infinity } = flags;
  const forward = flags.forward === undefined ? undefined : serverUrl(flags.forward);
  const seen = new Set((await newest(api)).data.map(({ id }) => id));
  const seenRefused = new Set((await refused(api)).map(keyOf));
  context.process.stderr.write(`Listening to ${api.url}; Ctrl-C ends it.\n`);
  if (forward !== undefined && flags.secret === undefined)
    context.process.stderr.write(`${UNSIGNED}\n`);
  let failed = 0;
  for (let told = 0; told < count;) {
    const fresh = (await since(api, seen)).toReversed();
    for (const { id } of fresh.slice(0, count - told)) {
      seen.add(id);
      told += 1;
      const isForwarded = await tell(context, flags, forward, await digested(api, id));
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
  if (failed > 0) context.process.stderr.write(`${failed} of them could not be forwarded.\n`);
  return { json: undefined, text: "", exitCode: failed > 0 ? EXIT.failed : EXIT.done };
});

/** `localhost:3000` is an address as well. */
function serverUrl(given: string): string {
  const url = /^[a-z]+:\/\//i.test(given) ? given : `http://${given}`;
  if (URL.canParse(url) && /^https?:/i.test(url)) return url;
  throw usageError(`${given} is no address to forward to, as http://localhost:3000/hook is.`);
}

/** Those that were turned away: nothing is kept of them that could be repeated. */
const refused = async ({ call }: GatewayApi): Promise<RefusedView[]> =>
  (await call(page(refusedView), "GET", `/api/v1/deliveries?status=refused&limit=${PAGE}`)).data;

const keyOf = ({ id, received_at: at }: RefusedView): string => `${id} ${at}`;

const newest = async ({ call }: GatewayApi, cursor?: string) =>
  call(page(delivery), "GET", `/api/v1/deliveries?${queryOf({ limit: String(PAGE), cursor })}`);

/** Those that are not known yet, newest first, however many came at once. */
async function since(api: GatewayApi, seen: ReadonlySet<string>) {
  const fresh: z.infer<typeof delivery>[] = [];
  let cursor: string | undefined;
  for (;;) {
    const { data, next_cursor: next } = await newest(api, cursor);
    const unknown = data.filter(({ id }) => !seen.has(id));
    fresh.push(...unknown);
    if (unknown.length < data.length || next === null) return fresh;
    cursor = next;
  }
}

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
  { json, secret }: ListenFlags,
  forward: string | undefined,
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
