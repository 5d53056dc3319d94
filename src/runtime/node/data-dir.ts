/** The data directory of a self-hosted gateway: the embedded database and the secrets made on first start. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { base64 } from "../../util/bytes.ts";
import { ConfigError } from "../../util/config-error.ts";
import { randomBytes } from "../../util/id.ts";

export interface OwnSecrets {
  readonly adminToken: string;
  readonly encryptionKey: string;
}

export const ADMIN_TOKEN_FILE = "admin-token";
const ENCRYPTION_KEY_FILE = "encryption-key";
const KEY_BYTES = 32;

export const databasePath = (dataDir: string): string => join(dataDir, "gateway.db");
/** Processes that share a directory listen on different ports; one that is started again finds its own spool. */
export const spoolPath = (dataDir: string, port: number): string =>
  join(dataDir, `spool-${port}.log`);
/** What the store refuses to take from that spool. */
export const setAsidePath = (dataDir: string, port: number): string =>
  join(dataDir, `spool-${port}.set-aside.log`);
export const adminTokenPath = (dataDir: string): string => join(dataDir, ADMIN_TOKEN_FILE);

/** Makes the directory, readable by its owner only. Throws ConfigError where it cannot be made. */
export function openDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(
      `DATA_DIR ${dataDir} must be a directory that this user may make or write to (${detail}).`,
      { cause },
    );
  }
}

/**
 * The given secrets; where one is absent, the one kept in the data directory, made on first use with mode 0600. Throws
 * ConfigError where a kept one is empty.
 */
export function ownSecrets(
  dataDir: string,
  given: { readonly adminToken: string | undefined; readonly encryptionKey: string | undefined },
): OwnSecrets {
  return {
    adminToken:
      given.adminToken ??
      kept(adminTokenPath(dataDir), () => Buffer.from(randomBytes(KEY_BYTES)).toString("hex")),
    encryptionKey:
      given.encryptionKey ??
      kept(join(dataDir, ENCRYPTION_KEY_FILE), () => base64(randomBytes(KEY_BYTES))),
  };
}

function kept(path: string, make: () => string): string {
  try {
    // `wx` fails where the file is there already, also when two processes start together.
    writeFileSync(path, `${make()}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const secret = readFileSync(path, "utf8").trim();
  // A start that was cut off while it wrote leaves an empty file; an empty secret would let anybody in.
  if (secret === "") throw new ConfigError(`${path} is empty: remove it, and a new one is made.`);
  return secret;
}
