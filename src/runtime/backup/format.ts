/**
 * The form of a backup, the same for every store: JSON lines. The first tells what it is, then one
 * line a row with its values by column, the last counts them, so that a file that was cut off is
 * known. Pure.
 */
import * as z from "zod";
import { ConfigError } from "../../util/config-error.ts";

const FORMAT = "activitysmith-webhooks backup";
const VERSION = 1;

export type Row = Readonly<Record<string, unknown>>;

export interface TableRow {
  /** The table's name in the database. */
  readonly table: string;
  readonly row: Row;
}

/** How many rows of each table. */
export type Counts = Readonly<Record<string, number>>;

const header = z.object({
  format: z.literal(FORMAT),
  version: z.number(),
  madeAt: z.string(),
  program: z.string(),
});
const tableRow = z.object({ table: z.string(), row: z.record(z.string(), z.unknown()) });
const end = z.object({ end: z.record(z.string(), z.number()) });

/** The lines of a backup, each without its line break. */
export async function* backupLines(
  rows: AsyncIterable<TableRow> | Iterable<TableRow>,
  made: { readonly madeAt: Date; readonly program: string },
): AsyncGenerator<string, Counts> {
  const { madeAt, program } = made;
  yield JSON.stringify({
    format: FORMAT,
    version: VERSION,
    madeAt: madeAt.toISOString(),
    program,
  });
  const counts: Record<string, number> = {};
  for await (const { table, row } of rows) {
    counts[table] = (counts[table] ?? 0) + 1;
    yield JSON.stringify({ table, row });
  }
  yield JSON.stringify({ end: counts });
  return counts;
}

/**
 * The rows of a backup. Throws ConfigError with a sentence where it is none, newer than this
 * program, or not whole.
 */
export async function* backupRows(lines: AsyncIterable<string>): AsyncGenerator<TableRow, Counts> {
  const counts: Record<string, number> = {};
  let hasHeader = false;
  for await (const line of lines) {
    const value = parsed(line);
    const last = end.safeParse(value);
    if (!hasHeader) {
      checkHeader(value);
      hasHeader = true;
    } else if (last.success) {
      checkCounts(last.data.end, counts);
      return counts;
    } else {
      const read = tableRow.safeParse(value);
      if (!read.success) throw new ConfigError(DAMAGED);
      counts[read.data.table] = (counts[read.data.table] ?? 0) + 1;
      yield read.data;
    }
  }
  throw new ConfigError(hasHeader ? CUT_OFF : NONE);
}

/** The lines of a text that comes in pieces: by line feeds alone, as other breaks stand in JSON. */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let begun: string[] = [];
  for await (const piece of pieces) {
    const [first = "", ...others] = piece.split("\n");
    begun.push(first);
    for (const next of others) {
      yield begun.join("");
      begun = [next];
    }
  }
  const last = begun.join("");
  if (last !== "") yield last;
}

const NONE = "This file is no backup of a gateway.";
const DAMAGED = "The backup is damaged: a line of it cannot be read. Nothing was restored.";
const CUT_OFF = "The backup is cut off: its end is missing. Nothing was restored.";

function checkHeader(value: unknown): void {
  const read = header.safeParse(value);
  if (!read.success) throw new ConfigError(NONE);
  if (read.data.version > VERSION)
    throw new ConfigError(
      `The backup was made by version ${read.data.program}, in a form that this version does not know: upgrade first.`,
    );
}

function checkCounts(told: Counts, read: Counts): void {
  const names = new Set([...Object.keys(told), ...Object.keys(read)]);
  if ([...names].some((name) => told[name] !== read[name])) throw new ConfigError(DAMAGED);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
