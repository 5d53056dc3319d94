/**
 * Programs that a benchmark starts: pinned, watched through /proc, and all ended when the benchmark
 * is.
 */
import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { findProgram, SERVER_CORE } from "./machine.ts";

export interface Program {
  /** What it sent when it was ready; undefined for programs that cannot send. */
  readonly ready: unknown;
  /** CPU time it has used so far, in ms. */
  cpuMs(): number;
  /** Memory it holds, in MB. */
  memoryMb(): number;
  /** Stands still, so that it takes nothing from the one that is measured. */
  pause(): void;
  resume(): void;
  /** Sends a signal that does not end it. */
  signal(name: NodeJS.Signals): void;
  /** Resolves when it is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

export interface ProgramOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Options of Node, before the script. */
  readonly nodeOptions?: readonly string[];
}

/** The ids of some millions of deliveries. */
const MAX_PRINTED_BYTES = 256 * 1024 * 1024;
const START_DEADLINE_MS = 15_000;
const TICK_MS = 10;
const BYTES_PER_PAGE = 4096;

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Runs a script with Node on the server's core; resolves when it has sent its first message. */
export async function startScript(script: string, options: ProgramOptions = {}): Promise<Program> {
  const command = [process.execPath, ...(options.nodeOptions ?? []), script];
  const child = spawnPinned(command, options.environment ?? {}, "ipc");
  const [ready] = await orFail(child, once(child, "message"), script);
  return programOf(child, ready);
}

/** Runs any program on the server's core; resolves when it listens on `port`. */
export async function startListening(
  command: readonly string[],
  port: number,
  core: number = SERVER_CORE,
): Promise<Program> {
  const child = spawnPinned(command, {}, "ignore", core);
  await orFail(child, untilListening(port), command[0] ?? "");
  return programOf(child, undefined);
}

function spawnPinned(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  channel: "ipc" | "ignore",
  core: number = SERVER_CORE,
): ChildProcess {
  const pinning = findProgram("taskset") === undefined ? [] : ["taskset", "-c", String(core)];
  const [file = "", ...rest] = [...pinning, ...command];
  // Logs go to /dev/null: writing them is part of the work, keeping them is not.
  const child = spawn(file, rest, {
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "ignore", process.env["BENCH_DEBUG"] ? "inherit" : "ignore", channel],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** What comes first: it is ready, it ends, or time is up. */
async function orFail<T>(child: ChildProcess, ready: Promise<T>, name: string): Promise<T> {
  const ended = once(child, "exit").then(() => "ended" as const);
  const late = sleep(START_DEADLINE_MS, "late" as const, { ref: false });
  const first = await Promise.race([ready.then((value) => ({ value })), ended, late]);
  if (typeof first === "object") return first.value;
  child.kill("SIGKILL");
  throw new Error(`${name} did not start (${first}); BENCH_DEBUG=1 shows what it says.`);
}

async function untilListening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch {
      await sleep(20);
    } finally {
      socket.destroy();
    }
  }
}

function programOf(child: ChildProcess, ready: unknown): Program {
  const stat = () =>
    readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return {
    ready,
    // Fields 14 and 15 of proc(5), user and system time, counted after the name.
    cpuMs: () => (Number(stat()[11]) + Number(stat()[12])) * TICK_MS,
    memoryMb: () => (Number(stat()[21]) * BYTES_PER_PAGE) / 1e6,
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    signal: (name) => void child.kill(name),
    end: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGCONT");
      child.kill(signal);
      await ended;
    },
  };
}

/**
 * Runs a program to its end and answers what it printed; as user `postgres` where it refuses root.
 */
export function runAs(user: string | undefined, command: readonly string[], cwd: string): string {
  const [file = "", ...rest] =
    user === undefined ? command : ["runuser", "-u", user, "--", ...command];
  return execFileSync(file, rest, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: MAX_PRINTED_BYTES,
  });
}

/** A port of 127.0.0.1 that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
