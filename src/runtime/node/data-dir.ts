/**
 * The data directory of a self-hosted gateway: the embedded database and the secrets made on first
 * start.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { base64 } from "../../util/bytes.ts";
import { headerText } from "../../config.ts";
import { ConfigError } from "../../util/config-error.ts";
import { randomBytes } from "../../util/id.ts";
import { messageOf } from "../../util/error-text.ts";

export const ADMIN_TOKEN_FILE = "admin-token";
const ENCRYPTION_KEY_FILE = "encryption-key";
const KEY_BYTES = 32;

export const databasePath = (dataDir: string): string => join(dataDir, "gateway.db");
/**
 * Processes that share a directory listen on different ports; one that is started again finds its
 * own spool.
 */
export const spoolPath = (dataDir: string, port: number): string =>
  join(dataDir, `spool-${port}.log`);
/** What the store refuses to take from that spool. */
export const setAsidePath = (dataDir: string, port: number): string =>
  join(dataDir, `spool-${port}.set-aside.log`);
/** The spools of this directory in which deliveries wait, whatever port their process has. */
export function spooledFiles(dataDir: string): readonly string[] {
  if (!existsSync(dataDir)) return [];
  const spools = readdirSync(dataDir).filter((name) => /^spool-\d+\.log$/.test(name));
  return spools.map((name) => join(dataDir, name)).filter((path) => statSync(path).size > 0);
}
export const adminTokenPath = (dataDir: string): string => join(dataDir, ADMIN_TOKEN_FILE);
export const encryptionKeyPath = (dataDir: string): string => join(dataDir, ENCRYPTION_KEY_FILE);

/** Makes the directory, readable by its owner only. Throws ConfigError where it cannot be made. */
export function openDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const detail = messageOf(cause);
    throw new ConfigError(
      `DATA_DIR ${dataDir} must be a directory that this user may make or write to (${detail}).`,
      { cause },
    );
  }
}

/**
 * The admin token kept in the data directory, made on first use. Throws ConfigError where it is
 * none.
 */
export function keptAdminToken(dataDir: string): string {
  const path = adminTokenPath(dataDir);
  try {
    // `wx` fails where the file is there already, also when two processes start together.
    const made = Buffer.from(randomBytes(KEY_BYTES)).toString("hex");
    writeFileSync(path, `${made}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  }
  const text = readFileSync(path, "utf8");
  // A start that was cut off while it wrote leaves an empty file; an empty token would let anybody
  // in.
  if (text.trim() === "")
    throw new ConfigError(`${path} is empty: remove it, and a new one is made.`);
  const token = headerText(path).safeParse(text);
  if (!token.success) throw new ConfigError(token.error.issues[0]?.message ?? path);
  return token.data;
}

/**
 * The encryption key kept in the data directory; undefined where the file is not there or empty.
 */
export function keptEncryptionKey(dataDir: string): string | undefined {
  try {
    return readFileSync(encryptionKeyPath(dataDir), "utf8").trim() || undefined;
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * Makes an encryption key and keeps it, whatever is there: only where nothing is sealed, in a
 * directory that is locked.
 */
export function makeEncryptionKey(dataDir: string): string {
  const key = base64(randomBytes(KEY_BYTES));
  writeFileSync(encryptionKeyPath(dataDir), `${key}\n`, { mode: 0o600, flush: true });
  return key;
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
