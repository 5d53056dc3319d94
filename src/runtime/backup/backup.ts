/**
 * Backs a gateway's database up into a file and restores a file into an empty database, whatever
 * kind either is.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import type { Config } from "../../config.ts";
import { ConfigError } from "../../util/config-error.ts";
import { textStream } from "../../util/body/text-stream.ts";
import { VERSION } from "../../version.ts";
import { createSqliteStore } from "../database/node-sqlite.ts";
import { lockDataDir } from "../node/data-dir-lock.ts";
import { databasePath, openDataDir, spooledFiles } from "../node/data-dir.ts";
import { backupLines, backupRows, linesOf } from "./format.ts";
import type { Counts, TableRow } from "./format.ts";
import { loadSqlite, sqliteRows } from "./sqlite.ts";

export type DatabaseConfig = Pick<Config, "DATABASE_URL" | "DATA_DIR">;

type Rows = AsyncIterable<TableRow> | Iterable<TableRow>;

/**
 * Writes every row, as of one moment, to a file that only its owner may read; compressed where its
 * name ends in `.gz`. A gateway may run meanwhile. What is sealed stays sealed. Throws ConfigError
 * where there is nothing to back up.
 */
export async function backUp(config: DatabaseConfig, file: string, now: Date): Promise<Counts> {
  let counts: Counts = {};
  demandDrained(config.DATA_DIR);
  await writeWhole(file, async (write) => {
    await eachRow(config, async (rows) => {
      const made = backupLines(rows, { madeAt: now, program: VERSION });
      const lines = async function* (): AsyncGenerator<string> {
        for (;;) {
          const next = await made.next();
          if (next.done) return void (counts = next.value);
          yield `${next.value}\n`;
        }
      };
      await write(lines());
    });
  });
  return counts;
}

/**
 * Writes a backup that a gateway streams to a file, as `backUp` does. Throws ConfigError where it is
 * not whole.
 */
export async function keepBackup(answer: Response, file: string): Promise<Counts> {
  const bytes = answer.body ?? new Blob().stream();
  await writeWhole(file, (write) => write(bytes.pipeThrough(new TextDecoderStream())));
  try {
    return await countsOf(backupRows(linesOf(textOf(file))));
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

/** The text of a backup, as a gateway is sent it. */
export const backupText = (file: string): ReadableStream<Uint8Array> => textStream(textOf(file));

/** Reads all of it. */
async function countsOf(rows: AsyncGenerator<TableRow, Counts>): Promise<Counts> {
  for (;;) {
    const next = await rows.next();
    if (next.done) return next.value;
  }
}

/** Only its owner may read the file, and it has its name when it is whole. */
async function writeWhole(
  file: string,
  fill: (write: (lines: AsyncIterable<string>) => Promise<void>) => Promise<void>,
): Promise<void> {
  const unfinished = `${file}.unfinished`;
  try {
    await fill(async (lines) => {
      const out = createWriteStream(unfinished, { mode: 0o600, flush: true });
      if (file.endsWith(".gz")) await pipeline(Readable.from(lines), createGzip(), out);
      else await pipeline(Readable.from(lines), out);
    });
    await rename(unfinished, file);
    await syncFolder(dirname(file));
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** What was acknowledged and is in no database yet would be missing. */
function demandDrained(dataDir: string): void {
  const waiting = spooledFiles(dataDir)[0];
  if (waiting === undefined) return;
  throw new ConfigError(
    `Acknowledged deliveries wait in ${waiting} and are not in the database yet, so a backup would lack them: let the gateway run until /readyz says "spooled":0, then back it up again.`,
  );
}

/** Without it a power cut may undo the rename. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function eachRow(config: DatabaseConfig, take: (rows: Rows) => Promise<void>): Promise<void> {
  if (config.DATABASE_URL === undefined) {
    const path = databasePath(config.DATA_DIR);
    if (!(await stat(path).catch(() => undefined)))
      throw new ConfigError(`There is no database at ${path}: set DATA_DIR or DATABASE_URL.`);
    return take(sqliteRows(path));
  }
  const [{ connect }, { postgresRows }] = await Promise.all([
    import("../database/postgres-client.ts"),
    import("./postgres.ts"),
  ]);
  const client = connect({ url: config.DATABASE_URL, max: 1, prepare: false });
  try {
    await postgresRows(client, take);
  } finally {
    await client.end({ timeout: 0 });
  }
}

/**
 * Restores into an empty database, made and migrated where there is none: every row, or none.
 * Throws ConfigError where it is not empty, a gateway uses it, or the file is not a whole backup.
 */
export async function restore(config: DatabaseConfig, file: string): Promise<Counts> {
  let counts: Counts = {};
  const rows = async function* (): AsyncGenerator<TableRow> {
    const read = backupRows(linesOf(textOf(file)));
    for (;;) {
      const next = await read.next();
      if (next.done) return void (counts = next.value);
      yield next.value;
    }
  };
  if (config.DATABASE_URL === undefined) await restoreEmbedded(config, rows());
  else await restoreServer(config.DATABASE_URL, rows());
  return counts;
}

async function restoreEmbedded(
  { DATA_DIR }: DatabaseConfig,
  rows: AsyncIterable<TableRow>,
): Promise<void> {
  openDataDir(DATA_DIR);
  const unlock = lockDataDir(DATA_DIR);
  const path = databasePath(DATA_DIR);
  try {
    // Opening migrates.
    await (await createSqliteStore({ file: path })).close();
    await loadSqlite(path, rows);
  } finally {
    unlock();
  }
}

async function restoreServer(url: string, rows: AsyncIterable<TableRow>): Promise<void> {
  const [{ connect }, { migratePostgres }, { readMigrations }, { loadPostgres }] =
    await Promise.all([
      import("../database/postgres-client.ts"),
      import("../../store/postgres/migrate.ts"),
      import("../database/migration-files.ts"),
      import("./postgres.ts"),
    ]);
  const client = connect({ url, max: 1, prepare: false });
  try {
    await migratePostgres(client, readMigrations("postgres"));
    await loadPostgres(client, rows);
  } finally {
    await client.end({ timeout: 0 });
  }
}

/** Its text in pieces, unpacked where its name says that it is packed. */
async function* textOf(file: string): AsyncGenerator<string> {
  const bytes = createReadStream(file);
  const plain = file.endsWith(".gz") ? bytes.pipe(createGunzip()) : bytes;
  if (plain !== bytes) bytes.on("error", (error) => plain.destroy(error));
  for await (const piece of plain.setEncoding("utf8")) yield String(piece);
}
