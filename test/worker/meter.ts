/** A D1 database that keeps account of what D1's own meter says: rows written, by table. */
import * as z from "zod";
import type { D1Database, D1Statement } from "../../src/runtime/cloudflare-bindings.ts";

/** https://developers.cloudflare.com/d1/worker-api/return-object/ */
const metered = z.object({ meta: z.object({ rows_written: z.number() }) });

export interface Meter {
  readonly database: D1Database;
  /** Rows written since the last call of `reset`, by what was done to which table. */
  readonly rows: () => ReadonlyMap<string, number>;
  /** Batches since then: each is a trip to D1. */
  readonly trips: () => number;
  readonly reset: () => void;
}

export function meterOf(database: D1Database): Meter {
  const names = new WeakMap<D1Statement, string>();
  const written = new Map<string, number>();
  let trips = 0;
  const named = (statement: D1Statement, name: string): D1Statement => {
    names.set(statement, name);
    return statement;
  };
  return {
    database: {
      prepare: (sql) => {
        const statement = database.prepare(sql);
        return { bind: (...values) => named(statement.bind(...values), nameOf(sql)) };
      },
      batch: async (statements) => {
        const results = await database.batch(statements);
        trips += 1;
        for (const [at, statement] of statements.entries()) {
          const { meta } = metered.parse(results[at]);
          const name = names.get(statement) ?? "";
          if (meta.rows_written > 0)
            written.set(name, (written.get(name) ?? 0) + meta.rows_written);
        }
        return results;
      },
    },
    rows: () => written,
    trips: () => trips,
    reset: () => {
      written.clear();
      trips = 0;
    },
  };
}

/** `insert deliveries`, `update commands`. */
function nameOf(sql: string): string {
  const [, verb = "", table = ""] =
    /^(insert into|update|delete from)\s+"?(\w+)/i.exec(sql.trim()) ?? [];
  return `${verb.split(" ")[0]?.toLowerCase()} ${table}`;
}
