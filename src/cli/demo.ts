/**
 * `npm run demo`: starts the gateway, makes an endpoint, and plays a signed production deployment
 * at its front door, so
 * that its Live Activity can be watched. Stays up until Ctrl-C.
 */
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { adapters } from "../../adapters/index.ts";
import { parseConfig } from "../config.ts";
import { ConfigError } from "../util/config-error.ts";
import type { Config } from "../config.ts";
import { randomToken } from "../util/id.ts";
import { createJsonLogger } from "../observability/log.ts";
import { startNodeGateway } from "../runtime/node/node.ts";
import type { NodeGateway } from "../runtime/node/node.ts";
import { playLifecycle } from "./play.ts";
import { readLifecycle } from "./recordings.ts";
import { loadDotEnv } from "./dot-env.ts";
import { runCommand } from "./run-command.ts";
import { stopOnSignal } from "./stop-on-signal.ts";

const PROVIDER = "vercel";
const LIFECYCLE = "production-success";
const ENDPOINT_NAME = "Demo";
/** The recorded deployment takes 38 s; nobody wants to wait that long for a demo. */
const SPEED = 4;
const WATCH_MS = 150;

const created = z.object({ id: z.string(), url: z.string(), secret: z.string() });
const listed = z.object({ data: z.array(z.object({ id: z.string(), name: z.string() })) });
const some = z.object({ data: z.array(z.unknown()) });
const shown = z.object({
  title: z.string().optional(),
  subtitle: z.string().optional(),
  number_of_steps: z.number().optional(),
  current_step: z.number().optional(),
});
const command = z.object({
  id: z.string(),
  body: shown.extend({ content_state: shown.optional() }),
});
const sent = z.object({ data: z.array(command) });

async function demo(): Promise<void> {
  loadDotEnv();
  const config = parseConfig(process.env);
  const warnings = createJsonLogger((line) => process.stderr.write(`${line}\n`), Date.now);
  const gateway = await startSomewhere(config, { ...warnings, info: () => undefined });
  stopOnSignal(gateway, { ...warnings, info: () => undefined });
  const endpoint = await freshEndpoint(gateway);
  const isPreview = gateway.previewKey !== undefined;
  const phone = "your iPhone's lock screen";
  const link = isPreview ? gateway.newLoginLink() : phone;
  // The link works once; the browser that it logged in comes back without it.
  const screen = isPreview ? `${gateway.url}/preview` : phone;
  print(
    `\n  Gateway      ${gateway.url}\n  Lock screen  ${link}\n\n  A production deployment comes in, signed as Vercel signs it:\n\n`,
  );
  await play(gateway, endpoint);
  print(`\n  Done. Look at it: ${screen}\n  Play more of them, or stop with Ctrl-C:\n
    npm run simulate -- vercel production-failure --speed 4 --to ${endpoint.url} --secret=${endpoint.secret}\n\n`);
}

const print = (text: string): void => void process.stdout.write(text);

/**
 * On the configured port, or on any free one where that is taken: a demo must not fail for that.
 */
async function startSomewhere(
  config: Config,
  log: Parameters<typeof startNodeGateway>[1],
): Promise<NodeGateway> {
  try {
    return await startNodeGateway(config, log);
  } catch (error) {
    if (!(error instanceof ConfigError) || !error.message.startsWith("Port")) throw error;
    return startNodeGateway({ ...config, PORT: 0 }, log);
  }
}

async function freshEndpoint(gateway: NodeGateway): Promise<z.infer<typeof created>> {
  const { data } = listed.parse(await admin(gateway, "GET", "/api/v1/endpoints?limit=200"));
  for (const { id, name } of data) {
    if (name === ENDPOINT_NAME) await admin(gateway, "DELETE", `/api/v1/endpoints/${id}`);
  }
  const settings = {
    name: ENDPOINT_NAME,
    provider: PROVIDER,
    secret: randomToken(18),
    notify: "outcomes",
  };
  return created.parse(await admin(gateway, "POST", "/api/v1/endpoints", settings));
}

async function play(gateway: NodeGateway, endpoint: z.infer<typeof created>): Promise<void> {
  const adapter = adapters.find(({ name }) => name === PROVIDER);
  if (!adapter) throw new Error(`there is no adapter ${PROVIDER}`);
  // What an earlier demo left in the data directory is not shown again.
  const before = new Set((await sentCommands(gateway)).map(({ id }) => id));
  let isOver = false;
  const played = playLifecycle({
    adapter,
    lifecycle: readLifecycle(PROVIDER, LIFECYCLE),
    hookUrl: endpoint.url,
    secret: endpoint.secret,
    speed: SPEED,
    onAnswer: ({ name, status }) => print(`  → ${name.split("__")[0]} ${status}\n`),
  }).finally(() => {
    isOver = true;
  });
  await Promise.all([played, watch(gateway, () => isOver, before)]);
}

/** Prints what reaches the lock screen, until all is over and nothing is left to send. */
async function watch(
  gateway: NodeGateway,
  isOver: () => boolean,
  seen: Set<string>,
): Promise<void> {
  for (;;) {
    const wasOver = isOver();
    for (const it of (await sentCommands(gateway)).toReversed()) {
      if (seen.has(it.id)) continue;
      seen.add(it.id);
      print(`      ${lockScreenLine(it)}\n`);
    }
    if (wasOver && (await isIdle(gateway))) return;
    await sleep(WATCH_MS);
  }
}

/** The newest first. */
async function sentCommands(gateway: NodeGateway): Promise<z.infer<typeof sent>["data"]> {
  return sent.parse(await admin(gateway, "GET", "/api/v1/commands?status=done&limit=20")).data;
}

async function isIdle(gateway: NodeGateway): Promise<boolean> {
  const paths = [
    "deliveries?status=received",
    "commands?status=pending",
    "commands?status=sending",
  ];
  const pages = await Promise.all(paths.map((path) => admin(gateway, "GET", `/api/v1/${path}`)));
  return pages.every((page) => some.parse(page).data.length === 0);
}

/**
 * "▰▱  web-shop  Building · main · 3f2a9c1" for an activity, "✉  web-shop production is live" for a
 * push.
 */
function lockScreenLine({ body }: z.infer<typeof command>): string {
  const { content_state: state = body, title = state.title, subtitle = state.subtitle } = body;
  const { number_of_steps: steps = 0, current_step: completed = 0 } = state;
  const bar = steps > 0 ? "▰".repeat(completed) + "▱".repeat(steps - completed) : "✉";
  return [bar, title, subtitle].filter((text) => text !== undefined).join("  ");
}

async function admin(
  gateway: NodeGateway,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(gateway.url + path, {
    method,
    headers: {
      authorization: `Bearer ${gateway.adminToken}`,
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** `demo`: never rejects, and ends the process where it fails. */
export const demoCommand = (): Promise<void> => runCommand(demo);

if (import.meta.main) await demoCommand();
