/**
 * Tables that the fault suites print: what was tried, and what was lost or repeated. Prints only;
 * asserts nothing.
 */
import { appendFileSync } from "node:fs";

export type Row = Readonly<Record<string, string | number>>;

/** One suite's table, as handed from a test process to the self-test. */
export interface Report {
  readonly title: string;
  readonly rows: readonly Row[];
  /** One sentence that a person understands, e.g. `Nothing acknowledged was lost: …`. */
  readonly verdict?: string | undefined;
}

/** Where reports are gathered, one line of JSON each; unset where nobody gathers them. */
export const REPORT_FILE_VARIABLE = "FAULT_REPORT_FILE";

/**
 * Prints a table in plain text, or hands it to the self-test where that runs.
 * @param rows one object a line; the columns are the keys of the first
 */
export function reportTable(title: string, rows: readonly Row[], verdict?: string): void {
  const report: Report = { title, rows, verdict };
  const gatheredIn = process.env[REPORT_FILE_VARIABLE];
  if (gatheredIn === undefined) console.log(`\n${tableOf(report)}\n`);
  else appendFileSync(gatheredIn, `${JSON.stringify(report)}\n`);
}

/** Title, heads, rows and verdict as lines of text; numbers stand to the right. */
export function tableOf({ title, rows, verdict }: Report): string {
  const columns = Object.keys(rows[0] ?? {});
  const cell = (row: Row, column: string) => String(row[column] ?? "");
  const widths = columns.map((column) =>
    Math.max(column.length, ...rows.map((row) => cell(row, column).length)),
  );
  const line = (cells: readonly string[], isRight: (column: number) => boolean) =>
    cells
      .map((text, at) => {
        const width = widths[at] ?? 0;
        return isRight(at) ? text.padStart(width) : text.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  const isNumeric = (at: number) => typeof rows[0]?.[columns[at] ?? ""] === "number";
  return [
    title,
    line(columns, isNumeric),
    widths.map((width) => "-".repeat(width)).join("  "),
    ...rows.map((row) =>
      line(
        columns.map((column) => cell(row, column)),
        isNumeric,
      ),
    ),
    ...(verdict === undefined ? [] : [verdict]),
  ].join("\n");
}
