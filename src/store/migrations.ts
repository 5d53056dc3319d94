/**
 * Which migrations a database still needs. Pure; reading the files and applying them is done
 * elsewhere.
 */

export interface Migration {
  /** `<number>_<words>`, the file's name without `.sql`. */
  readonly name: string;
  readonly statements: readonly string[];
}

/** drizzle-kit's mark between the statements of a migration file. */
const BREAKPOINT = "--> statement-breakpoint";

export function parseMigration(name: string, file: string): Migration {
  return { name, statements: file.split(BREAKPOINT) };
}

/**
 * The known migrations that are not applied yet, in order. Throws an Error for the operator where
 * the database has one that this program does not know: writing to a newer schema could lose data.
 */
export function pendingMigrations(
  known: readonly Migration[],
  applied: readonly string[],
): readonly Migration[] {
  const names = new Set(known.map((it) => it.name));
  const newer = applied.find((name) => !names.has(name));
  if (newer !== undefined) {
    throw new Error(
      `The database has the migration "${newer}", which this version of the gateway does not know: upgrade the gateway, or point it at another database.`,
    );
  }
  return known.filter((it) => !applied.includes(it.name));
}

/** Throws where the database lacks a known migration or has an unknown one. */
export function assertMigrated(known: readonly Migration[], applied: readonly string[]): void {
  const [missing] = pendingMigrations(known, applied);
  if (missing) throw new Error(`The database lacks the migration "${missing.name}".`);
}
