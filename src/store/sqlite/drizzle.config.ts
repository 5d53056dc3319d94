/**
 * Generates the SQLite migrations: `drizzle-kit generate --config
 * src/store/sqlite/drizzle.config.ts`.
 */
import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: "./src/store/sqlite/schema.ts",
  out: "./src/store/sqlite/migrations",
});
