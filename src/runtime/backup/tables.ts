/**
 * The tables of a backup with their columns, and how a row of a database becomes one of the backup
 * and back. Pure.
 */
import { getTableColumns, getTableName } from "drizzle-orm";
import type { Column, Table } from "drizzle-orm";
import { ConfigError } from "../../util/config-error.ts";
import type { Row } from "./format.ts";

/** As the schemas export them; parents stand before what refers to them. */
export const TABLES = [
  "endpoints",
  "endpointSecrets",
  "formerApiKeys",
  "deliveries",
  "tracks",
  "runs",
  "streams",
  "accounts",
  "commands",
  "commandAttempts",
  "incidents",
  "standings",
  "servings",
  "told",
  "folds",
  "cardGroups",
  "due",
  "refusedAttempts",
  "refusedTotals",
] as const;

/** A schema of one dialect: it has at least these tables. */
export type Schema = Readonly<Record<(typeof TABLES)[number], Table>>;

export interface Shape {
  readonly name: string;
  readonly columns: readonly Column[];
}

export const shapesOf = (schema: Schema): readonly Shape[] =>
  TABLES.map((table) => ({
    name: getTableName(schema[table]),
    columns: Object.values(getTableColumns(schema[table])),
  }));

export const quoted = (name: string): string => `"${name}"`;

export const columnList = (columns: readonly Column[]): string =>
  columns.map(({ name }) => quoted(name)).join(", ");

/** Values of a database's row, in the order of the columns, as the backup has them. */
export function fromDatabase(columns: readonly Column[], values: readonly unknown[]): Row {
  return Object.fromEntries(
    columns.map((column, at) => {
      const value = values[at] ?? null;
      return [column.name, value === null ? null : column.mapFromDriverValue(value)];
    }),
  );
}

/**
 * The other way round. JSON has a null of its own, which stands where the column may not be empty.
 */
export function toDatabase(columns: readonly Column[], row: Row): unknown[] {
  return columns.map((column) => {
    const value = row[column.name] ?? null;
    return value === null && !column.notNull ? null : column.mapToDriverValue(value);
  });
}

/**
 * The columns that a row of a backup has; an older program knew fewer, and the database fills in
 * the others. Throws ConfigError where the row has one that this program does not know.
 */
export function columnsOf({ name, columns }: Shape, row: Row): Column[] {
  const given = Object.keys(row);
  const known = columns.filter((column) => Object.hasOwn(row, column.name));
  if (known.length === given.length) return known;
  const unknown = given.find((it) => !columns.some((column) => column.name === it));
  throw new ConfigError(
    `The backup has the column "${unknown}" of ${name}, which this version does not know: upgrade first.`,
  );
}

export function shapeNamed(shapes: readonly Shape[], table: string): Shape {
  const shape = shapes.find(({ name }) => name === table);
  if (shape) return shape;
  throw new ConfigError(
    `The backup has the table "${table}", which this version does not know: upgrade first.`,
  );
}

/** Throws ConfigError where the database that is restored into holds something. */
export const demandEmpty = (shape: Shape, hasRow: boolean): void => {
  if (!hasRow) return;
  throw new ConfigError(
    `The database is not empty (it has ${shape.name}): a backup is restored into a new one only.`,
  );
};

/** Of two into one database neither knows what of it is the other's. */
export const underWay = (): ConfigError =>
  new ConfigError(
    "Another restore into this database is under way, or was cut off: wait for its end; where there is none, restore into a new database.",
  );
