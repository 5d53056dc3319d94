/** Runs wrangler as installed here, without its calls home. Knows none of its commands. */
import { spawn } from "node:child_process";
import type { ChildProcess, SpawnOptions } from "node:child_process";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..", "..");

/** Keeps wrangler and its local runtime from calling anybody. */
export const OFFLINE = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  DO_NOT_TRACK: "1",
  WRANGLER_HIDE_BANNER: "true",
  X_LOCAL_EXPLORER: "false",
};

/** Starts wrangler in this repository; the environment given is added to the process's own. */
export function startWrangler(
  args: readonly string[],
  { env, ...options }: SpawnOptions,
): ChildProcess {
  const bin = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
  const whole = { ...process.env, ...OFFLINE, ...env };
  return spawn(process.execPath, [bin, ...args], { cwd: ROOT, env: whole, ...options });
}

/** A command of wrangler failed; it has said why. */
export class WranglerError extends Error {
  override readonly name = "WranglerError";
}

/**
 * Runs a command to its end; resolves to what it wrote to stdout where that is piped. Rejects where
 * it fails.
 */
export function runWrangler(
  args: readonly string[],
  stdout: "inherit" | "pipe" = "inherit",
): Promise<string> {
  const child = startWrangler(args, { stdio: ["inherit", stdout, "inherit"] });
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(text);
      else reject(new WranglerError(`wrangler ${args.slice(0, 3).join(" ")} failed.\n${text}`));
    });
  });
}
