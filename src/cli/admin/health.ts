/**
 * `status` and `doctor`: how the gateway is, and what stands between it and a webhook that arrives.
 */
import { statfs } from "node:fs/promises";
import * as z from "zod";
import { command, EXIT } from "../terminal/command.ts";
import type { CliContext } from "../terminal/command.ts";
import { reasonOf } from "../phone/core-api.ts";
import { gatewayApi } from "./client.ts";
import type { GatewayApi, GatewayFlags } from "./client.ts";
import { allEndpoints } from "./endpoints.ts";
import { delivery, page } from "./models.ts";
import { counted } from "./words.ts";

const TIMEOUT_MS = 10_000;
const MAX_CLOCK_SKEW_MS = 60_000;
const DAY_MS = 24 * 60 * 60_000;
const MIN_FREE_BYTES = 1e9;

const readiness = z.looseObject({
  status: z.string(),
  store: z.string().optional(),
  problems: z.array(z.looseObject({ problem: z.string(), advice: z.string() })).default([]),
  /** Absent where the store is away, and in gateways of former versions. */
  core_api: z.string().optional(),
  /** Absent in gateways of former versions. */
  public_url: z.string().optional(),
});
type Readiness = z.infer<typeof readiness>;

export const status = command<GatewayFlags, []>(async (context, flags) => {
  const api = gatewayApi(context, flags);
  const ready = await api.look(readiness, "/readyz");
  const isWell = ready.status === "ok";
  const exitCode = isWell ? EXIT.done : EXIT.failed;
  const lead = `${api.url} is ${ready.status}`;
  if (!hasStore(ready)) {
    const json = { gateway: api.url, ...ready };
    return { json, text: [lead, ...problemLines(ready)].join("\n"), exitCode };
  }
  const endpoints = await allEndpoints(api);
  const { data: last } = await api.call(page(delivery), "GET", "/api/v1/deliveries?limit=1");
  const lastAt = last[0]?.received_at ?? null;
  const json = {
    gateway: api.url,
    ...ready,
    endpoints: endpoints.length,
    last_delivery_at: lastAt,
  };
  const facts = [
    counted(endpoints.length, "endpoint"),
    lastAt === null ? "no delivery yet" : `last delivery ${lastAt}`,
    ...(ready.core_api === undefined ? [] : [`sends to ${ready.core_api}`]),
  ];
  return { json, text: [lead, facts.join(", "), ...problemLines(ready)].join("\n"), exitCode };
});

/** Without its store the gateway knows nothing but this. */
const hasStore = ({ status, store }: Readiness): boolean =>
  status !== "unavailable" && store !== "unreachable";

const problemLines = ({ problems }: Readiness): string[] =>
  problems.map((it) => `! ${problemWords(it)}`);

/** Some problems are a sentence, others the beginning of one. */
const problemWords = ({ problem, advice }: Readiness["problems"][number]): string =>
  `${problem.replace(/\.$/, "")}. ${advice}`;

interface Finding {
  readonly check: string;
  /** `warn` keeps nothing from working here and now. */
  readonly level: "ok" | "warn" | "bad";
  readonly detail: string;
}

export const doctor = command<GatewayFlags, []>(async (context, flags) => {
  const api = gatewayApi(context, flags);
  const ready = await api.look(readiness, "/readyz");
  const findings = [
    gatewayFinding(ready),
    await checkClock(api),
    await checkPublicUrl(await publicUrlOf(api, ready)),
    ...(hasStore(ready) ? await checkRefused(api) : []),
    await checkApiKey(context, ready),
    await checkDisk(api),
  ];
  const isWell = findings.every(({ level }) => level !== "bad");
  const marks = { ok: "✓", warn: "!", bad: "✗" } as const;
  return {
    json: { ok: isWell, findings },
    text: findings.map((it) => `${marks[it.level]} ${it.check}: ${it.detail}`).join("\n"),
    exitCode: isWell ? EXIT.done : EXIT.failed,
  };
});

/**
 * The store, what the core API refuses and what waits are all told by `/readyz`. What `status` ends
 * with 1 for is bad here too.
 */
function gatewayFinding({ status, problems }: Readiness): Finding {
  const level = status === "ok" ? "ok" : "bad";
  const detail = [status, ...problems.map(problemWords)].join("; ");
  return { check: "gateway", level, detail };
}

/** What was turned away within the last day, a line an endpoint. */
async function checkRefused(api: GatewayApi): Promise<Finding[]> {
  const since = Date.now() - DAY_MS;
  const refusing = (await allEndpoints(api)).filter(
    ({ refused }) => refused && Date.parse(refused.last_at) > since,
  );
  const check = "refused deliveries";
  if (refusing.length === 0) return [{ check, level: "ok", detail: "none within a day" }];
  return refusing.map(({ name, refused }) => ({
    check,
    level: "warn" as const,
    detail: `"${name}" has refused ${refused?.total ?? 0}, the last at ${refused?.last_at ?? ""}: ${refused?.why ?? ""}`,
  }));
}

/** The date of an answer shows the gateway's clock. */
async function checkClock({ url }: GatewayApi): Promise<Finding> {
  const { headers } = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const skewMs = Date.parse(headers.get("date") ?? "") - Date.now();
  if (Number.isNaN(skewMs)) return { check: "clock", level: "warn", detail: "not told" };
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const level = Math.abs(skewMs) > MAX_CLOCK_SKEW_MS ? "warn" : "ok";
  return { check: "clock", level, detail: `${seconds} s from this machine's` };
}

/** An address that means whoever asks. */
export const isLocal = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");

/** What the gateway says, or where it is of a former version, what an endpoint shows. */
async function publicUrlOf(api: GatewayApi, ready: Readiness): Promise<string | undefined> {
  if (ready.public_url !== undefined) return ready.public_url.replace(/\/+$/, "");
  if (!hasStore(ready)) return undefined;
  const [endpoint] = await allEndpoints(api);
  return endpoint?.url.slice(0, endpoint.url.indexOf("/hooks/"));
}

/** Asks the address from here: a proxy that does not reach the gateway answers otherwise. */
async function checkPublicUrl(base: string | undefined): Promise<Finding> {
  const check = "public URL";
  if (base === undefined) return { check, level: "warn", detail: "the gateway does not tell it" };
  const { origin, hostname, protocol } = new URL(base);
  if (isLocal(hostname))
    return { check, level: "warn", detail: `${origin}: providers cannot reach it; set PUBLIC_URL` };
  try {
    const response = await fetch(`${base}/healthz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok)
      return { check, level: "bad", detail: `${base}/healthz answers ${response.status}` };
    if (protocol !== "https:") return { check, level: "warn", detail: `${base} is not https` };
    return { check, level: "ok", detail: `${base} answers` };
  } catch (error) {
    return { check, level: "bad", detail: `${base}/healthz cannot be reached: ${reasonOf(error)}` };
  }
}

/**
 * An empty push is refused either way: as bad (400) where the key is good. Nothing is sent to the
 * phone.
 */
async function checkApiKey(
  { process: { env } }: CliContext,
  { core_api: coreApi }: Readiness,
): Promise<Finding> {
  const check = "ActivitySmith key";
  const key = env["ACTIVITYSMITH_API_KEY"];
  if (!key) return { check, level: "warn", detail: keylessWords(coreApi) };
  const base = (env["ACTIVITYSMITH_API_URL"] || "https://activitysmith.com/api").replace(
    /\/+$/,
    "",
  );
  try {
    const { status } = await fetch(`${base}/push-notification`, {
      method: "POST",
      headers: { authorization: `Bearer ${key.trim()}`, "content-type": "application/json" },
      body: "{}",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (status === 400) return { check, level: "ok", detail: `${base} knows it` };
    if (status === 401) return { check, level: "bad", detail: `${base} refuses it (401)` };
    return { check, level: "warn", detail: `${base} answers ${status}` };
  } catch (error) {
    return { check, level: "bad", detail: `${base} cannot be reached: ${reasonOf(error)}` };
  }
}

const keylessWords = (coreApi: string | undefined): string =>
  coreApi?.startsWith("http")
    ? `the gateway has one for ${coreApi}; ACTIVITYSMITH_API_KEY is not set here, so it was not tried`
    : "none: calls go to the built-in preview. Set ACTIVITYSMITH_API_KEY for the gateway to reach your iPhone";

async function checkDisk({ dataDir }: GatewayApi): Promise<Finding> {
  try {
    const { bavail, bsize } = await statfs(dataDir);
    const free = bavail * bsize;
    const level = free < MIN_FREE_BYTES ? "bad" : "ok";
    return { check: "disk", level, detail: `${(free / 1e9).toFixed(1)} GB free in ${dataDir}` };
  } catch {
    return { check: "disk", level: "warn", detail: `${dataDir} is not on this machine` };
  }
}
