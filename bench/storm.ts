/**
 * What a storm of deployments costs under the core API's real limits: the tables of the storm
 * suite, which asserts besides.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { REPORT_FILE_VARIABLE } from "../test/support/simulation/report.ts";
import type { Benchmark, Section } from "./harness/report.ts";
import { newFolder, removeFolder } from "./harness/services.ts";

const ROOT = join(import.meta.dirname, "..");
const SUITE = "test/faults/storm.test.ts";

const report = z.object({
  title: z.string(),
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number()]))),
  verdict: z.string().optional(),
});

export const storm: Benchmark = {
  name: "storm",
  run: async () => {
    const folder = newFolder("storm");
    const file = join(folder, "reports.jsonl");
    await runSuite({ [REPORT_FILE_VARIABLE]: file });
    const lines = readFileSync(file, "utf8").trim().split("\n");
    removeFolder(folder);
    return lines.map((line) => sectionOf(report.parse(JSON.parse(line))));
  },
};

async function runSuite(environment: Readonly<Record<string, string>>): Promise<void> {
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const options = ["run", "--config", "test/vitest.config.ts", "--project", "node", SUITE];
  const child = spawn(process.execPath, [vitest, ...options], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`the storm suite failed: npx vitest ${options.join(" ")}`);
}

function sectionOf({ title, rows, verdict }: z.infer<typeof report>): Section {
  const columns = Object.keys(rows[0] ?? {});
  return {
    title,
    notes: verdict === undefined ? [] : [verdict],
    columns,
    rows: rows.map((row) => columns.map((column) => row[column])),
    aims: [],
  };
}
