/**
 * `npm start`: the gateway as configured by the environment. Logs JSON lines to stdout; what a
 * person needs goes to stderr.
 */
import { relative, resolve } from "node:path";
import { parseConfig } from "../config.ts";
import type { Config } from "../config.ts";
import { createJsonLogger } from "../observability/log.ts";
import { adminTokenPath, databasePath } from "../runtime/node/data-dir.ts";
import { lineWriter } from "../runtime/node/line-writer.ts";
import { startNodeGateway } from "../runtime/node/node.ts";
import type { NodeGateway } from "../runtime/node/node.ts";
import { VERSION } from "../version.ts";
import { hostsOf } from "../util/database-url.ts";
import { announce } from "./announce.ts";
import { loadDotEnv } from "./dot-env.ts";
import { canOpen, openBrowser } from "./open-browser.ts";
import { runCommand } from "./run-command.ts";
import { stopOnSignal } from "./stop-on-signal.ts";
import { openTunnel } from "./tunnel.ts";
import { INVOCATION } from "./terminal/invocation.ts";

/** From where the person stands, unless that leads far away. */
function shortPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith("..") ? resolve(path) : near;
}

function publicLine({ PUBLIC_URL: publicUrl, HOST }: Config, url: string): string {
  if (publicUrl !== undefined) return publicUrl;
  const here = HOST === "0.0.0.0" || HOST === "::" ? "what is shown is" : "providers cannot reach";
  return `none: ${here} ${url}. Start with --tunnel, or set PUBLIC_URL`;
}

function banner(config: Config, gateway: NodeGateway, link: string): string {
  const { url, previewKey } = gateway;
  const store =
    config.DATABASE_URL === undefined
      ? `SQLite in ${shortPath(databasePath(config.DATA_DIR))}`
      : `Postgres at ${hostsOf(config.DATABASE_URL) || "localhost"}`;
  const core =
    config.ACTIVITYSMITH_API_KEY === undefined
      ? "built-in preview core with a lock screen (set ACTIVITYSMITH_API_KEY to reach your iPhone)"
      : config.ACTIVITYSMITH_API_URL;
  const token = ownTokenPath(config) ?? "from ADMIN_TOKEN";
  const previewLine =
    previewKey === undefined ? "" : `\n  Preview key  ${previewKey} (for ${url}/preview/api)`;
  return `
  Gateway      ${url} (version ${VERSION})
  Log in       ${link} (once, within ten minutes; later with the admin token)
  Public URL   ${publicLine(config, url)}
  Store        ${store}
  Core API     ${core}${previewLine}
  Admin token  ${token}

`;
}

const ownTokenPath = ({ ADMIN_TOKEN: given, DATA_DIR }: Config): string | undefined =>
  given === undefined ? shortPath(adminTokenPath(DATA_DIR)) : undefined;

/** What somebody does who has no endpoint yet. */
function nextStep(config: Config, url: string): string {
  const token = ownTokenPath(config);
  const bearer = token === undefined ? "$ADMIN_TOKEN" : `$(cat ${token})`;
  return `Next: make an endpoint, then give its URL and secret to your provider: in the console, or

  ${INVOCATION} connect github
  curl -X POST ${url}/api/v1/endpoints -H "authorization: Bearer ${bearer}" \\
    -H "content-type: application/json" -d '{"provider":"github","name":"My repository"}'

`;
}

export interface StartFlags {
  /** Shows the console in the browser, where a person sits before the terminal. */
  readonly open: boolean;
  /** A public address through cloudflared. */
  readonly tunnel: boolean;
}

async function start({ open, tunnel }: StartFlags): Promise<void> {
  // What is written from here on is for this user's eyes only: database, spool, token.
  process.umask(0o077);
  const dotEnvNames = loadDotEnv();
  const given = parseConfig(process.env, dotEnvNames);
  const config = tunnel ? { ...given, PUBLIC_URL: await openTunnel(given.PORT) } : given;
  const log = createJsonLogger(lineWriter(process.stdout), Date.now);
  const gateway = await startNodeGateway(config, log);
  const giveBack = announce(config.DATA_DIR, gateway.url);
  const stop = async () => {
    await gateway.stop();
    await giveBack();
  };
  stopOnSignal({ ...gateway, stop }, log);
  const link = gateway.newLoginLink();
  process.stderr.write(banner(config, gateway, link));
  if (open && canOpen()) openBrowser(link);
  // A store that is away has its own line in the log.
  const hasEndpoints = await gateway.hasEndpoints().catch(() => true);
  if (!hasEndpoints) process.stderr.write(nextStep(config, gateway.url));
  const problem = await gateway.refusedKey();
  if (problem !== undefined) log.error("the API key is refused", { problem });
}

/** `start`, and what the command line does without a command. */
export const startCommand = (flags: StartFlags): Promise<void> => runCommand(() => start(flags));

if (import.meta.main) await startCommand({ open: false, tunnel: false });
