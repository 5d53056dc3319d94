/**
 * Samples of large tables, Postgres dialect: random pages, 8 MB at most, and all of a table that is
 * smaller. Parts of statements.
 */

const SAMPLE_BYTES = 8 * 2 ** 20;

type Sampled = "deliveries" | "commands";

/** How much of the table the sample is, in percent. */
export const percentOf = (table: Sampled): string =>
  `least(100, 100.0 * ${SAMPLE_BYTES} / greatest(1, pg_relation_size('${table}')))`;

export const sampleOf = (table: Sampled): string =>
  `${table} tablesample system (${percentOf(table)})`;
