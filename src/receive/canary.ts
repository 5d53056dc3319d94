/**
 * The canary: now and then the gateway sends itself a signed delivery through its public address.
 * So a proxy, a certificate or a name that leads astray is found before a webhook is lost. Its
 * endpoint is in no table: id and secret are derived from the encryption key, so all processes
 * agree.
 */
import * as z from "zod";
import type { Adapter } from "../adapter/contract.ts";
import { defineAdapter, hmac } from "../adapter/contract.ts";
import { CANARY } from "../model/delivery.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Problem } from "../observability/problem.ts";
import type { Clock, Logger } from "../ports.ts";
import { bytesOf } from "../util/bytes.ts";
import { sha256Hex } from "../util/hash.ts";
import { newId } from "../util/id.ts";
import { sign } from "../verify/sign.ts";
import { DEFAULT_ACCOUNT } from "../model/account.ts";
import { messageOf } from "../util/error-text.ts";

const MINUTE_MS = 60_000;
const TIMEOUT_MS = 15_000;
/** It is missed when two in a row are, and a sweep besides. */
const MISSED = 2;

const verify = hmac({ header: "x-canary-signature", algorithm: "sha256", encoding: "hex" });

export const canaryAdapter: Adapter = defineAdapter({
  name: CANARY,
  title: "Canary",
  docs: "https://github.com/activitysmith",
  verify,
  secret: { madeBy: "gateway", where: "Nowhere: it comes of the encryption key." },
  identify: { event: { json: ["type"] }, delivery: { json: ["id"] } },
  events: {
    canary: {
      schema: z.object({ id: z.string() }),
      toSignals: () => ({ nothing: "the gateway's own canary has come through" }),
    },
  },
  ignores: {},
  setup: [],
  recommended: [],
});

export interface Canary {
  readonly endpoint: Endpoint;
  /** Sends one where none has come through lately; returns whether it did. */
  fly(): Promise<boolean>;
  /** When one came through last, in ms; undefined where none did. Rejects where the store is away. */
  lastSuccessAt(): Promise<number | undefined>;
  /** What is to be said where none has come through for too long; rejects where the store is away. */
  problems(): Promise<readonly Problem[]>;
}

export interface CanaryOptions {
  readonly store: {
    listDeliveries(filter: { readonly endpointId: string; readonly limit: number }): Promise<{
      readonly rows: readonly { readonly receivedAt: number }[];
    }>;
  };
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly log: Logger;
  /** How far apart they are. */
  readonly minutes: number;
  /** Base of the hook URLs, without a slash at the end. */
  readonly publicUrl: () => string;
  readonly encryptionKey: string;
  /** Told of each one that does not come through. */
  readonly onFailure?: () => void;
}

export function createCanary(options: CanaryOptions): Canary {
  const { store, clock, log, minutes, publicUrl } = options;
  const endpoint = canaryEndpoint(options.encryptionKey);
  let lastFailure: string | undefined;

  async function lastSuccessAt(): Promise<number | undefined> {
    const { rows } = await store.listDeliveries({ endpointId: endpoint.id, limit: 1 });
    return rows[0]?.receivedAt;
  }

  const silentMs = async (): Promise<number> =>
    Math.abs(clock.now() - ((await lastSuccessAt()) ?? -Infinity));

  async function sendOne(): Promise<void> {
    const failure = await failureOf(options, endpoint);
    if (failure !== undefined) options.onFailure?.();
    if (failure !== undefined && failure !== lastFailure)
      log.error("the canary does not come through", { public_url: publicUrl(), answer: failure });
    if (failure === undefined && lastFailure !== undefined) log.info("the canary comes through");
    lastFailure = failure;
  }

  return {
    endpoint,
    lastSuccessAt,
    fly: async () => {
      if ((await silentMs()) < minutes * MINUTE_MS) return false;
      await sendOne();
      return true;
    },
    problems: async () => {
      if ((await silentMs()) <= (MISSED * minutes + 1) * MINUTE_MS) return [];
      const why = lastFailure === undefined ? "" : `: ${lastFailure}`;
      return [
        {
          kind: "canary",
          problem: `no canary has come through PUBLIC_URL within ${MISSED * minutes} min${why}`,
          advice: `Look whether ${publicUrl()} leads here: name, certificate, proxy, firewall.`,
        },
      ];
    },
  };
}

function canaryEndpoint(encryptionKey: string): Endpoint {
  const derived = (what: string) => sha256Hex(`canary ${what}\n${encryptionKey}`);
  return {
    id: `ep_canary_${derived("id").slice(0, 40)}`,
    provider: CANARY,
    name: "Canary",
    deliver: "push",
    notify: "none",
    channels: null,
    filters: {},
    mapping: null,
    enabled: true,
    max_body_bytes: 1024,
    rules: [],
    me: [],
    expect: [],
    options: {},
    secrets: [{ id: "canary", value: derived("secret"), expiresAt: null }],
    apiKey: undefined,
    account: DEFAULT_ACCOUNT,
    pin: null,
  };
}

/** What came instead of its acceptance; undefined where it was accepted. */
async function failureOf(
  { fetch, clock, publicUrl }: CanaryOptions,
  { id, secrets }: Endpoint,
): Promise<string | undefined> {
  const now = clock.now();
  const body = JSON.stringify({ type: CANARY, id: newId("canary", now) });
  const secret = secrets[0]?.value ?? "";
  const { headers } = sign(verify, secret, { body: bytesOf(body), nowMs: now });
  try {
    const answer = await fetch(`${publicUrl()}/hooks/${id}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await answer.text();
    if (answer.status === 200 && text.includes("delivery_id")) return undefined;
    return `${answer.status} ${text.slice(0, 100)}`.trim();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return messageOf(cause);
  }
}
