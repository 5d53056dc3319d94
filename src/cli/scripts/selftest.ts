/**
 * `npm run selftest`: proves on this machine that nothing acknowledged is lost, by doing to
 * gateways what happens to them:
 * kills, storms, a core API and a database that go away. Prints what was tried and a verdict.
 * `--full` leaves nothing out; `--soak` adds half an hour behind a pooler in which everything is
 * restarted in turn; `--night` is only what an operator sees of the troubles of a night.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const REPORT_MODULE = join(ROOT, "test", "support", "simulation", "report.ts");
const EXTENT_MODULE = join(ROOT, "test", "support", "simulation", "extent.ts");

const report = z.object({
  title: z.string(),
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number()]))),
  verdict: z.string().optional(),
});
const reporting = z.object({
  REPORT_FILE_VARIABLE: z.string(),
  tableOf: z.custom<(shown: z.infer<typeof report>) => string>((it) => typeof it === "function"),
});
const extent = z.object({
  EXTENT_VARIABLE: z.string(),
  NIGHT_VARIABLE: z.string(),
  SOAK_VARIABLE: z.string(),
});

const SOAK_MINUTES = 30;
const OPTIONS = ["--full", "--soak", "--night"] as const;
const NIGHT_SUITE = "test/faults/night.test.ts";

/**
 * Runs the fault suites; resolves with whether all of them passed, and what they said in the end.
 */
async function runSuites(suites: string, environment: Readonly<Record<string, string>>) {
  const vitest = ["exec", "vitest", "--", "run", "--config", "test/vitest.config.ts"];
  // Two suites at a time: much of what they do is waiting for the claims of dead processes to run
  // out.
  const only = ["--project", "node", "--reporter", "dot", "--maxWorkers", "2", suites];
  const child = spawn("npm", [...vitest, ...only], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  const [code] = await once(child, "close");
  return { hasPassed: code === 0, output };
}

function verdictOf(hasPassed: boolean, verdicts: readonly string[], seconds: number): string {
  if (!hasPassed)
    return `FAILED after ${seconds} s: a promise did not hold here. What went wrong stands above.`;
  const proven = verdicts.map((verdict) => `  ✓ ${verdict}`).join("\n");
  return `PASSED in ${seconds} s: every promise held on this machine.\n${proven}`;
}

interface Extent {
  readonly isFull: boolean;
  readonly isSoak: boolean;
  readonly isNight: boolean;
}

function announced({ isFull, isSoak, isNight }: Extent): string {
  if (isNight)
    return "Making a night of troubles, and looking for who names them, a minute or two …";
  const time = isFull ? "without sparing anything: some twenty" : "up to five";
  const soak = isSoak ? `, and ${SOAK_MINUTES} behind a pooler` : "";
  return `Killing gateways and taking away what they need, ${time} minutes${soak} …`;
}

async function selftest(wanted: Extent): Promise<boolean> {
  const { isFull, isSoak, isNight } = wanted;
  const { REPORT_FILE_VARIABLE, tableOf } = reporting.parse(await import(REPORT_MODULE));
  const { EXTENT_VARIABLE, NIGHT_VARIABLE, SOAK_VARIABLE } = extent.parse(
    await import(EXTENT_MODULE),
  );
  const folder = mkdtempSync(join(tmpdir(), "gateway-selftest-"));
  const file = join(folder, "reports.jsonl");
  const startedAt = Date.now();
  process.stdout.write(`${announced(wanted)}\n`);
  const { hasPassed, output } = await runSuites(isNight ? NIGHT_SUITE : "test/faults", {
    [REPORT_FILE_VARIABLE]: file,
    [EXTENT_VARIABLE]: isFull ? "full" : "short",
    ...(isFull && { MODEL_RUNS: "1000" }),
    ...((isNight || isFull) && { [NIGHT_VARIABLE]: "1" }),
    ...(isSoak && { [SOAK_VARIABLE]: String(SOAK_MINUTES) }),
  });
  const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  const reports = lines.map((line) => report.parse(JSON.parse(line)));
  rmSync(folder, { recursive: true, force: true });
  for (const it of reports) process.stdout.write(`\n${tableOf(it)}\n`);
  if (!hasPassed) process.stdout.write(`\n${output}\n`);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const verdicts = reports.flatMap(({ verdict }) => verdict ?? []);
  process.stdout.write(`\n${verdictOf(hasPassed, verdicts, seconds)}\n`);
  return hasPassed;
}

const given = process.argv.slice(2);
const unknown = given.find((argument) => !OPTIONS.some((it) => it === argument));
if (unknown === undefined) {
  const hasPassed = await selftest({
    isFull: given.includes("--full"),
    isSoak: given.includes("--soak"),
    isNight: given.includes("--night"),
  });
  process.exitCode = hasPassed ? 0 : 1;
} else {
  process.stderr.write(
    `${unknown} is unknown here; what can be asked for: ${OPTIONS.join(" ")}.\n`,
  );
  process.exitCode = 1;
}
