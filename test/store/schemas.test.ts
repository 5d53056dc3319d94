/** Both dialects' schemas hold the same tables, columns, kinds of null and indexes. */
import { is } from "drizzle-orm";
import type { Column, Table } from "drizzle-orm";
import { getTableConfig as postgresConfig, PgTable } from "drizzle-orm/pg-core";
import { getTableConfig as sqliteConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { expect, test } from "vitest";
import * as postgresSchema from "../../src/store/postgres/schema.ts";
import * as sqliteSchema from "../../src/store/sqlite/schema.ts";

/** Tables of one dialect only, each with its reason. */
const ALONE: Readonly<Record<string, string>> = {
  refusals: "SQLite has no other way to undo a batch and say why",
};

/** Indexes of one dialect, each with its reason. */
const OF_ONE_DIALECT: Readonly<Record<string, string>> = {
  commands_to_claim: "in SQLite without those of streams",
  commands_open_on_streams: "SQLite: one index instead of three, as D1 is billed by rows",
  commands_sending: "SQLite: likewise, of those without a stream",
  commands_one_pending_per_stream: "Postgres: several may write at the same time",
  commands_one_sending_per_stream: "Postgres: likewise",
  command_attempts_of_command: "Postgres: in SQLite a command's row names its calls",
  command_attempts_of_subject: "Postgres: in SQLite a stream's row names its calls",
};

const columnsOf = (columns: readonly Column[]) =>
  Object.fromEntries(
    columns.map((it) => [
      it.name,
      `${it.notNull ? "not null" : "null"}${it.primary ? ", key" : ""}`,
    ]),
  );

const namesOf = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => name);

const tablesOf = (schema: object): Table[] =>
  Object.values(schema).filter((it): it is Table => is(it, SQLiteTable) || is(it, PgTable));

function shapeOf(table: Table) {
  const { name, columns, indexes, primaryKeys } = is(table, SQLiteTable)
    ? sqliteConfig(table)
    : postgresConfig(table as PgTable);
  return [
    name,
    {
      columns: columnsOf(columns),
      keys: primaryKeys.map((key) => namesOf(key.columns)),
      indexes: indexes
        .filter(({ config }) => OF_ONE_DIALECT[config.name ?? ""] === undefined)
        .map(({ config }) => ({
          name: config.name,
          isUnique: config.unique,
          isPartial: config.where !== undefined,
          columns: config.columns.map((it) => ("name" in it ? it.name : "an expression")),
        }))
        .toSorted((a, b) => String(a.name).localeCompare(String(b.name))),
    },
  ] as const;
}

const shapesOf = (schema: object) =>
  Object.fromEntries(
    tablesOf(schema)
      .map(shapeOf)
      .filter(([name]) => ALONE[name] === undefined),
  );

test("the schemas of both dialects are one", () => {
  const sqlite = shapesOf(sqliteSchema);
  expect(Object.keys(sqlite).length).toBeGreaterThan(15);
  expect(shapesOf(postgresSchema)).toEqual(sqlite);
});
