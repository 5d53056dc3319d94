/**
 * `backup` and `restore`: the database of the settings, whether its gateway runs or not, or that of a
 * Worker by its admin API.
 */
import { access } from "node:fs/promises";
import * as z from "zod";
import { BACKUP_PATHS } from "../../api/backup.ts";
import { parseConfig } from "../../config.ts";
import { backUp, backupText, keepBackup, restore } from "../../runtime/backup/backup.ts";
import type { Counts } from "../../runtime/backup/format.ts";
import { ConfigError } from "../../util/config-error.ts";
import { reasonOf } from "../phone/core-api.ts";
import { CliError, command, usageError } from "../terminal/command.ts";
import type { CliContext } from "../terminal/command.ts";
import { gatewayApi } from "./client.ts";

export interface BackupFlags {
  readonly json: boolean;
  /** A Worker's address: nothing but itself can open its database. */
  readonly gateway?: string;
  readonly token?: string;
}

export const backupCommand = command<BackupFlags, [string]>(async (context, flags, file) => {
  if (await isThere(file)) throw usageError(`${file} is there already; name a new file.`);
  const { rows, key } = await (
    flags.gateway === undefined ? backUpHere(context, file) : backUpThere(context, flags, file)
  ).catch(failing(`${file} was not written`));
  const text = `${file}: ${wordsOf(rows)}.\nIt holds no key: keep ENCRYPTION_KEY${key && ` (${key})`} apart from it, or nothing that is sealed in it can be opened.`;
  return { json: { file, rows }, text };
});

async function backUpHere({ process }: CliContext, file: string) {
  const config = parseConfig(process.env);
  const rows = await backUp(config, file, new Date());
  return {
    rows,
    key: config.DATABASE_URL === undefined ? `${config.DATA_DIR}/encryption-key` : "",
  };
}

async function backUpThere(context: CliContext, flags: BackupFlags, file: string) {
  const answer = await gatewayApi(context, flags).send(BACKUP_PATHS.backup, null);
  return { rows: await keepBackup(answer, file), key: "" };
}

export const restoreCommand = command<BackupFlags, [string]>(async (context, flags, file) => {
  if (!(await isThere(file))) throw usageError(`There is no file ${file}.`);
  const { text, json } = await (
    flags.gateway === undefined ? restoreHere(context, file) : restoreThere(context, flags, file)
  ).catch(failing(`${file} was not restored`));
  return { json: { file, ...json }, text };
});

async function restoreHere({ process }: CliContext, file: string) {
  const config = parseConfig(process.env);
  const rows = await restore(config, file);
  const key =
    config.DATABASE_URL === undefined ? ` (or put it into ${config.DATA_DIR}/encryption-key)` : "";
  const text = `Restored ${wordsOf(rows)}.\nStart the gateway with the ENCRYPTION_KEY of the one that was backed up${key}, and let that one not run again.`;
  return { json: { rows }, text };
}

const restored = z.object({ rows: z.record(z.string(), z.number()), left_out: z.number() });

async function restoreThere(context: CliContext, flags: BackupFlags, file: string) {
  const answer = await gatewayApi(context, flags).send(BACKUP_PATHS.restore, backupText(file));
  const { rows, left_out: leftOut } = restored.parse(await answer.json());
  const less =
    leftOut > 0 ? ` ${leftOut} digested deliveries were left out: D1 holds none so large.` : "";
  const text = `Restored ${wordsOf(rows)}.${less}\nIts ENCRYPTION_KEY must be that of the gateway that was backed up, which must not run again.`;
  return { json: { rows, left_out: leftOut }, text };
}

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
    if (error instanceof ConfigError || error instanceof CliError) throw error;
    throw new CliError(`${what}: ${reasonOf(error)}`);
  };
