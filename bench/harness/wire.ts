/**
 * The gateway from end to end: webhooks that each become one push, and when the push reached a
 * stand-in for the core API.
 */
import { createHmac } from "node:crypto";
import { httpFixture } from "../../src/cli/recordings.ts";
import { startGateway } from "./contestants.ts";
import type { RunningGateway } from "./contestants.ts";
import { markOf, startCore } from "./core.ts";
import type { NotingCore } from "./core.ts";
import { sendAtRate } from "./load.ts";
import type { Program } from "./process.ts";
import { newFolder, removeFolder } from "./services.ts";
import { quantile } from "./stats.ts";

/** Every endpoint has an API key of its own, so that no key's pacing is what is measured. */
export const ENDPOINTS = 100;
/**
 * So long an overloaded gateway may catch up, so that the next rate does not wait behind what this
 * one left.
 */
const SETTLE_MS = 20_000;

const release = httpFixture("github", "release__published");

export interface WireTimes {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly sent: number;
  readonly arrived: number;
}

export interface Wire {
  readonly program: Program;
  /** Sends so many webhooks a second, then waits for what is still on its way. */
  measure(perSecond: number, ms: number): Promise<WireTimes>;
  /** Ends the gateway in order. Throws where a push was sent twice. */
  close(): Promise<void>;
}

/** A whole gateway in a new home, with these settings besides. */
export async function openWire(environment: Readonly<Record<string, string>>): Promise<Wire> {
  const core = await startCore();
  const dataDir = newFolder("wire");
  const settings = { ACTIVITYSMITH_API_URL: core.url, ACTIVITYSMITH_API_KEY: "bench" };
  const gateway = await startGateway({
    steps: "whole",
    dataDir,
    environment: { ...environment, ...settings },
  });
  const requests = await requestsOf(gateway);
  return {
    program: gateway.program,
    measure: (perSecond, ms) => measure(gateway, core, requests, perSecond, ms),
    close: async () => {
      await gateway.program.end("SIGTERM");
      core.close();
      removeFolder(dataDir);
      if (core.repeats() > 0) throw new Error(`${core.repeats()} pushes were sent twice`);
    },
  };
}

/** Makes the nth request; n stands in the release's name and tag. */
type Requests = () => { readonly mark: string; readonly bytes: Buffer };

async function requestsOf(gateway: RunningGateway): Promise<Requests> {
  const endpoints = await Promise.all(
    Array.from({ length: ENDPOINTS }, (_, index) =>
      gateway.createEndpoint({ deliver: "push", notify: "all", api_key: `bench-key-${index}` }),
    ),
  );
  let made = 0;
  return () => {
    const n = made++;
    const mark = markOf(n);
    const { path, secret } = endpoints[n % ENDPOINTS] ?? { path: "", secret: "" };
    const json = JSON.parse(release.body);
    const body = JSON.stringify({
      ...json,
      release: { ...json.release, tag_name: mark, name: mark },
    });
    const signature = createHmac("sha256", secret).update(body).digest("hex");
    const head = [
      `POST ${path} HTTP/1.1`,
      "host: 127.0.0.1",
      "content-type: application/json",
      `content-length: ${Buffer.byteLength(body)}`,
      "x-github-event: release",
      `x-github-delivery: ${mark}`,
      `x-hub-signature-256: sha256=${signature}`,
    ];
    return { mark, bytes: Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`) };
  };
}

async function measure(
  gateway: RunningGateway,
  core: NotingCore,
  requests: Requests,
  rate: number,
  ms: number,
): Promise<WireTimes> {
  const sentAt = new Map<string, number>();
  const ready = Array.from({ length: Math.ceil((rate * ms) / 1000) + 10 }, requests);
  const next = () => {
    const request = ready.pop() ?? requests();
    sentAt.set(request.mark, performance.now());
    return request.bytes;
  };
  const sent = await sendAtRate({ port: gateway.port, next, ms }, rate);
  if (sent.failed > 0) throw new Error(`${sent.failed} webhooks were refused`);
  const end = performance.now() + SETTLE_MS;
  const waiting = () => [...sentAt.keys()].some((mark) => !core.arrivals.has(mark));
  while (waiting() && performance.now() < end) await new Promise((it) => setTimeout(it, 20));
  const times = [...sentAt].flatMap(([mark, at]) => (core.arrivals.get(mark) ?? Number.NaN) - at);
  const arrived = times.filter((it) => !Number.isNaN(it));
  return {
    p50Ms: quantile(arrived, 0.5),
    p99Ms: quantile(arrived, 0.99),
    sent: sentAt.size,
    arrived: arrived.length,
  };
}
