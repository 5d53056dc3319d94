/**
 * A gateway moves from one kind of store to another and back by its backup, and goes on as if
 * nothing had been.
 */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getTableName, is, Table } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { vercel } from "../../adapters/vercel/index.ts";
import { playLifecycle } from "../../src/cli/play.ts";
import { readLifecycle } from "../../src/cli/recordings.ts";
import { backUp, restore } from "../../src/runtime/backup/backup.ts";
import { shapesOf } from "../../src/runtime/backup/tables.ts";
import * as postgresSchema from "../../src/store/postgres/schema.ts";
import * as sqliteSchema from "../../src/store/sqlite/schema.ts";
import { startProcess } from "../support/gateway-process.ts";
import type { GatewayProcess } from "../support/gateway-process.ts";
import { postgresForTests } from "../support/postgres.ts";

const postgres = await postgresForTests();
const SECRET = "the-secret-of-the-backup-test";
/** What JSON, SQLite or Postgres each treat in a way of their own. */
const ODD = "\u0000 \u0001 \u2028 \u2029 \ud83d\ude80 \\u0000 'quote' \"double\" \r\n end";
const NOW = new Date("2026-11-20T10:00:00Z");

let folder: string;
let origin: GatewayProcess;
let made: string;
let hook: string;
/** What the API told when the backup was made. */
let shown: unknown[];
const files = { running: "" };
const dataDir = (name: string): string => join(folder, name);

const lines = (file: string): string[] => readFileSync(file, "utf8").trimEnd().split("\n");
/** Rows only, in an order of their own: databases tell them as they find them. */
const rowsIn = (file: string): string[] => lines(file).slice(1, -1).toSorted();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "backup-"));
  origin = await startProcess({ DATA_DIR: dataDir("origin") });
  const endpoint = await origin.createEndpoint({
    provider: "vercel",
    name: "Production",
    secret: SECRET,
    rules: [{ when: { branches: ["quiet"] }, then: { mute: true } }],
  });
  hook = endpoint.url;
  made = endpoint.id;
  await playLifecycle({
    adapter: vercel,
    lifecycle: readLifecycle("vercel", "production-failure"),
    hookUrl: hook,
    secret: SECRET,
    speed: 1000,
    onAnswer: () => undefined,
  });
  await origin.createEndpoint({ provider: "railway", name: "Without deliveries" });
  // Refused, and remembered.
  await fetch(hook, { method: "POST", body: "{}", headers: { "x-vercel-signature": "00" } });
  await vi.waitUntil(isAtRest, { timeout: 60_000 });
  shown = await shownBy(origin);
  files.running = join(folder, "running.backup");
  await backUp({ DATABASE_URL: undefined, DATA_DIR: dataDir("origin") }, files.running, NOW);
});

afterAll(async () => {
  await origin.end("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
});

const page = z.object({ data: z.array(z.unknown()) });

/** All is digested and sent; the card's end waits for its time. */
async function isAtRest(): Promise<boolean> {
  const paths = [
    "deliveries?status=received",
    "commands?status=sending",
    "commands?status=done",
    "deliveries?status=refused",
  ];
  const pages = paths.map(async (path) =>
    page.parse(await (await origin.admin("GET", `/api/v1/${path}`)).json()),
  );
  const [received, sending, ...some] = (await Promise.all(pages)).map(({ data }) => data.length);
  return received === 0 && sending === 0 && some.every((count) => count > 0);
}

const SHOWN = ["/api/v1/deliveries?limit=200", "/api/v1/tracks"] as const;
const shownBy = (gateway: GatewayProcess): Promise<unknown[]> =>
  Promise.all(SHOWN.map(async (path) => (await gateway.admin("GET", path)).json()));

test("both dialects have the same tables and columns, and a backup leaves none out", () => {
  const tables = (schema: object) =>
    Object.values(schema)
      .filter((it) => is(it, Table))
      .map((it) => getTableName(it))
      .filter((name) => name !== "refusals")
      .toSorted();
  const shapes = (schema: Parameters<typeof shapesOf>[0]) =>
    shapesOf(schema).map(({ name, columns }) => [name, columns.map((it) => it.name)]);
  expect(shapes(sqliteSchema)).toEqual(shapes(postgresSchema));
  const backedUp = shapesOf(sqliteSchema).map(({ name }) => name);
  expect(backedUp.toSorted()).toEqual(tables(sqliteSchema));
  expect(backedUp.toSorted()).toEqual(tables(postgresSchema));
});

test("a running gateway's backup has its rows, no secret in the clear, and is its owner's alone", () => {
  const text = readFileSync(files.running, "utf8");
  expect(text).not.toContain(SECRET);
  expect(text).toContain('"table":"deliveries"');
  expect(text).toContain('"table":"refused_totals"');
  expect(statSync(files.running).mode & 0o077).toBe(0);
});

describe.skipIf(!postgres)("SQLite → Postgres → SQLite", () => {
  let url: string;
  beforeAll(async () => {
    url = (await postgres?.createDatabase({ empty: true })) ?? "";
  });
  const embedded = { DATABASE_URL: undefined, DATA_DIR: "" };

  /** There and back again; the rows as they are then. */
  async function roundTrip(server: string, name: string, from: string): Promise<string[]> {
    const there = { DATABASE_URL: server, DATA_DIR: dataDir("unused") };
    const back = { ...embedded, DATA_DIR: dataDir(name) };
    const [packed, again] = [join(folder, `${name}.backup.gz`), join(folder, `${name}.backup`)];
    await restore(there, from);
    await backUp(there, packed, NOW);
    await restore(back, packed);
    expect(await backUp(back, again, NOW)).toEqual(JSON.parse(lines(from).at(-1) ?? "").end);
    return rowsIn(again);
  }

  test("every row comes through, also compressed", async () => {
    const rows = await roundTrip(url, "embedded", files.running);
    expect(rows.length).toBeGreaterThan(10);
    expect(rows).toEqual(rowsIn(files.running));
  });

  test("texts that a database treats in its own way come through", async () => {
    const odd = join(folder, "odd.backup");
    const [body, of] = [JSON.stringify(ODD), /"body":"(?:[^"\\]|\\.)*"/];
    writeFileSync(
      odd,
      lines(files.running)
        .map((it) => it.replace(of, () => `"body":${body}`))
        .join("\n"),
    );
    expect(rowsIn(odd).filter((it) => it.includes(body))).toHaveLength(2);
    const server = (await postgres?.createDatabase({ empty: true })) ?? "";
    expect(await roundTrip(server, "odd-again", odd)).toEqual(rowsIn(odd));
  });

  test.each(["Postgres", "SQLite"] as const)(
    "the gateway goes on on %s with the secrets, deliveries and runs it had",
    async (kind) => {
      const key = readFileSync(join(dataDir("origin"), "encryption-key"), "utf8").trim();
      const moved = await startProcess({
        ENCRYPTION_KEY: key,
        ADMIN_TOKEN: "admin-token-of-the-moved-one",
        ...(kind === "Postgres"
          ? { DATABASE_URL: url, DATA_DIR: dataDir("moved") }
          : { DATA_DIR: dataDir("embedded") }),
      });
      try {
        expect(await shownBy(moved)).toEqual(shown);
        expect(await answersTo(moved)).toEqual(await answersTo(origin));
      } finally {
        await moved.end("SIGTERM");
      }
    },
  );

  test("a database that holds something is left as it is", async () => {
    const server = { DATABASE_URL: url, DATA_DIR: dataDir("unused") };
    await expect(restore(server, files.running)).rejects.toThrow("The database is not empty");
  });
});

/**
 * What a delivery signed with the secret of before is answered: the status, for a new id comes each
 * time.
 */
async function answersTo(gateway: GatewayProcess): Promise<number[]> {
  const answers: number[] = [];
  await playLifecycle({
    adapter: vercel,
    lifecycle: readLifecycle("vercel", "production-success"),
    hookUrl: `${gateway.url}/hooks/${made}`,
    secret: SECRET,
    speed: 1000,
    onAnswer: ({ status }) => void answers.push(status),
  });
  return answers;
}

describe("what is no whole backup restores nothing", () => {
  const attempts: readonly (readonly [string, (whole: string[]) => string, string])[] = [
    ["cut off", (whole) => whole.slice(0, -1).join("\n"), "cut off"],
    ["half a line", (whole) => whole.join("\n").slice(0, -20), "damaged"],
    ["a row lost", (whole) => whole.toSpliced(-2, 1).join("\n"), "damaged"],
    ["another file", () => "PK\u0003\u0004", "no backup"],
    ["an empty file", () => "", "no backup"],
    ["a newer form", ([, ...rest]) => [NEWER, ...rest].join("\n"), "upgrade first"],
    [
      "a column unknown here",
      (whole) => whole.join("\n").replace('"row":{', '"row":{"later":1,'),
      "upgrade first",
    ],
    [
      "a table unknown here",
      (whole) => whole.join("\n").replaceAll('"endpoints"', '"others"'),
      "upgrade first",
    ],
  ];
  const NEWER = JSON.stringify({
    format: "activitysmith-webhooks backup",
    version: 2,
    madeAt: "2027-01-01T00:00:00Z",
    program: "9.0.0",
  });
  test.each(attempts)("%s", async (name, spoil, sentence) => {
    const file = join(folder, `${name}.backup`);
    writeFileSync(file, spoil(lines(files.running)));
    const config = { DATABASE_URL: undefined, DATA_DIR: dataDir(`into ${name}`) };
    await expect(restore(config, file)).rejects.toThrow(sentence);
    const after = join(folder, `after ${name}.backup`);
    expect(await backUp(config, after, NOW)).toEqual({});
  });
});

test("nothing is restored below a running gateway", async () => {
  const config = { DATABASE_URL: undefined, DATA_DIR: dataDir("origin") };
  await expect(restore(config, files.running)).rejects.toThrow("Another gateway uses");
});

test("a place without a database says so", async () => {
  const config = { DATABASE_URL: undefined, DATA_DIR: dataDir("nowhere") };
  const file = join(folder, "nothing.backup");
  await expect(backUp(config, file, NOW)).rejects.toThrow("There is no database at");
});

test("a backup that would lack acknowledged deliveries says where they are", async () => {
  const config = { DATABASE_URL: undefined, DATA_DIR: dataDir("spooled") };
  await restore(config, files.running);
  const spool = join(config.DATA_DIR, "spool-8787.log");
  writeFileSync(spool, "records of deliveries");
  const file = join(folder, "spooled.backup");
  await expect(backUp(config, file, NOW)).rejects.toThrow(`wait in ${spool}`);
  writeFileSync(spool, "");
  expect(await backUp(config, file, NOW)).toMatchObject({ endpoints: 2 });
});
