/**
 * A store as it is after years: rows that the gateway wrote itself, repeated under ids and times of
 * their own. SQLite's file only.
 */
import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue } from "node:sqlite";
import { databasePath } from "../../src/runtime/node/data-dir.ts";
import { newId } from "../../src/util/id.ts";

type Row = Record<string, SQLInputValue>;

const EVERY_MS = 15_000;
const TRACKS = 200;
const BATCH = 20_000;

/**
 * Repeats what `dataDir` holds until there are about `count` deliveries, a command, a call and half a
 * run each; the newest was received a minute ago. No gateway may run on it.
 */
export function fillStore(dataDir: string, count: number): void {
  const database = new DatabaseSync(databasePath(dataDir));
  database.exec("pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -400000");
  const templates = {
    deliveries: rowsOf(database, "deliveries"),
    commands: rowsOf(database, "commands where status in ('done', 'superseded', 'skipped')"),
    attempts: rowsOf(database, "command_attempts"),
    runs: rowsOf(database, "runs"),
    track: rowsOf(database, "tracks")[0] ?? {},
  };
  const insert = inserter(database);
  const startsAt = Date.now() - count * EVERY_MS - 60_000;
  const tracks = Array.from({ length: TRACKS }, (_, n) => trackOf(templates.track, n, startsAt));
  for (const track of tracks) insert("tracks", track);
  for (let n = 0; n < count; n++) {
    if (n % BATCH === 0) database.exec(n === 0 ? "begin" : "commit; begin");
    const at = startsAt + n * EVERY_MS;
    const track = tracks[n % TRACKS] ?? {};
    const delivery = { ...pick(templates.deliveries, n), ...timesOf(at) };
    const id = newId("dlv", at);
    insert("deliveries", {
      ...delivery,
      id,
      provider_delivery_id: `repeated-${n}`,
      signals: textOf(delivery["signals"]).replaceAll("web-shop", `web-shop-${n % TRACKS}`),
      body: textOf(delivery["body"]).replaceAll("web-shop", `web-shop-${n % TRACKS}`),
    });
    const stream = { stream_key: textOf(track["stream_key"]), delivery_id: id };
    const command = newId("cmd", at);
    const ids = { ...stream, id: command, dedupe_key: null, track_id: track["id"] ?? null };
    insert("commands", { ...pick(templates.commands, n), ...timesOf(at), ...ids });
    const { id: _id, ...call } = pick(templates.attempts, n);
    const attempt = { id: (at + 200) * 1000, at, command_id: command };
    insert("command_attempts", { ...call, ...stream, ...attempt });
    if (n % 2 === 0) insert("runs", runOf(pick(templates.runs, n / 2), track, n, at));
  }
  database.exec("commit; pragma journal_mode = wal; analyze");
  database.close();
}

const rowsOf = (database: DatabaseSync, from: string): Row[] =>
  database.prepare(`select * from ${from}`).all();

const pick = (rows: readonly Row[], n: number): Row => rows[n % rows.length] ?? {};
const textOf = (value: SQLInputValue | undefined): string =>
  typeof value === "string" ? value : "";

/** The columns of times that a row has with others, whichever of them it has. */
const timesOf = (at: number): Row => ({
  received_at: at,
  digested_at: at + 20,
  created_at: at,
  not_before: at,
  settled_at: at + 200,
});

function trackOf(template: Row, n: number, at: number): Row {
  return {
    ...template,
    id: newId("trk", at + n),
    key: `repeated-${n}`,
    stream_key: `repeated-${n}`,
    project_id: `repeated-${n}`,
    project_name: `web-shop-${n}`,
    shown_run_id: null,
    created_at: at + n,
  };
}

function runOf(template: Row, track: Row, n: number, at: number): Row {
  const runId = `dpl_repeated${n}`;
  const took = 30_000 + (n % 97) * 1_000;
  const run: unknown = JSON.parse(textOf(template["run"]));
  return {
    ...template,
    track_id: track["id"] ?? null,
    run_id: runId,
    run: JSON.stringify({ ...Object(run), id: runId }),
    created_at: at,
    started_at: at,
    ended_at: at + took,
    heard_at: at + took,
    look_at: null,
    updated_at: at + took,
  };
}

/** Inserts the columns that a table has; one prepared statement a table. */
function inserter(database: DatabaseSync): (table: string, row: Row) => void {
  const statements = new Map<string, readonly [string[], ReturnType<DatabaseSync["prepare"]>]>();
  return (table, row) => {
    const known = statements.get(table) ?? prepareInsert(database, table, row);
    statements.set(table, known);
    const [columns, statement] = known;
    statement.run(...columns.map((column) => row[column] ?? null));
  };
}

function prepareInsert(database: DatabaseSync, table: string, row: Row) {
  const columns = database
    .prepare(`select name from pragma_table_info('${table}')`)
    .all()
    .map(({ name }) => String(name))
    .filter((name) => name in row);
  const places = columns.map(() => "?").join(", ");
  const text = `insert into ${table} (${columns.map((it) => `"${it}"`).join(", ")}) values (${places})`;
  return [columns, database.prepare(text)] as const;
}
