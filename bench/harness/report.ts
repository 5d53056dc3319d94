/** Reports: a Markdown table a benchmark, and the same as JSON. */

export type Cell = string | number | undefined;

export interface Section {
  readonly title: string;
  /** What the table's reader has to know. */
  readonly notes: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** The aims that this benchmark decides, with what was reached. */
  readonly aims: readonly Aim[];
}

export interface Aim {
  readonly aim: string;
  readonly reached: string;
  readonly met: boolean;
}

export interface Benchmark {
  readonly name: string;
  run(options: { readonly quick: boolean }): Promise<readonly Section[]>;
}

export function markdown(section: Section): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    `### ${section.title}`,
    "",
    ...section.notes.flatMap((note) => [note, ""]),
    line(section.columns),
    line(section.columns.map((_, at) => (at === 0 ? "---" : "--:"))),
    ...section.rows.map((row) => line(row.map(cellText))),
    "",
    ...section.aims.map(
      ({ aim, reached, met }) => `- ${met ? "met" : "**not met**"}: ${aim} (${reached})`,
    ),
    "",
  ].join("\n");
}

function cellText(cell: Cell): string {
  if (cell === undefined || Number.isNaN(cell)) return "–";
  if (typeof cell === "string") return cell;
  if (Math.abs(cell) >= 100 || Number.isInteger(cell)) return Math.round(cell).toLocaleString("en");
  return cell.toFixed(2);
}

/** An aim whose figure must be at least, or at most, so much. */
export function aimOf(aim: string, value: number, bound: { least?: number; most?: number }): Aim {
  const met = value >= (bound.least ?? -Infinity) && value <= (bound.most ?? Infinity);
  return { aim, reached: cellText(value), met };
}
