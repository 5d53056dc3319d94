/**
 * PgBouncer before a Postgres server, as hosted databases have it; undefined where the machine has
 * none.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export interface Pooler {
  /** The same database through the pooler. */
  readonly url: string;
  /** Ends it as a crash would, and starts it again at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const FOLDERS = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"];

export const findPooler = (): string | undefined =>
  FOLDERS.map((folder) => join(folder, "pgbouncer")).find((file) => existsSync(file));

/**
 * In transaction mode, with few connections to the server: two statements of one connection seldom
 * reach the same one.
 *
 * @param url of a database on 127.0.0.1 that trusts its user
 */
export async function startPooler(program: string, url: string): Promise<Pooler> {
  const target = new URL(url);
  const folder = mkdtempSync(join(tmpdir(), "gateway-pooler-"));
  const port = await freePort();
  const file = join(folder, "pgbouncer.ini");
  const database = `host=${target.hostname} port=${target.port || "5432"} user=${target.username}`;
  writeFileSync(
    file,
    `[databases]
* = ${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 5
max_client_conn = 200
server_round_robin = 1
`,
  );
  // It refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  const args = isRoot ? ["-u", "postgres", file] : [file];
  const run = async () => {
    const child = spawn(program, args, { stdio: "ignore" });
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    await untilListening(port);
    return async () => {
      child.kill("SIGKILL");
      await ended;
    };
  };
  let kill = await run();
  const pooled = new URL(url);
  pooled.port = String(port);
  pooled.hostname = "127.0.0.1";
  return {
    url: pooled.href,
    restart: async () => {
      await kill();
      kill = await run();
    },
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("close", () => undefined);
      socket.once("connect", () => socket.destroy());
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("PgBouncer does not listen.");
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
