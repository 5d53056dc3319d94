/**
 * One process a data directory: two on one embedded database would take each other's claims for a
 * dead process's.
 */
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { ConfigError } from "../../util/config-error.ts";

/**
 * Holds the directory until the answered function is called or the process is gone, however it
 * goes: the lock is the operating system's, on a file of its own. Throws ConfigError where another
 * process holds it.
 */
export function lockDataDir(dataDir: string): () => void {
  const lock = new DatabaseSync(join(dataDir, "lock.db"), { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    const sentence = `Another gateway uses the data directory ${dataDir}; stop it, or set DATA_DIR to another one.`;
    throw new ConfigError(sentence, { cause: error });
  }
  return () => lock.close();
}
