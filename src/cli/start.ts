/**
 * `npm start`: the gateway as configured by the environment. Logs JSON lines to stdout; what a
 * person needs goes to stderr.
 */
import { writeFileSync } from "node:fs";
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
import { gatewayUrlPath } from "./admin/client.ts";
import { loadDotEnv } from "./dot-env.ts";
import { runCommand } from "./run-command.ts";
import { stopOnSignal } from "./stop-on-signal.ts";

/** From where the person stands, unless that leads far away. */
function shortPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith("..") ? resolve(path) : near;
}

function banner(config: Config, gateway: NodeGateway): string {
  const { url, previewKey } = gateway;
  const store =
    config.DATABASE_URL === undefined
      ? `SQLite in ${shortPath(databasePath(config.DATA_DIR))}`
      : `Postgres at ${hostsOf(config.DATABASE_URL) || "localhost"}`;
  const core =
    config.ACTIVITYSMITH_API_KEY === undefined
      ? "built-in preview core with a lock screen (set ACTIVITYSMITH_API_KEY to reach your iPhone)"
      : config.ACTIVITYSMITH_API_URL;
  const token =
    config.ADMIN_TOKEN === undefined
      ? shortPath(adminTokenPath(config.DATA_DIR))
      : "from ADMIN_TOKEN";
  const previewLine =
    previewKey === undefined ? "" : `\n  Preview key  ${previewKey} (for ${url}/preview/api)`;
  const bearer = config.ADMIN_TOKEN === undefined ? `$(cat ${token})` : "$ADMIN_TOKEN";
  return `
  Gateway      ${url} (version ${VERSION})
  Log in       ${gateway.newLoginLink()} (once, within ten minutes; later with the admin token)
  Store        ${store}
  Core API     ${core}${previewLine}
  Admin token  ${token}

Next: make an endpoint, then give its URL and secret to your provider.

  curl -X POST ${url}/api/v1/endpoints -H "authorization: Bearer ${bearer}" \\
    -H "content-type: application/json" -d '{"provider":"github","name":"My repository"}'

`;
}

async function start(): Promise<void> {
  // What is written from here on is for this user's eyes only: database, spool, token.
  process.umask(0o077);
  const dotEnvNames = loadDotEnv();
  const config = parseConfig(process.env, dotEnvNames);
  const log = createJsonLogger(lineWriter(process.stdout), Date.now);
  const gateway = await startNodeGateway(config, log);
  stopOnSignal(gateway, log);
  // So that the other commands find it.
  writeFileSync(gatewayUrlPath(config.DATA_DIR), `${gateway.url}\n`);
  process.stderr.write(banner(config, gateway));
  const problem = await gateway.refusedKey();
  if (problem !== undefined) log.error("the API key is refused", { problem });
}

/** `start`, and what the command line does without a command. */
export const startCommand = (): Promise<void> => runCommand(start);

if (import.meta.main) await startCommand();
