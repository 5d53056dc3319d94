/**
 * `npm run dev:worker`: the Worker on this machine with local stand-ins for all of Cloudflare,
 * offline. Makes the secrets of
 * `.dev.vars` on first use, applies the migrations, and sweeps every minute as the cron trigger
 * would. Keeps everything in
 * `.wrangler/` but the queue, which is in memory.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createPostgresStore } from "../../runtime/database/postgres.ts";
import { runCommand } from "../run-command.ts";
import { ROOT, runWrangler, startWrangler, WranglerError } from "./wrangler.ts";

const SECRETS = join(ROOT, ".dev.vars");
const PORT = process.env["PORT"] ?? "8787";
const URL = `http://127.0.0.1:${PORT}`;
const SWEEP_MS = 60_000;
const READY_POLL_MS = 200;
/** What wrangler itself reads to reach a local Postgres for the binding HYPERDRIVE. */
const POSTGRES = "CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_HYPERDRIVE";

/** For this machine only: known to nobody, kept out of git, never deployed. */
function adminToken(): string {
  const hex = () => randomBytes(32).toString("hex");
  const made = `ADMIN_TOKEN=${hex()}\nENCRYPTION_KEY=${randomBytes(32).toString("base64")}\n`;
  try {
    writeFileSync(SECRETS, made, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return /^ADMIN_TOKEN=(.*)$/m.exec(readFileSync(SECRETS, "utf8"))?.[1] ?? "";
}

async function migrate(): Promise<void> {
  const url = process.env[POSTGRES];
  if (url !== undefined) await (await createPostgresStore({ url, max: 1 })).close();
  await runWrangler(["d1", "migrations", "apply", "DB", "--local"], "pipe");
}

async function isReady(): Promise<boolean> {
  try {
    return (await fetch(`${URL}/readyz`)).ok;
  } catch {
    return false;
  }
}

function banner(token: string): string {
  return `
  Gateway      ${URL}
  Lock screen  ${URL}/preview (log in with the admin token)
  Admin token  ${token} (in .dev.vars)

Make an endpoint, then play a deployment at it:

  curl -X POST ${URL}/api/v1/endpoints -H "authorization: Bearer ${token}" \\
    -H "content-type: application/json" -d '{"provider":"vercel","name":"Demo","secret":"a-secret-of-yours"}'
  npm run simulate -- vercel production-success --speed 4 --secret a-secret-of-yours --to <the url it answered>

`;
}

async function develop(): Promise<void> {
  const token = adminToken();
  await migrate();
  const args = ["dev", "--ip", "127.0.0.1", "--port", PORT, "--show-interactive-dev-session=false"];
  const child = startWrangler(args, { stdio: ["ignore", "inherit", "inherit"] });
  child.once("close", (code) => process.exit(code ?? 1));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  while (!(await isReady())) await sleep(READY_POLL_MS);
  process.stderr.write(banner(token));
  for (;;) {
    await fetch(`${URL}/cdn-cgi/local/scheduled`).catch(() => undefined);
    await sleep(SWEEP_MS);
  }
}

await runCommand(develop, [WranglerError]);
