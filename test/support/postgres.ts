/**
 * A Postgres server for the tests: the one of TEST_DATABASE_URL, else a throw-away cluster that
 * lives as long as the whole run. Where the machine has none the tests that need it are skipped,
 * but in CI that is an error.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import postgres from "postgres";
import { inject } from "vitest";
import type { TestProject } from "vitest/node";
import { createPostgresStore } from "../../src/runtime/database/postgres.ts";

interface Server {
  /** A database in which others can be created. */
  readonly adminUrl: string;
  /** What the names of all databases of this run begin with. */
  readonly prefix: string;
  /** A database that has been migrated, to copy. */
  readonly template: string;
}

declare module "vitest" {
  interface ProvidedContext {
    postgres: Server | null;
  }
}

export interface PostgresForTests {
  /** The URL of a new database of its own, migrated unless it shall be empty. */
  createDatabase(options?: { readonly empty?: boolean }): Promise<string>;
}

const DEBIAN_VERSIONS = "/usr/lib/postgresql";

/** Undefined where the machine has no Postgres. */
export async function postgresForTests(): Promise<PostgresForTests | undefined> {
  const server = inject("postgres");
  if (server === null) return undefined;
  return {
    createDatabase: ({ empty = false } = {}) =>
      createDatabase(server, empty ? "template0" : server.template),
  };
}

/**
 * Vitest's global setup: starts the server, or tells in one line why not; answers what stops it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["TEST_DATABASE_URL"];
  const binaries = given === undefined ? findBinaries() : undefined;
  if (given === undefined && binaries === undefined) {
    const lack = "There is no Postgres (neither TEST_DATABASE_URL nor initdb)";
    if (process.env["CI"]) throw new Error(`${lack}: CI has to have one.`);
    console.warn(`${lack}: its tests are skipped.`);
    project.provide("postgres", null);
    return async () => undefined;
  }
  const cluster = binaries === undefined ? undefined : await startCluster(binaries);
  const adminUrl = given ?? cluster?.url ?? "";
  const prefix = `gateway_test_${randomName()}_`;
  const templateUrl = await createDatabase({ adminUrl, prefix }, "template0");
  await (await createPostgresStore({ url: templateUrl, max: 1 })).close();
  const template = new URL(templateUrl).pathname.slice(1);
  project.provide("postgres", { adminUrl, prefix, template });
  return async () => {
    if (cluster) await cluster.stop();
    else await dropDatabases(adminUrl, prefix);
  };
}

const randomName = () => crypto.randomUUID().slice(0, 13).replace("-", "");

async function createDatabase(
  { adminUrl, prefix }: Pick<Server, "adminUrl" | "prefix">,
  template: string,
): Promise<string> {
  const name = prefix + randomName();
  await withClient(adminUrl, async (client) => {
    const [{ version } = { version: 0 }] = await client<{ version: number }[]>`
      select current_setting('server_version_num')::int as version`;
    // Copying files is several times quicker than writing all pages to the log as well.
    const strategy = version >= 150_000 ? "strategy file_copy" : "";
    await client.unsafe(`create database ${name} template ${template} encoding 'UTF8' ${strategy}`);
  });
  const url = new URL(adminUrl);
  url.pathname = name;
  return url.href;
}

async function dropDatabases(adminUrl: string, prefix: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const rows = await client<{ name: string }[]>`
      select datname as name from pg_database where starts_with(datname, ${prefix})`;
    for (const { name } of rows) await client.unsafe(`drop database ${name} with (force)`);
  });
}

async function withClient(
  url: string,
  use: (client: postgres.Sql) => Promise<unknown>,
): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

const PROGRAMS = ["initdb", "pg_ctl", "pg_basebackup"];

/** The folder that has all of them: on the PATH, or where Debian puts it. */
function findBinaries(): string | undefined {
  const debian = existsSync(DEBIAN_VERSIONS)
    ? readdirSync(DEBIAN_VERSIONS).map((version) => join(DEBIAN_VERSIONS, version, "bin"))
    : [];
  return [...(process.env["PATH"] ?? "").split(delimiter), ...debian].find((folder) =>
    PROGRAMS.every((program) => existsSync(join(folder, program))),
  );
}

/**
 * A cluster of a test's own, to stop and start; undefined where the machine has no Postgres to
 * start.
 */
export async function ownCluster(): Promise<Cluster | undefined> {
  const binaries = findBinaries();
  return binaries === undefined ? undefined : startCluster(binaries);
}

export interface Cluster {
  readonly url: string;
  /** Ends it at once, as a crash would, until `start`. */
  crash(): void;
  /** Returns when it takes connections again. */
  start(): void;
  /** Ends it for good. It lets other work go on: the hundreds of databases are much to remove. */
  stop(): Promise<void>;
}

export interface Standby extends Cluster {
  /** Makes a server of its own of it, which takes writes from now on. */
  promote(): void;
}

/**
 * A standby that follows the cluster at `url` without losing a commit: from now on the cluster
 * answers none before it is at the standby too.
 */
export async function standbyOf(url: string): Promise<Standby> {
  const binaries = findBinaries();
  if (binaries === undefined) throw new Error("There is no Postgres to start.");
  const server = await prepareServer(binaries, (run, data) => {
    const { port, hostname } = new URL(url);
    const from = ["-h", hostname, "-p", port, "-U", "postgres", "-c", "fast", "-X", "stream", "-R"];
    run("pg_basebackup", "-D", data, ...from);
  });
  server.start();
  await withClient(url, async (client) => {
    await client`alter system set synchronous_standby_names = '*'`;
    await client`select pg_reload_conf()`;
  });
  return server;
}

async function startCluster(binaries: string): Promise<Cluster> {
  const server = await prepareServer(binaries, (run, data) =>
    run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"),
  );
  server.start();
  return server;
}

type Run = (program: string, ...args: readonly string[]) => void;

/**
 * A server on a free port of 127.0.0.1, without fsync, over the folder that `fill` makes. Postgres
 * refuses to run as root: then user `postgres` owns it.
 */
async function prepareServer(
  binaries: string,
  fill: (run: Run, data: string) => void,
): Promise<Standby> {
  const folder = mkdtempSync(join(tmpdir(), "gateway-postgres-"));
  const isRoot = process.getuid?.() === 0;
  const run: Run = (program, ...args) => {
    const command = [join(binaries, program), ...args];
    const [file = "", ...rest] = isRoot ? ["runuser", "-u", "postgres", "--", ...command] : command;
    execFileSync(file, rest, { cwd: folder, stdio: "pipe" });
  };
  if (isRoot) execFileSync("chown", ["postgres", folder]);
  const data = join(folder, "data");
  const port = await freePort();
  const settings = [
    `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c max_connections=200`,
    // What a loss of power would need, and a worker that goes through hundreds of databases.
    "-c fsync=off -c full_page_writes=off -c autovacuum=off",
  ].join(" ");
  fill(run, data);
  const start = () =>
    run("pg_ctl", "-D", data, "-w", "-l", join(folder, "log"), "-o", settings, "start");
  const crash = () => run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop");
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    crash,
    start,
    promote: () => run("pg_ctl", "-D", data, "-w", "promote"),
    stop: async () => {
      crash();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
