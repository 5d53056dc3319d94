/** Which rows a digest remembers, and by which keys: the same in both dialects. */
import type { CardGroup } from "../../model/card/card-group.ts";
import type { Due } from "../../model/due.ts";
import type { Incident } from "../../model/telling/incident.ts";
import type { Serving, Standing } from "../../model/run/standing.ts";
import type { Fold, Told } from "../../model/telling/telling.ts";
import type { Memory, MemoryKeys, MemoryWrites } from "../port.ts";
import { keyText, memoryTexts, memoryWrite } from "./memory-statements.ts";
import type { MemoryDialect, MemoryTexts, MemoryWrite } from "./memory-statements.ts";
import type { RowFormat } from "./statement.ts";

/** Each list's row. */
interface MemoryRows {
  readonly incidents: Incident;
  readonly standings: Standing;
  readonly servings: Serving;
  readonly told: Told;
  readonly folds: Fold;
  readonly cardGroups: CardGroup;
  readonly due: Due;
}

export type MemoryFormats = {
  readonly [Name in keyof MemoryRows]: RowFormat<MemoryRows[Name]>;
};

/** In the order in which a commit writes them. */
const KEYS = {
  incidents: ["endpointId", "incidentKey"],
  standings: ["endpointId", "lineKey", "scope"],
  servings: ["endpointId", "projectId", "lineId", "environment"],
  told: ["account", "toldKey", "audience"],
  folds: ["endpointId", "foldKey", "windowStart"],
  cardGroups: ["account", "groupKey"],
  due: ["kind", "key"],
} as const;

const NAMES = ["incidents", "standings", "servings", "told", "folds", "cardGroups", "due"] as const;

export type MemoryName = (typeof NAMES)[number];

export interface PlannedWrite extends MemoryWrite {
  readonly of: MemoryName;
}

/** The writes of a commit, in an order in which no two commits lock crosswise. */
export function planWrites(writes: MemoryWrites | undefined, now: number): PlannedWrite[] {
  if (!writes) return [];
  return NAMES.flatMap((of) => {
    const key = KEYS[of];
    return [...(writes[of] ?? [])]
      .map((row) => ({ at: keyText(row, key), row }))
      .sort((a, b) => (a.at < b.at ? -1 : 1))
      .map(({ row }) => ({ of, ...memoryWrite(row, now) }));
  });
}

/** The texts of every table's statements. */
export function allMemoryTexts(
  formats: MemoryFormats,
  dialect: MemoryDialect,
): Readonly<Record<MemoryName, MemoryTexts>> {
  return {
    incidents: memoryTexts({ format: formats.incidents, key: KEYS.incidents }, dialect),
    standings: memoryTexts({ format: formats.standings, key: KEYS.standings }, dialect),
    servings: memoryTexts({ format: formats.servings, key: KEYS.servings }, dialect),
    told: memoryTexts(
      { format: formats.told, key: KEYS.told, loadBy: ["account", "toldKey"] },
      dialect,
    ),
    folds: memoryTexts({ format: formats.folds, key: KEYS.folds }, dialect),
    cardGroups: memoryTexts({ format: formats.cardGroups, key: KEYS.cardGroups }, dialect),
    due: memoryTexts({ format: formats.due, key: KEYS.due }, dialect),
  };
}

/** One list by its keys as rows of values; there is at least one. */
export interface AskedList {
  readonly of: MemoryName;
  readonly keys: readonly (readonly unknown[])[];
}

/** Loads lists; answers for each, in order, the values of the columns of its rows. */
export type LoadLists = (
  asked: readonly AskedList[],
) => Promise<readonly (readonly (readonly unknown[])[])[]>;

/** Loads what is asked for, all lists at once. */
export async function loadLists(
  keys: MemoryKeys,
  formats: MemoryFormats,
  load: LoadLists,
): Promise<Memory> {
  const wanted: readonly AskedList[] = [
    { of: "incidents", keys: keyRows(keys.incidents, KEYS.incidents) },
    { of: "standings", keys: keyRows(keys.standings, KEYS.standings) },
    { of: "servings", keys: keyRows(keys.servings, KEYS.servings) },
    { of: "told", keys: keyRows(keys.told, ["account", "toldKey"]) },
    { of: "folds", keys: keyRows(keys.folds, KEYS.folds) },
    { of: "cardGroups", keys: keyRows(keys.cardGroups, KEYS.cardGroups) },
    { of: "due", keys: keyRows(keys.due, KEYS.due) },
  ];
  const asked = wanted.filter((it) => it.keys.length > 0);
  const found = asked.length > 0 ? await load(asked) : [];
  const rowsOf = <Row>(of: MemoryName, { toRow }: RowFormat<Row>): Row[] =>
    (found[asked.findIndex((it) => it.of === of)] ?? []).map(toRow);
  return {
    incidents: rowsOf("incidents", formats.incidents),
    standings: rowsOf("standings", formats.standings),
    servings: rowsOf("servings", formats.servings),
    told: rowsOf("told", formats.told),
    folds: rowsOf("folds", formats.folds),
    cardGroups: rowsOf("cardGroups", formats.cardGroups),
    due: rowsOf("due", formats.due),
  };
}

function keyRows<Name extends string>(
  rows: readonly Readonly<Record<Name, unknown>>[] | undefined,
  names: readonly Name[],
): unknown[][] {
  return (rows ?? []).map((row) => names.map((name) => row[name]));
}

/**
 * Deletes what is remembered of an endpoint, but not what was told: that belongs to the account.
 */
export const FORGET_ENDPOINT: readonly string[] = [
  "incidents",
  "standings",
  "serving",
  "folds",
  "due",
].map((table) => `delete from ${table} where endpoint_id = :endpointId`);

/** Deletes what was not touched since `before` and no later digest reads. */
export const TRIM_MEMORY: readonly string[] = [
  `delete from incidents where state = 'resolved' and last_seen_at < :before returning 1`,
  `delete from standings where updated_at < :before returning 1`,
  `delete from told where "at" < :before returning 1`,
  `delete from folds where told and window_start < :before returning 1`,
  `delete from card_groups where updated_at < :before returning 1`,
];
