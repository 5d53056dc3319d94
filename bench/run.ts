/**
 * `npm run bench [-- [--quick] [name…]]`: runs the benchmarks, all or those named, on 127.0.0.1.
 * Writes
 * `bench/results/latest.{md,json}` and a copy with the time in its name; leaves nothing running.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeMachine, findProgram, pinToLoadCore, stealMeter } from "./harness/machine.ts";
import { markdown } from "./harness/report.ts";
import type { Benchmark, Section } from "./harness/report.ts";
import { branches } from "./branches.ts";
import { consolePages } from "./console-pages.ts";
import { durableAck } from "./durable-ack.ts";
import { estimates } from "./estimates.ts";
import { growth } from "./growth.ts";
import { profile } from "./profile.ts";
import { rowVisible } from "./row-visible.ts";
import { storm } from "./storm.ts";
import { verifyOnly } from "./verify-only.ts";
import { wireLatency } from "./wire-latency.ts";

const BENCHMARKS: readonly Benchmark[] = [
  verifyOnly,
  durableAck,
  wireLatency,
  storm,
  growth,
  consolePages,
  rowVisible,
  estimates,
  branches,
  profile,
];

const PEERS = join(import.meta.dirname, "peers");
const RESULTS = join(import.meta.dirname, "results");
const README = join(import.meta.dirname, "README.md");
const RESULTS_IN_README = /(<!-- results -->)[^]*(<!-- \/results -->)/;
/** Program → Debian package. */
const PROGRAMS = {
  taskset: "util-linux",
  "redis-server": "redis-server",
  initdb: "postgresql",
  webhook: "webhook",
};

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const quick = process.argv.includes("--quick");

function prepare(): void {
  for (const [program, debianPackage] of Object.entries(PROGRAMS))
    if (findProgram(program) === undefined)
      console.error(
        `${program} is missing (apt-get install ${debianPackage}): going on without it`,
      );
  if (!existsSync(join(PEERS, "node_modules")))
    execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], {
      cwd: PEERS,
      stdio: "inherit",
    });
  if (!pinToLoadCore()) console.error("No second core to pin to: the figures mean little.");
}

/** After every benchmark, so that a run that is broken off has not been for nothing. */
function write(machine: ReturnType<typeof describeMachine>, sections: readonly Section[]): string {
  const facts = Object.entries(machine).map(([name, value]) => `${name}: ${value}`);
  const text = [`Measured ${facts.join(" · ")}`, "", ...sections.map(markdown)].join("\n");
  const json = JSON.stringify({ machine, sections }, null, 2);
  mkdirSync(RESULTS, { recursive: true });
  for (const name of ["latest", STAMP]) {
    writeFileSync(join(RESULTS, `${name}.md`), text);
    writeFileSync(join(RESULTS, `${name}.json`), json);
  }
  return text;
}

const STAMP = new Date().toISOString().slice(0, 19).replaceAll(":", "");

/** Only what a whole run has measured is worth showing. */
function writeIntoReadme(text: string): void {
  const readme = readFileSync(README, "utf8");
  writeFileSync(README, readme.replace(RESULTS_IN_README, `$1\n\n${text.trim()}\n\n$2`));
}

/** A machine whose host has others to serve measures them too. */
function noting(
  stolen: () => number | undefined,
  [first, ...others]: readonly Section[],
): readonly Section[] {
  if (!first) return others;
  const note = `Meanwhile the host gave ${stolen() ?? "an unknown part"} % of the CPU time to others.`;
  return [{ ...first, notes: [...first.notes, note] }, ...others];
}

const unknown = wanted.find((name) => !BENCHMARKS.some((it) => it.name === name));
if (unknown !== undefined) {
  console.error(
    `There is no benchmark ${unknown}; there are ${BENCHMARKS.map((it) => it.name).join(", ")}.`,
  );
  process.exit(1);
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));
prepare();
const machine = describeMachine();
const sections: Section[] = [];
for (const benchmark of BENCHMARKS.filter(
  (it) => wanted.length === 0 || wanted.includes(it.name),
)) {
  console.error(benchmark.name);
  const stolen = stealMeter();
  const measured = noting(stolen, await benchmark.run({ quick }));
  sections.push(...measured);
  write(machine, sections);
  console.log(measured.map(markdown).join("\n"));
}
if (wanted.length === 0 && !quick) writeIntoReadme(write(machine, sections));
process.exit(0);
