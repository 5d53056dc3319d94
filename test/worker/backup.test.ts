/** The Worker's database out and in again by its admin API, inside workerd. */
import { beforeAll, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import createdText from "../../recordings/vercel/deployment.created__production.http?raw";
import failedText from "../../recordings/vercel/deployment.error__production-fails.http?raw";
import { admin, createEndpoint, deliver, parseHttp, SECRET } from "../contract/target.ts";
import type { Endpoint } from "../contract/target.ts";
import { emptyDatabase } from "./database.ts";
import { testWorker } from "./worker.ts";

const VIEWER_TOKEN = "viewer-token-of-the-tests";
const worker = testWorker({ VIEWER_TOKEN });

/** What JSON and SQLite each treat in a way of their own; as large as JSON does not carry it. */
const ODD = `{"type":"odd","id":"odd","text":"\u2028 \u{1f680} 'quote' \\"double\\" \\u0000 ${"x".repeat(500_000)}"}`;

let endpoint: Endpoint;
let whole: string[] = [];

async function backUp(): Promise<string[]> {
  const answer = await admin(worker, "POST", "/api/v1/backup");
  if (answer.status !== 200) throw new Error(`no backup: ${answer.status}`);
  return new TextDecoder()
    .decode(await answer.arrayBuffer())
    .trimEnd()
    .split("\n");
}

async function take(body: string): Promise<void> {
  const { status } = await deliver(worker, endpoint, body);
  if (status !== 200) throw new Error(`the delivery was answered ${status}`);
}

const restore = (text: BodyInit): Promise<Response> =>
  worker.fetch("/api/v1/restore", {
    method: "POST",
    headers: { authorization: `Bearer ${worker.adminToken}` },
    body: text,
  });

/** Rows only: databases tell them as they find them. */
const rowsOf = (lines: readonly string[]): string[] => lines.slice(1, -1).toSorted();
const counts = z.object({ rows: z.record(z.string(), z.number()), left_out: z.number() });
const refused = z.object({ error: z.literal("not_restored"), message: z.string() });

beforeAll(async () => {
  await emptyDatabase();
  endpoint = await createEndpoint(worker, {});
  for (const body of [parseHttp(createdText).body, parseHttp(failedText).body, ODD])
    await take(body);
  await worker.sweep();
  // One that is not digested yet.
  await take(JSON.stringify({ ...JSON.parse(parseHttp(createdText).body), id: "late" }));
  whole = await backUp();
});

test("has every row, sealed, and ends with their count", () => {
  const text = whole.join("\n");
  expect(text).not.toContain(SECRET);
  expect(rowsOf(whole).length).toBeGreaterThan(10);
  expect(text).toContain('"table":"command_attempts"');
  const { end } = z
    .object({ end: z.record(z.string(), z.number()) })
    .parse(JSON.parse(whole.at(-1) ?? ""));
  expect(end).toMatchObject({ endpoints: 1, endpoint_secrets: 1, deliveries: 4 });
});

test("comes back into an empty database, row by row, and the gateway goes on", async () => {
  await emptyDatabase();
  const answer = await restore(`${whole.join("\n")}\n`);
  expect(answer.status).toBe(200);
  const { rows, left_out } = counts.parse(await answer.json());
  expect([rows["deliveries"], left_out]).toEqual([4, 0]);
  expect(rowsOf(await backUp())).toEqual(rowsOf(whole));
  await worker.sweep();
  const waiting = await admin(worker, "GET", "/api/v1/deliveries?status=received");
  expect(await waiting.json()).toMatchObject({ data: [] });
  expect((await deliver(worker, endpoint, ODD)).status).toBe(200);
});

describe("is refused, and the database stays as it was", () => {
  const page = z.object({ data: z.array(z.unknown()) });
  const isEmpty = async (): Promise<boolean> => {
    const lines = await backUp();
    return lines.length === 2;
  };

  test.each([
    ["cut off", (): string => whole.slice(0, -1).join("\n"), "cut off"],
    ["a row lost", (): string => whole.toSpliced(-2, 1).join("\n"), "damaged"],
    ["no backup", (): string => "PK", "no backup"],
    ["nothing", (): string => "", "no backup"],
    [
      "of a newer form",
      (): string => whole.join("\n").replace('"version":1', '"version":2'),
      "upgrade",
    ],
    [
      "with a column unknown here",
      (): string => whole.join("\n").replace('"row":{', '"row":{"later":1,'),
      "upgrade",
    ],
  ])("%s", async (_, spoiled, words) => {
    await emptyDatabase();
    const answer = await restore(spoiled());
    expect(answer.status).toBe(409);
    expect(refused.parse(await answer.json()).message).toContain(words);
    expect(await isEmpty()).toBe(true);
  });

  test("where the database holds something", async () => {
    await emptyDatabase();
    await createEndpoint(worker, { name: "There before" });
    const answer = await restore(whole.join("\n"));
    expect(refused.parse(await answer.json()).message).toContain("not empty");
    const left = page.parse(await (await admin(worker, "GET", "/api/v1/endpoints")).json());
    expect(left.data).toHaveLength(1);
  });

  test("where another restore has it, whose rows stay", async () => {
    await emptyDatabase();
    const [head = "", ...rest] = whole;
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const first = restore(readable);
    // What is read of it by now, it has taken the database.
    await writer.write(new TextEncoder().encode(`${head}\n`));
    await vi.waitFor(async () => expect(await isEmpty()).toBe(false));
    const second = await restore(whole.join("\n"));
    expect(second.status).toBe(409);
    expect(refused.parse(await second.json()).message).toContain("under way");
    await writer.write(new TextEncoder().encode(rest.join("\n")));
    await writer.close();
    expect((await first).status).toBe(200);
    expect(rowsOf(await backUp())).toEqual(rowsOf(whole));
  });

  test("of two at once one, whichever is the first", async () => {
    await emptyDatabase();
    const answers = await Promise.all([restore(whole.join("\n")), restore(whole.join("\n"))]);
    const statuses = new Set(answers.map(({ status }) => status));
    expect(statuses).toEqual(new Set([200, 409]));
    expect(rowsOf(await backUp())).toEqual(rowsOf(whole));
  });

  test("where a row is refused by the database itself", async () => {
    await emptyDatabase();
    const twice = whole.find((line) => line.includes('"table":"endpoints"')) ?? "";
    const [head = "", ...rest] = whole;
    const end = (rest.pop() ?? "").replace('"endpoints":1', '"endpoints":2');
    expect((await restore([head, ...rest, twice, end].join("\n"))).status).toBe(500);
    expect(await isEmpty()).toBe(true);
  });
});

test("is not for whoever may only look", async () => {
  for (const path of ["/api/v1/backup", "/api/v1/restore"]) {
    const headers = { authorization: `Bearer ${VIEWER_TOKEN}` };
    expect((await worker.fetch(path, { method: "POST", headers })).status).toBe(403);
    expect((await worker.fetch(path, { headers })).status).toBe(405);
  }
});
