/**
 * `npm run deploy`: brings the database up to date, then deploys the Worker; migrations come first
 * because an old Worker
 * works on a newer schema and not the other way round. Further arguments go to `wrangler deploy`.
 */
import { join } from "node:path";
import { unstable_readConfig as readConfig } from "wrangler";
import { ConfigError } from "../../util/config-error.ts";
import { createPostgresStore } from "../../runtime/database/postgres.ts";
import { isDatabaseUrl } from "../../util/database-url.ts";
import { runCommand } from "../run-command.ts";
import { ROOT, runWrangler, WranglerError } from "./wrangler.ts";

const PLACEHOLDER = /^[0-]*$/;

/**
 * D1 through wrangler; Postgres over its own address, as Hyperdrive is reached from Cloudflare
 * only.
 */
async function migrate(): Promise<void> {
  const { hyperdrive, d1_databases: databases } = readConfig({
    config: join(ROOT, "wrangler.toml"),
  });
  if (hyperdrive.length > 0) {
    const url = process.env["DATABASE_URL"];
    if (url === undefined || !isDatabaseUrl(url)) {
      throw new ConfigError(
        "DATABASE_URL must be set to deploy with Hyperdrive: the address under which this machine reaches the same Postgres, to migrate it.",
      );
    }
    return (await createPostgresStore({ url, max: 1 })).close();
  }
  const [database] = databases;
  if (PLACEHOLDER.test(database?.database_id ?? "")) {
    throw new ConfigError(
      "database_id in wrangler.toml must be the one that `npx wrangler d1 create activitysmith-webhooks` prints.",
    );
  }
  await runWrangler(["d1", "migrations", "apply", "DB", "--remote"]);
}

async function deploy(): Promise<void> {
  const args = process.argv.slice(2);
  if (!args.includes("--dry-run")) await migrate();
  await runWrangler(["deploy", ...args]);
}

await runCommand(deploy, [WranglerError]);
