/**
 * The databases of the benchmarks: throw-away, on 127.0.0.1, syncing every commit. Stopped and
 * deleted by `stop`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { findProgram, LOAD_CORE } from "./machine.ts";
import { freePort, runAs, startListening } from "./process.ts";

export interface PostgresService {
  /** The URL of a new, empty database. */
  createDatabase(name: string): Promise<string>;
  stop(): void;
}

export interface RedisService {
  readonly port: number;
  /** Names of the keys that begin with `prefix`. */
  keys(prefix: string): string[];
  stop(): Promise<void>;
}

const folders = new Set<string>();
process.on("exit", () => folders.forEach(removeFolder));

/** A new empty folder, gone at the latest when this process ends. */
export function newFolder(name: string): string {
  const path = mkdtempSync(join(tmpdir(), `bench-${name}-`));
  folders.add(path);
  return path;
}

export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
  folders.delete(path);
}

/** Undefined where the machine has no Postgres. */
export async function startPostgres(): Promise<PostgresService | undefined> {
  const initdb = findProgram("initdb");
  if (initdb === undefined) return undefined;
  const folder = newFolder("postgres");
  // Postgres refuses to run as root.
  const user = process.getuid?.() === 0 ? "postgres" : undefined;
  if (user !== undefined) runAs(undefined, ["chown", user, folder], folder);
  const run = (program: string, ...args: string[]) =>
    void runAs(user, [join(dirname(initdb), program), ...args], folder);
  const data = join(folder, "data");
  const port = await freePort();
  const settings =
    `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=on -c synchronous_commit=on ` +
    "-c max_connections=100 -c shared_buffers=256MB -c max_wal_size=4GB";
  run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C");
  run("pg_ctl", "-D", data, "-w", "-l", join(folder, "log"), "-o", settings, "start");
  let stopped = false;
  const stop = () => {
    if (stopped) return;
    stopped = true;
    run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop");
    removeFolder(folder);
  };
  process.on("exit", stop);
  const url = (name: string) => `postgres://postgres@127.0.0.1:${port}/${name}`;
  return {
    stop,
    createDatabase: async (name) => {
      const client = postgres(url("postgres"), { max: 1 });
      await client.unsafe(`create database ${name}`);
      await client.end();
      return url(name);
    },
  };
}

/** Undefined where the machine has no Redis. */
export async function startRedis(): Promise<RedisService | undefined> {
  const server = findProgram("redis-server");
  const cli = findProgram("redis-cli");
  if (server === undefined || cli === undefined) return undefined;
  const folder = newFolder("redis");
  const port = await freePort();
  const settings = {
    port,
    bind: "127.0.0.1",
    dir: folder,
    appendonly: "yes",
    appendfsync: "always",
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const program = await startListening([server, ...args, "--save", ""], port, LOAD_CORE);
  return {
    port,
    keys: (prefix) =>
      runAs(undefined, [cli, "-p", String(port), "--raw", "keys", `${prefix}*`], folder).split(
        "\n",
      ),
    stop: async () => {
      await program.end("SIGKILL");
      removeFolder(folder);
    },
  };
}
