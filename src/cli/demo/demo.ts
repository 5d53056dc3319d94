/**
 * `demo`: a gateway of its own in a directory that goes with it, at whose front door recorded
 * deployments are played, signed as their providers sign them, until whoever watches has enough.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stdin } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseConfig } from "../../config.ts";
import type { Config } from "../../config.ts";
import type { Logger } from "../../ports.ts";
import { createJsonLogger } from "../../observability/log.ts";
import { createActivitySmith } from "../../destinations/activitysmith/activitysmith.ts";
import { startNodeGateway } from "../../runtime/node/node.ts";
import type { NodeGateway } from "../../runtime/node/node.ts";
import { ConfigError } from "../../util/config-error.ts";
import { loadDotEnv } from "../dot-env.ts";
import { canOpen, openBrowser } from "../open-browser.ts";
import { runCommand } from "../run-command.ts";
import { endCards } from "./end-cards.ts";
import { KEYS, keysLine, readKeys } from "./keys.ts";
import { createStage, print } from "./stage.ts";
import type { Stage } from "./stage.ts";

export interface DemoFlags {
  readonly open: boolean;
}

const VIEWER_WITHIN_MS = 10_000;
const LOOK_MS = 100;
/** The page has just come: its first picture is to be the empty screen. */
const BEFORE_FIRST_MS = 800;

async function demo({ open }: DemoFlags): Promise<void> {
  // What is written is for this user's eyes only.
  process.umask(0o077);
  loadDotEnv();
  const folder = mkdtempSync(join(tmpdir(), "activitysmith-webhooks-demo-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const config = { ...parseConfig(process.env), DATA_DIR: folder, DATABASE_URL: undefined };
  await checkPhone(config);
  const log = warningsOnly();
  const gateway = await startSomewhere(config, log);
  const isPreview = gateway.previewKey !== undefined;
  const stage = createStage(gateway);
  stopOnPurpose(gateway, stage, isPreview);
  const link = gateway.newLoginLink();
  print(`\n  Gateway      ${gateway.url}\n  Log in       ${link}\n`);
  if (!isPreview) print("  Lock screen  your iPhone's\n");
  if (isPreview) {
    if (open && canOpen()) openBrowser(link);
    print("\n  Waiting for you to open it; it begins in ten seconds in any case.\n");
    await viewer(gateway);
  }
  await stage.play("success");
  await stage.play("failure");
  await offerMore(stage, gateway, isPreview);
}

/** Whether a phone can be reached at all: a demo of which nothing is seen is none. */
async function checkPhone(config: Config): Promise<void> {
  const { ACTIVITYSMITH_API_KEY: apiKey, ACTIVITYSMITH_API_URL: baseUrl } = config;
  if (apiKey === undefined) return;
  const { kind } = await createActivitySmith({ baseUrl, apiKey, fetch, now: Date.now }).probe();
  const instead = "or unset ACTIVITYSMITH_API_KEY to watch the demo in your browser.";
  if (kind === "unauthorized")
    throw new ConfigError(
      `${baseUrl} refuses ACTIVITYSMITH_API_KEY: copy one from the app, ${instead}`,
    );
  if (kind === "no_answer" || kind === "not_sent" || kind === "unavailable")
    throw new ConfigError(`${baseUrl} does not answer: try again when it does, ${instead}`);
}

async function viewer(gateway: NodeGateway): Promise<void> {
  const until = Date.now() + VIEWER_WITHIN_MS;
  while (!gateway.isWatched()) {
    if (Date.now() >= until) return;
    await sleep(LOOK_MS);
  }
  await sleep(BEFORE_FIRST_MS);
}

/** Until Ctrl-C. */
async function offerMore(stage: Stage, gateway: NodeGateway, isPreview: boolean): Promise<void> {
  const screen = isPreview ? `${gateway.url}/preview` : "your iPhone";
  if (!stdin.isTTY) {
    print(`\n  Done. Look at it: ${screen}\n  It stays up until Ctrl-C.\n\n`);
    return;
  }
  print(`\n  Done. Look at it: ${screen}\n  ${keysLine()}\n\n`);
  for await (const key of readKeys()) {
    if (key === "o" && isPreview) openBrowser(gateway.newLoginLink());
    const story = KEYS[key];
    if (story === undefined) continue;
    await stage.play(story);
    print(`\n  ${keysLine()}\n\n`);
  }
}

/**
 * On the configured port, or on any free one where that is taken: a demo must not fail for that.
 */
async function startSomewhere(config: Config, log: Logger): Promise<NodeGateway> {
  try {
    return await startNodeGateway(config, log);
  } catch (error) {
    if (!(error instanceof ConfigError) || !error.message.startsWith("Port")) throw error;
    return startNodeGateway({ ...config, PORT: 0 }, log);
  }
}

/** Once: cards are ended and all is left as it was; twice: at once. */
function stopOnPurpose(gateway: NodeGateway, stage: Stage, isPreview: boolean): void {
  let isStopping = false;
  const stop = async (): Promise<void> => {
    if (isStopping) process.exit(130);
    isStopping = true;
    stage.stop();
    print("\n  Stopping…\n");
    // Nothing outlives the built-in lock screen.
    if (!isPreview) await endCards(stage);
    await gateway.stop();
    process.exit(0);
  };
  const onSignal = () => void stop().catch(() => process.exit(1));
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
}

function warningsOnly(): Logger {
  const log = createJsonLogger((line) => process.stderr.write(`${line}\n`), Date.now);
  return { ...log, info: () => undefined };
}

/** Never rejects, and ends the process where it fails. */
export const demoCommand = (flags: DemoFlags): Promise<void> => runCommand(() => demo(flags));
