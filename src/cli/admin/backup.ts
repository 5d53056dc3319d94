/** `backup` and `restore`: the database of the settings, whether its gateway runs or not. */
import { access } from "node:fs/promises";
import { parseConfig } from "../../config.ts";
import { backUp, restore } from "../../runtime/backup/backup.ts";
import type { Counts } from "../../runtime/backup/format.ts";
import { ConfigError } from "../../util/config-error.ts";
import { reasonOf } from "../phone/core-api.ts";
import { CliError, command, usageError } from "../terminal/command.ts";

export interface BackupFlags {
  readonly json: boolean;
}

export const backupCommand = command<BackupFlags, [string]>(async ({ process }, _, file) => {
  const config = parseConfig(process.env);
  if (await isThere(file)) throw usageError(`${file} is there already; name a new file.`);
  const rows = await backUp(config, file, new Date()).catch(failing(`${file} was not written`));
  const key = config.DATABASE_URL === undefined ? `${config.DATA_DIR}/encryption-key` : "";
  const text = `${file}: ${wordsOf(rows)}.\nIt holds no key: keep ENCRYPTION_KEY${key && ` (${key})`} apart from it, or nothing that is sealed in it can be opened.`;
  return { json: { file, rows }, text };
});

export const restoreCommand = command<BackupFlags, [string]>(async ({ process }, _, file) => {
  const config = parseConfig(process.env);
  if (!(await isThere(file))) throw usageError(`There is no file ${file}.`);
  const rows = await restore(config, file).catch(failing(`${file} was not restored`));
  const key =
    config.DATABASE_URL === undefined ? ` (or put it into ${config.DATA_DIR}/encryption-key)` : "";
  const text = `Restored ${wordsOf(rows)}.\nStart the gateway with the ENCRYPTION_KEY of the one that was backed up${key}, and let that one not run again.`;
  return { json: { file, rows }, text };
});

const wordsOf = (rows: Counts): string => {
  const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
  return `${all} rows, ${rows["endpoints"] ?? 0} endpoints, ${rows["deliveries"] ?? 0} deliveries`;
};

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const failing =
  (what: string) =>
  (error: unknown): never => {
    if (error instanceof ConfigError) throw error;
    throw new CliError(`${what}: ${reasonOf(error)}`);
  };
