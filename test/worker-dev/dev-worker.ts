/**
 * The Worker as a process of its own, under `wrangler dev`, with a folder for what it keeps; it can
 * be killed.
 */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { ROOT, runWrangler, startWrangler } from "../../src/cli/scripts/wrangler.ts";
import { ADMIN_TOKEN, ENCRYPTION_KEY } from "../worker/secrets.ts";

export interface DevWorker {
  readonly url: string;
  /** As a power cut would: nothing is finished, nothing is told. */
  readonly kill: () => Promise<void>;
}

export interface DevFolder {
  readonly start: () => Promise<DevWorker>;
  readonly remove: () => void;
}

/**
 * @param edit changes the repository's `wrangler.toml`; @param env is added to the Worker's
 * environment
 */
export async function devFolder(
  edit: (toml: string) => string = (toml) => toml,
  env: Readonly<Record<string, string>> = {},
): Promise<DevFolder> {
  const folder = mkdtempSync(join(tmpdir(), "gateway-worker-"));
  const toml = readFileSync(join(ROOT, "wrangler.toml"), "utf8").replaceAll(
    '"src/',
    `"${ROOT}/src/`,
  );
  const config = join(folder, "wrangler.toml");
  writeFileSync(config, edit(toml));
  const secrets = `ADMIN_TOKEN=${ADMIN_TOKEN}\nENCRYPTION_KEY=${ENCRYPTION_KEY}\n`;
  writeFileSync(join(folder, ".dev.vars"), secrets);
  const here = ["--config", config, "--persist-to", join(folder, "state")];
  await runWrangler(["d1", "migrations", "apply", "DB", "--local", ...here], "pipe");
  return {
    start: () => start(here, env),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function start(
  here: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<DevWorker> {
  const port = String(await freePort());
  const args = ["dev", ...here, "--ip", "127.0.0.1", "--port", port, "--log-level", "error"];
  // A process group of its own, so that the runtime that wrangler starts dies with it.
  const child = startWrangler(args, { env: { ...env }, detached: true, stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  await vi.waitFor(async () => fetch(`${url}/healthz`), { timeout: 60_000, interval: 100 });
  return {
    url,
    kill: async () => {
      const closed = once(child, "close");
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      await closed;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
