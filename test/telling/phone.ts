/** A phone that hears of deployments through a whole gateway: webhooks go in at the front door, pushes and cards come out. */
import * as z from "zod";
import type { TestEndpoint } from "../support/gateway.ts";
import { endpointFor, send } from "../support/send.ts";
import { startGateway } from "../support/start-gateway.ts";
import type { TestGateway, TestGatewayOptions } from "../support/start-gateway.ts";

export const NOON = Date.parse("2026-11-02T12:00:00.000Z");
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** One webhook: whose it is, what it is called and what it says. */
export interface Webhook {
  readonly provider: string;
  readonly event: string;
  readonly body: object;
}

const pushBody = z.object({
  title: z.string(),
  subtitle: z.string().optional(),
  message: z.string().optional(),
  redirection: z.string().optional(),
  actions: z.array(z.object({ title: z.string(), url: z.string() })).default([]),
  interruption_level: z.string().default("active"),
  target: z.object({ channels: z.array(z.string()) }).optional(),
});
export type PushSeen = z.output<typeof pushBody>;

const cardBody = z.object({
  content_state: z.object({
    title: z.string(),
    subtitle: z.string().default(""),
    color: z.string(),
  }),
});

const deliveries = z.object({
  data: z.array(
    z.object({
      event: z.string(),
      status: z.string(),
      detail: z.string().nullable(),
    }),
  ),
});

export interface Phone {
  readonly gateway: TestGateway;
  now(): number;
  endpoint(provider: string, settings?: object): Promise<TestEndpoint>;
  /** The webhook arrives, and all that is due is done. */
  hear(endpoint: TestEndpoint, webhook: Webhook): Promise<void>;
  /** The clock goes on, and what has become due meanwhile is done. */
  wait(ms: number): Promise<void>;
  pushes(): readonly PushSeen[];
  /** Titles of the pushes that made a sound. */
  rung(): readonly string[];
  /** Titles of the others. */
  quiet(): readonly string[];
  /** What each card said last, by stream; those that were ended say `ended`. */
  cards(): readonly string[];
  /** Status and reason of every delivery, newest first. */
  reasons(): Promise<readonly { event: string; status: string; detail: string | null }[]>;
  close(): Promise<void>;
}

export async function startPhone(options: TestGatewayOptions = {}): Promise<Phone> {
  const gateway = await startGateway({ startsAt: NOON, ...options });
  let sent = 0;
  const pushes = () =>
    gateway.core.calls.flatMap(({ path, body }) =>
      path === "/push-notification" ? [pushBody.parse(body)] : [],
    );
  const titles = (isQuiet: boolean) =>
    pushes().flatMap(({ title, interruption_level: level }) =>
      (level === "passive") === isQuiet ? [title] : [],
    );
  return {
    gateway,
    now: () => gateway.clock.now(),
    endpoint: (provider, settings) => endpointFor(gateway, provider, settings),
    hear: async (endpoint, { provider, event, body }) => {
      sent++;
      const headers = { "content-type": "application/json", ...headersOf(provider, event, sent) };
      const text = JSON.stringify(body);
      const name = `${event}__${sent}`;
      const answer = await send(gateway, endpoint, { name, provider, headers, body: text });
      if (answer.status !== 200) throw new Error(`${name}: ${answer.status}`);
      await gateway.settle();
    },
    wait: async (ms) => {
      gateway.clock.advance(ms);
      await gateway.settle();
    },
    pushes,
    rung: () => titles(false),
    quiet: () => titles(true),
    cards: () => cardsOf(gateway),
    reasons: async () => {
      const answer = await gateway.admin("GET", "/api/v1/deliveries?limit=200");
      return deliveries.parse(await answer.json()).data;
    },
    close: () => gateway.close(),
  };
}

/** When, in seconds since noon, and what is told then. */
export type Step = readonly [seconds: number, told: (at: number) => Webhook];

/** Plays a history to one endpoint, then goes on for so many seconds. The clock never jumps over what is due. */
export async function play(
  phone: Phone,
  endpoint: TestEndpoint,
  steps: readonly Step[],
  thenSeconds = 60,
): Promise<void> {
  for (const [seconds, told] of steps) {
    await goOnUntil(phone, NOON + seconds * SECOND);
    await phone.hear(endpoint, told(phone.now()));
  }
  await goOnUntil(phone, phone.now() + thenSeconds * SECOND);
}

async function goOnUntil(phone: Phone, at: number): Promise<void> {
  const stride = Math.max(5 * SECOND, (at - phone.now()) / 20);
  while (phone.now() < at) await phone.wait(Math.min(stride, at - phone.now()));
}

function headersOf(provider: string, event: string, number: number): Record<string, string> {
  if (provider === "github")
    return { "x-github-event": event, "x-github-delivery": `delivery-${number}` };
  return provider === "netlify" ? { "x-netlify-event": event } : {};
}

function cardsOf({ core }: TestGateway): readonly string[] {
  const cards = new Map<string, string>();
  for (const { method, path, body } of core.calls) {
    if (!path.startsWith("/live-activity/stream/")) continue;
    if (method === "DELETE") cards.set(path, "ended");
    else {
      const { title, subtitle } = cardBody.parse(body).content_state;
      cards.set(path, `${title}: ${subtitle}`);
    }
  }
  return [...cards.values()];
}
