/**
 * What only the Worker has: its settings, its one preview core for all isolates, and many
 * invocations on one budget.
 */
import { evictAllDurableObjects } from "cloudflare:test";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { createD1Store } from "../../src/runtime/database/d1.ts";
import { admin, createEndpoint } from "../contract/target.ts";
import { deliveryOf, pushOf, writeCommands } from "../store/records.ts";
import { database, emptyDatabase } from "./database.ts";
import { PREVIEW_API_KEY } from "./secrets.ts";
import { testWorker } from "./worker.ts";

beforeEach(async () => {
  await emptyDatabase();
});

describe("settings", () => {
  test.each([
    ["ADMIN_TOKEN", { ADMIN_TOKEN: undefined }, /^ADMIN_TOKEN must be set: .*wrangler secret put/],
    ["ENCRYPTION_KEY", { ENCRYPTION_KEY: undefined }, /^ENCRYPTION_KEY must be set: .*openssl/],
    ["a short token", { ADMIN_TOKEN: "short" }, /^ADMIN_TOKEN must have at least 16 characters/],
    ["a name that there is not", { ACTIVITYSMITH_KEY: "x" }, /^ACTIVITYSMITH_KEY is no setting/],
    ["Postgres by URL", { DATABASE_URL: "postgres://h/d" }, /^DATABASE_URL is not for Workers/],
    ["too few calls", { MAX_CALLS: "5" }, /^MAX_CALLS must be a whole number from 50/],
    ["the database", { DB: undefined }, /^The binding DB is missing/],
    ["the queue", { QUEUE: undefined }, /^The binding QUEUE is missing/],
    ["the preview", { PREVIEW: undefined }, /^The binding PREVIEW is missing/],
  ])("%s: 500 for everybody, one sentence in the log", async (_name, changes, sentence) => {
    const log = vi.spyOn(console, "log");
    const worker = testWorker(changes);
    const response = await worker.fetch("/healthz");
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      error: "internal",
      message: "Something broke here; the log has it.",
    });
    const [line] = log.mock.calls.flat().map((text) => JSON.parse(String(text)));
    expect(line).toMatchObject({ level: "error", message: "misconfigured" });
    expect(line.error).toMatch(sentence);
    await expect(worker.sweep()).rejects.toThrow(sentence);
    log.mockRestore();
  });

  test("hook URLs begin with the address that was called, or with PUBLIC_URL", async () => {
    const here = await createEndpoint(testWorker(), { provider: "github", secret: undefined });
    expect(here.url).toMatch(/^https:\/\/gateway\.invalid\/hooks\/ep_/);
    const worker = testWorker({ PUBLIC_URL: "https://hooks.example.com/" });
    const there = await createEndpoint(worker, { provider: "github", secret: undefined });
    expect(there.url).toMatch(/^https:\/\/hooks\.example\.com\/hooks\/ep_/);
  });

  test("a cron expression with a zone is reckoned in workerd as everywhere", async () => {
    const worker = testWorker();
    const nightly = { line: "Nightly", cron: "10 3 * * *", zone: "Asia/Kolkata" };
    const { id } = await createEndpoint(worker, { provider: "github", secret: undefined });
    const path = `/api/v1/endpoints/${id}`;
    const patched = await admin(worker, "PATCH", path, { expect: [nightly] });
    expect(patched.status).toBe(200);
    const told = await (await admin(worker, "GET", `${path}/expected`)).json();
    // Kolkata is five and a half hours ahead of UTC all year.
    expect(told.data).toMatchObject([{ starts_at: expect.stringMatching(/T21:40:00/) }]);
  });

  test("is not ready with an encryption key that does not open what is sealed", async () => {
    await createEndpoint(testWorker(), {});
    const worker = testWorker({ ENCRYPTION_KEY: "b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVyMTI=" });
    const response = await worker.fetch("/readyz");
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: "unavailable" });
    expect(await (await admin(worker, "GET", "/readyz")).json()).toMatchObject({
      store: "ok",
      encryption_key: expect.stringMatching(
        /^ENCRYPTION_KEY lacks \w{8}, which sealed 1 endpoint's/,
      ),
    });
  });

  test("is not ready before the migrations are applied", async () => {
    const driver = database();
    const rename = (suffix: string) =>
      driver.batch([
        driver
          .prepare("UPDATE d1_migrations SET name = replace(name, '.gone', '') || ?")
          .bind(suffix),
      ]);
    await rename(".gone");
    const response = await testWorker().fetch("/readyz");
    expect(response.status).toBe(503);
    await rename("");
  });
});

describe("the preview core", () => {
  async function push(worker: ReturnType<typeof testWorker>, title: string): Promise<void> {
    const response = await worker.fetch("/preview/api/push-notification", {
      method: "POST",
      headers: { authorization: `Bearer ${PREVIEW_API_KEY}`, "content-type": "application/json" },
      body: JSON.stringify({ title }),
    });
    expect(await response.json()).toMatchObject({ success: true });
  }

  test("is empty after its object was evicted", async () => {
    await push(testWorker(), "soon gone");
    await evictAllDurableObjects();
    const state = await (await admin(testWorker(), "GET", "/preview/state")).json();
    expect(state).toMatchObject({ pushes: [], activities: [] });
  });

  test("is one for all, and streams what changes", async () => {
    const watcher = await admin(testWorker(), "GET", "/preview/events");
    await push(testWorker(), "Ada pushed");
    const reader = watcher.body?.getReader();
    let text = "";
    while (!text.includes("Ada pushed")) {
      text += new TextDecoder().decode((await reader?.read())?.value);
    }
    await reader?.cancel();
    const state = await (await admin(testWorker(), "GET", "/preview/state")).json();
    expect(state).toMatchObject({ pushes: [{ body: { title: "Ada pushed" } }] });
  });
});

describe("many invocations at once", () => {
  test("never make more calls a minute than the account has", async () => {
    const endpoint = await createEndpoint(testWorker(), { provider: "github", secret: undefined });
    const now = Date.now();
    const pushes = Array.from({ length: 60 }, () =>
      pushOf({ endpointId: endpoint.id, account: "default", notBefore: now, createdAt: now }),
    );
    await writeCommands(createD1Store(database()), ...pushes);
    const calls: unknown[] = [];
    vi.stubGlobal("fetch", async (input: unknown) => {
      calls.push(input);
      return Response.json({ success: true });
    });
    const worker = testWorker({
      ACTIVITYSMITH_API_KEY: "key",
      CALLS_PER_MINUTE: "20",
      CALLS_RESERVED: "0",
      MAX_CALLS: "1000",
    });
    await Promise.all(Array.from({ length: 12 }, () => worker.sweep()));
    vi.unstubAllGlobals();
    expect(calls).toHaveLength(20);
  });
});

describe("the sweep", () => {
  const tenth = Date.UTC(2026, 10, 2, 12, 10);

  test("deletes what is older than it needs to be kept, every tenth minute", async () => {
    const store = createD1Store(database());
    const longAgo = Date.now() - 40 * 24 * 3_600_000;
    const [old, fresh] = [longAgo, Date.now()].map((receivedAt) => deliveryOf({ receivedAt }));
    await store.storeDeliveries([old, fresh].flatMap((it) => it ?? []));
    await testWorker().sweep(tenth + 60_000);
    expect((await store.listDeliveries({ limit: 10 })).rows).toHaveLength(2);
    await testWorker({ RETENTION_DAYS: "39" }).sweep(tenth);
    const { rows } = await store.listDeliveries({ limit: 10 });
    expect(rows.map(({ id }) => id)).toEqual([fresh?.id]);
  });
});
