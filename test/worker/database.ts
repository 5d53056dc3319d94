/** The D1 database of the Worker under test: migrated once, emptied for each test. */
import { applyD1Migrations } from "cloudflare:test";
import type { D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { inject } from "vitest";
import type { D1Database } from "../../src/runtime/cloudflare-bindings.ts";
import { openD1 } from "../../src/runtime/database/d1.ts";

declare module "vitest" {
  interface ProvidedContext {
    d1Migrations: D1Migration[];
  }
}

export function database(): D1Database {
  if (!env.DB) throw new Error("wrangler.toml binds no D1 database.");
  return env.DB;
}

export async function emptyDatabase(): Promise<D1Database> {
  const d1 = database();
  await applyD1Migrations(d1, inject("d1Migrations"));
  const driver = openD1(d1);
  const [tables = []] = await driver.batch([
    { sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT NULL", params: [] },
  ]);
  const names = tables
    .map(([name]) => String(name))
    .filter((name) => !/^(_|sqlite_|d1_)/.test(name));
  await driver.batch([
    { sql: "PRAGMA defer_foreign_keys = on", params: [] },
    ...names.map((name) => ({ sql: `DELETE FROM ${name}`, params: [] })),
  ]);
  return d1;
}
