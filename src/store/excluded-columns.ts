/** A part of upserts that both dialects spell alike. Pure. */
import { getTableColumns, sql } from "drizzle-orm";
import type { SQL, Table } from "drizzle-orm";

/** For an upsert: every column takes the value that the insert brought. */
export function excludedColumns(table: Table): Record<string, SQL> {
  return Object.fromEntries(
    Object.entries(getTableColumns(table)).map(([key, column]) => [
      key,
      sql`excluded.${sql.identifier(column.name)}`,
    ]),
  );
}
