/**
 * The command line as a user has it: real processes, a gateway in an empty directory, the preview
 * core as the phone.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const SRC = join(import.meta.dirname, "..", "..", "src");
/** As the scripts of package.json run it. */
export const CLI = [
  "--import",
  join(SRC, "runtime/node/quick-start.mjs"),
  join(SRC, "cli/main.ts"),
];
export const PREVIEW_KEY = "preview-key-of-the-tests";

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliHome {
  /** The gateway's address. */
  readonly url: string;
  readonly dir: string;
  readonly adminToken: string;
  /** The settings of a command that sends to its preview. */
  readonly api: Readonly<Record<string, string>>;
  run(...args: string[]): Promise<Ran>;
  /** With these variables over the usual ones. */
  runWith(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Ran>;
  stop(): Promise<void>;
}

export const quiet = { PATH: process.env["PATH"] ?? "", NO_COLOR: "1" };

/** @param own settings of this gateway beside the usual ones */
export async function startHome(own: Readonly<Record<string, string>> = {}): Promise<CliHome> {
  const dir = mkdtempSync(join(tmpdir(), "cli-"));
  const settings = { ...quiet, DATA_DIR: dir, PREVIEW_API_KEY: PREVIEW_KEY };
  const gateway = spawn(process.execPath, [...CLI, "start"], {
    cwd: dir,
    env: { ...settings, PORT: "0", ...own },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let banner = "";
  // Where it fails to start, what it said is the error.
  for await (const chunk of gateway.stderr.iterator({ destroyOnReturn: false })) {
    banner += String(chunk);
    if (/Admin token +\S+\n/.test(banner)) break;
  }
  gateway.stderr.resume();
  const url = /Gateway +(\S+)/.exec(banner)?.[1];
  if (url === undefined) throw new Error(`no gateway: ${banner}`);
  const api = { ACTIVITYSMITH_API_URL: `${url}/preview/api`, ACTIVITYSMITH_API_KEY: PREVIEW_KEY };
  const runWith: CliHome["runWith"] = (env, ...args) =>
    runCli(args, { ...settings, ...api, ...env }, dir);
  return {
    url,
    dir,
    api,
    adminToken: readFileSync(join(dir, "admin-token"), "utf8").trim(),
    run: (...args) => runWith({}, ...args),
    runWith,
    stop: async () => {
      gateway.kill("SIGTERM");
      await once(gateway, "close");
      rmSync(dir, { recursive: true });
    },
  };
}

export async function runCli(
  args: string[],
  env: Record<string, string>,
  cwd: string,
): Promise<Ran> {
  const child = spawn(process.execPath, [...CLI, ...args], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code]: unknown[] = await closed;
  return { code: typeof code === "number" ? code : null, stdout, stderr };
}
