/**
 * The admin token and the encryption key of a Node process: given, or kept in the data directory
 * with its database.
 */
import type { Config } from "../../config.ts";
import { sealedWith } from "../../receive/check-sealed.ts";
import type { SealedText } from "../../store/port.ts";
import { ConfigError } from "../../util/config-error.ts";
import {
  encryptionKeyPath,
  keptAdminToken,
  keptEncryptionKey,
  makeEncryptionKey,
  openDataDir,
} from "./data-dir.ts";

type Given = Pick<Config, "ADMIN_TOKEN" | "ENCRYPTION_KEY" | "DATABASE_URL" | "DATA_DIR">;

/**
 * The admin token, and the encryption key where it is known before the store is opened. Throws
 * ConfigError where one must be given: processes that share a database share these too.
 */
export function secretsOf(config: Given): {
  readonly adminToken: string;
  readonly encryptionKey: string | undefined;
} {
  const { ADMIN_TOKEN: adminToken, ENCRYPTION_KEY: encryptionKey, DATA_DIR } = config;
  if (config.DATABASE_URL === undefined) {
    openDataDir(DATA_DIR);
    return {
      adminToken: adminToken ?? keptAdminToken(DATA_DIR),
      encryptionKey: encryptionKey ?? keptEncryptionKey(DATA_DIR),
    };
  }
  if (adminToken === undefined && encryptionKey === undefined) {
    throw new ConfigError(
      "ADMIN_TOKEN and ENCRYPTION_KEY must be set where DATABASE_URL is; make them with `openssl rand -hex 32` and `openssl rand -base64 32`.",
    );
  }
  if (adminToken === undefined) {
    throw new ConfigError(
      "ADMIN_TOKEN must be set where DATABASE_URL is; make one with `openssl rand -hex 32`.",
    );
  }
  if (encryptionKey === undefined) {
    throw new ConfigError(
      "ENCRYPTION_KEY must be set where DATABASE_URL is; make one with `openssl rand -base64 32`.",
    );
  }
  return { adminToken, encryptionKey };
}

/**
 * A new encryption key, kept in the data directory. Throws ConfigError where something is sealed
 * already: a new key beside it would hide that the one that opens it is lost.
 */
export function newEncryptionKey(dataDir: string, sealed: readonly SealedText[]): string {
  const lost = sealedWith(sealed);
  if (lost === undefined) return makeEncryptionKey(dataDir);
  throw new ConfigError(
    `${encryptionKeyPath(dataDir)} is missing or empty, and with it ${lost}: restore the file, or set ENCRYPTION_KEY to what was in it.`,
  );
}
