/**
 * The machine that a benchmark ran on, and which of its programs are there. Starts nothing that
 * stays.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { delimiter, join } from "node:path";

/**
 * The server under test has this core to itself; load, databases and everything else share the
 * other.
 */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

const DEBIAN_POSTGRES = "/usr/lib/postgresql";

/**
 * The full path of a program, undefined where the machine has none. Debian keeps Postgres' off the
 * PATH.
 */
export function findProgram(name: string): string | undefined {
  const postgres = existsSync(DEBIAN_POSTGRES)
    ? readdirSync(DEBIAN_POSTGRES).map((version) => join(DEBIAN_POSTGRES, version, "bin"))
    : [];
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...postgres];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/**
 * Keeps this process, and what it starts from now on, off the server's core. False where that
 * cannot be done.
 */
export function pinToLoadCore(): boolean {
  if (availableParallelism() < 2 || findProgram("taskset") === undefined) return false;
  execFileSync("taskset", ["-acp", String(LOAD_CORE), String(process.pid)], { stdio: "ignore" });
  return true;
}

/** One line a fact, for the head of a report. */
export function describeMachine(): Readonly<Record<string, string>> {
  const [cpu] = cpus();
  return {
    date: new Date().toISOString().slice(0, 16).replace("T", " "),
    cpu: `${cpus().length} × ${cpu?.model.trim() ?? "unknown"}`,
    "load of others before": (loadavg()[0] ?? 0).toFixed(1),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: release(),
    node: process.versions.node,
    sqlite: `${process.versions.sqlite ?? "none"} (WAL, synchronous=FULL)`,
    postgres: `${versionOf("postgres", "--version")} (fsync=on, synchronous_commit=on)`,
    redis: `${versionOf("redis-server", "--version")} (appendonly, appendfsync=always)`,
    webhook: versionOf("webhook", "-version"),
  };
}

/**
 * How much of the time since the call before the host gave to others, in percent of all cores;
 * undefined where it does not say.
 */
export function stealMeter(): () => number | undefined {
  let before = cpuTicks();
  return () => {
    const [all, stolen] = cpuTicks();
    const share = (stolen - before[1]) / (all - before[0]);
    before = [all, stolen];
    return Number.isFinite(share) ? Math.round(share * 100) : undefined;
  };
}

/**
 * All and stolen ticks of all cores so far. https://man7.org/linux/man-pages/man5/proc_stat.5.html
 */
function cpuTicks(): readonly [all: number, stolen: number] {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  return [ticks.reduce((sum, it) => sum + it, 0), ticks[7] ?? 0];
}

function versionOf(program: string, flag: string): string {
  const path = findProgram(program);
  if (path === undefined) return "missing";
  const text = execFileSync(path, [flag], { encoding: "utf8" });
  return /\d+\.[\d.]+/.exec(text)?.[0] ?? text.trim();
}
