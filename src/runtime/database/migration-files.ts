/** Reads the migrations that drizzle-kit wrote, from their folder beside the schema. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseMigration } from "../../store/migrations.ts";
import type { Migration } from "../../store/migrations.ts";

export function readMigrations(dialect: "sqlite" | "postgres"): Migration[] {
  const folder = join(import.meta.dirname, "..", "..", "store", dialect, "migrations");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .toSorted()
    .map((file) =>
      parseMigration(file.slice(0, -".sql".length), readFileSync(join(folder, file), "utf8")),
    );
}
