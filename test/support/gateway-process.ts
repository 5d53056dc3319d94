/** The gateway as a real process, started as `npm start` starts it. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { ADMIN_TOKEN_FILE } from "../../src/runtime/node/data-dir.ts";
import type { TestEndpoint } from "./gateway.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** Arguments of Node with which every gateway is started. */
export const QUICK_START = ["--import", join(ROOT, "src", "runtime", "node", "quick-start.mjs")];
const created = z.object({ id: z.string(), url: z.string(), secret: z.string() });

export interface GatewayProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything printed so far, both streams. */
  output(): string;
  admin(method: string, path: string, body?: unknown): Promise<Response>;
  createEndpoint(settings: object): Promise<TestEndpoint>;
  /** Sends the signal and resolves with the exit code, null where the signal killed it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Resolves when it listens; rejects with what it printed where it ends before. */
export async function startProcess(
  environment: Readonly<Record<string, string>>,
): Promise<GatewayProcess> {
  const { child, output, ended } = run(environment);
  const url = await Promise.race([
    listening(child, output),
    ended.then((code) => Promise.reject(new Error(`exit ${code}: ${output()}`))),
  ]);
  const token =
    environment["ADMIN_TOKEN"] ??
    readFileSync(join(environment["DATA_DIR"] ?? "", ADMIN_TOKEN_FILE), "utf8").trim();
  const admin = (method: string, path: string, body?: unknown) =>
    fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return {
    url,
    child,
    output,
    admin,
    createEndpoint: async (settings) =>
      created.parse(await (await admin("POST", "/api/v1/endpoints", settings)).json()),
    end: async (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

/** Runs the gateway to its end; for starts that are to be refused. */
export async function runToEnd(
  environment: Readonly<Record<string, string>>,
): Promise<{ code: number | null; output: string }> {
  const { output, ended } = run(environment);
  return { code: await ended, output: output() };
}

function run(environment: Readonly<Record<string, string>>) {
  const entry = join(ROOT, "src", "cli", "start.ts");
  const child = spawn(process.execPath, [...QUICK_START, entry], {
    env: { PATH: process.env["PATH"], PORT: "0", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const ended = once(child, "close").then(() => child.exitCode);
  return { child, output: () => text, ended };
}

async function listening(child: ChildProcess, output: () => string): Promise<string> {
  for (;;) {
    const url = /Gateway\s+(http:\S+)/.exec(output())?.[1];
    if (url !== undefined) return url;
    if (!child.stderr) throw new Error("no output");
    await once(child.stderr, "data");
  }
}
