/**
 * A store as it is after years: rows that the gateway wrote itself, repeated under ids and times of
 * their own.
 */
import { newId } from "../../src/util/id.ts";
import type { Row, RowStore } from "./row-store.ts";

const EVERY_MS = 15_000;
const TRACKS = 200;
const BATCH = 20_000;

/**
 * Repeats what the store holds until there are about `count` deliveries, a command, a call and half a
 * run each; the newest was received a minute ago. No gateway may run on it.
 */
export async function fillStore(store: RowStore, count: number): Promise<void> {
  const templates = {
    deliveries: await store.rows("deliveries"),
    commands: await store.rows("commands where status in ('done', 'superseded', 'skipped')"),
    attempts: await store.rows("command_attempts"),
    runs: await store.rows("runs"),
    track: (await store.rows("tracks"))[0] ?? {},
  };
  const startsAt = Date.now() - count * EVERY_MS - 60_000;
  const tracks = Array.from({ length: TRACKS }, (_, n) => trackOf(templates.track, n, startsAt));
  for (const track of tracks) store.insert("tracks", track);
  for (let n = 0; n < count; n++) {
    if (n % BATCH === 0) await store.flush();
    const at = startsAt + n * EVERY_MS;
    const track = tracks[n % TRACKS] ?? {};
    const delivery = { ...pick(templates.deliveries, n), ...timesOf(at) };
    const id = newId("dlv", at);
    store.insert("deliveries", {
      ...delivery,
      id,
      provider_delivery_id: `repeated-${n}`,
      signals: textOf(delivery["signals"]).replaceAll("web-shop", `web-shop-${n % TRACKS}`),
      body: textOf(delivery["body"]).replaceAll("web-shop", `web-shop-${n % TRACKS}`),
    });
    const stream = { stream_key: textOf(track["stream_key"]), delivery_id: id };
    const command = newId("cmd", at);
    const ids = { ...stream, id: command, dedupe_key: null, track_id: track["id"] ?? null };
    store.insert("commands", { ...pick(templates.commands, n), ...timesOf(at), ...ids });
    const { id: _id, ...call } = pick(templates.attempts, n);
    const attempt = { id: (at + 200) * 1000, at, command_id: command };
    store.insert("command_attempts", { ...call, ...stream, ...attempt });
    if (n % 2 === 0) store.insert("runs", runOf(pick(templates.runs, n / 2), track, n, at));
  }
  await store.close();
}

const pick = (rows: readonly Row[], n: number): Row => rows[n % rows.length] ?? {};
const textOf = (value: Row[string] | undefined): string => (typeof value === "string" ? value : "");

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
