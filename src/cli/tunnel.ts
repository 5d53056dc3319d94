/**
 * A public https address for this machine: a quick tunnel of cloudflared, where that is installed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { ConfigError } from "../util/config-error.ts";

const WITHIN_MS = 30_000;
/** As cloudflared prints it, in a frame of its log. */
const ADDRESS = /https:\/\/[a-z0-9-]+\.trycloudflare\.com/;

const NOT_INSTALLED =
  "--tunnel needs cloudflared, which is not installed: get it from https://github.com/cloudflare/cloudflared/releases, or put any https proxy in front and set PUBLIC_URL.";

/**
 * Resolves with the address once there is one; the tunnel ends with this process. Rejects with
 * ConfigError where cloudflared is not there or tells none.
 */
export async function openTunnel(port: number): Promise<string> {
  const args = ["tunnel", "--no-autoupdate", "--url", `http://127.0.0.1:${port}`];
  const child = spawn("cloudflared", args, { stdio: ["ignore", "ignore", "pipe"] });
  process.on("exit", () => child.kill());
  const late = AbortSignal.timeout(WITHIN_MS);
  try {
    const spawned = once(child, "spawn");
    await spawned;
  } catch {
    throw new ConfigError(NOT_INSTALLED);
  }
  const lines = createInterface({ input: child.stderr, signal: late });
  let last = "";
  for await (const line of lines) {
    const [address] = ADDRESS.exec(line) ?? [];
    if (address !== undefined) return address;
    last = line;
  }
  child.kill();
  throw new ConfigError(`cloudflared told no address within 30 s; the last it said: ${last}`);
}
