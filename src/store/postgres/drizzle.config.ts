/**
 * Generates the Postgres migrations: `drizzle-kit generate --config
 * src/store/postgres/drizzle.config.ts`.
 */
import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: "./src/store/postgres/schema.ts",
  out: "./src/store/postgres/migrations",
});
