/** The machine that a benchmark ran on, and which of its programs are there. Starts nothing that stays. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { delimiter, join } from "node:path";

/** The server under test has this core to itself; load, databases and everything else share the other. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

const DEBIAN_POSTGRES = "/usr/lib/postgresql";

/** The full path of a program, undefined where the machine has none. Debian keeps Postgres' off the PATH. */
export function findProgram(name: string): string | undefined {
  const postgres = existsSync(DEBIAN_POSTGRES)
    ? readdirSync(DEBIAN_POSTGRES).map((version) => join(DEBIAN_POSTGRES, version, "bin"))
    : [];
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...postgres];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Keeps this process, and what it starts from now on, off the server's core. False where that cannot be done. */
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

function versionOf(program: string, flag: string): string {
  const path = findProgram(program);
  if (path === undefined) return "missing";
  const text = execFileSync(path, [flag], { encoding: "utf8" });
  return /\d+\.[\d.]+/.exec(text)?.[0] ?? text.trim();
}
