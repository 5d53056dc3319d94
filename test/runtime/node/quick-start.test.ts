/**
 * A quick start loads what any other start loads, and needs no folder of the program that can be
 * written.
 */
import { execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { startProcess } from "../../support/gateway-process.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const RESOLUTIONS = join(ROOT, "test", "support", "resolutions.ts");
const QUICK_START = join("src", "runtime", "node", "quick-start.mjs");
const manifest = z.object({ scripts: z.record(z.string(), z.string()) });
const resolutions = z.object({
  /** What each import of each module was resolved to. */
  found: z.record(z.string(), z.string()),
  /** How many imports of drizzle's modules were left to Node. */
  asked: z.number(),
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gateway-quick-start-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function resolvedBy(...args: readonly string[]): Promise<z.infer<typeof resolutions>> {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [RESOLUTIONS, ...args], { maxBuffer: 2 ** 24 });
  return resolutions.parse(JSON.parse(stdout));
}

test("it loads the same files in the same formats, and spares Node the search", async () => {
  const [quick, plain] = await Promise.all([resolvedBy(join(ROOT, QUICK_START)), resolvedBy()]);
  expect(Object.keys(plain.found).length).toBeGreaterThan(1_000);
  expect(quick.found).toEqual(plain.found);
  expect(plain.asked).toBeGreaterThan(500);
  expect(quick.asked).toBeLessThan(20);
});

test("every script that starts a gateway starts it quickly", () => {
  const text = readFileSync(join(ROOT, "package.json"), "utf8");
  const { scripts } = manifest.parse(JSON.parse(text));
  const starts = Object.values(scripts).filter((script) =>
    /cli\/(main|start|demo)\.ts/.test(script),
  );
  expect(starts).toHaveLength(5);
  for (const script of starts) expect(script).toContain(`node --import ./${QUICK_START} `);
});

test("where the program's folder cannot be written, what was compiled is kept with the data", async () => {
  const data = join(folder, "data");
  const copy = join(folder, QUICK_START);
  mkdirSync(data);
  mkdirSync(join(copy, ".."), { recursive: true });
  copyFileSync(join(ROOT, QUICK_START), copy);
  writeFileSync(join(folder, "node_modules"), "no folder");
  const gateway = await startProcess({ DATA_DIR: data, NODE_OPTIONS: `--import=${copy}` });
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  expect(await gateway.end("SIGKILL")).toBeNull();
  expect(existsSync(join(data, "compiled"))).toBe(true);
});
