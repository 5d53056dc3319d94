/**
 * The gateway as a process: what survives a kill, how it stops, and what keeps it from starting.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sign } from "../../../src/verify/sign.ts";
import { startCoreServer } from "../../support/core-server.ts";
import type { RecordedCall } from "../../support/recording-core.ts";
import type { CoreServer } from "../../support/core-server.ts";
import { secretFor } from "../../support/deliveries.ts";
import { deliveriesOf, readLifecycle } from "../../support/fixtures.ts";
import type { HttpFixture } from "../../support/fixtures.ts";
import { runToEnd, startProcess } from "../../support/gateway-process.ts";
import type { GatewayProcess } from "../../support/gateway-process.ts";
import { postgresForTests } from "../../support/postgres.ts";
import { adapterOf } from "../../support/send.ts";

const { verify } = adapterOf("vercel");
const SECRET = secretFor(verify, "right");

/** The picture of a run that went well. */
const RESULT = z.object({ content_state: z.object({ color: z.literal("green") }) });

let core: CoreServer;
let dataDir: string;
const started: GatewayProcess[] = [];

beforeEach(async () => {
  core = await startCoreServer();
  dataDir = mkdtempSync(join(tmpdir(), "gateway-"));
});
afterEach(async () => {
  for (const gateway of started.splice(0)) {
    const { child } = gateway;
    if (child.exitCode === null && child.signalCode === null) await gateway.end("SIGKILL");
  }
  await core.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const environment = () => ({
  DATA_DIR: dataDir,
  ACTIVITYSMITH_API_KEY: "test-key",
  ACTIVITYSMITH_API_URL: core.baseUrl,
});

async function start(more: Record<string, string> = {}): Promise<GatewayProcess> {
  const gateway = await startProcess({ ...environment(), ...more });
  started.push(gateway);
  return gateway;
}

function post(hookUrl: string, fixture: HttpFixture): Promise<Response> {
  const body = new TextEncoder().encode(fixture.body);
  const { headers } = sign(verify, SECRET, { body, nowMs: Date.now() });
  return fetch(hookUrl, { method: "POST", headers: { ...fixture.headers, ...headers }, body });
}

const postgres = await postgresForTests();
const stores = [
  ["SQLite", async () => ({})] as const,
  [
    "Postgres",
    async () => ({
      DATABASE_URL: (await postgres?.createDatabase()) ?? "",
      ADMIN_TOKEN: "test-admin-token-0123456789",
      ENCRYPTION_KEY: "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    }),
  ] as const,
];

describe.each(stores)("on %s", (name, storeEnvironment) => {
  const skip = name === "Postgres" && !postgres;

  test.skipIf(skip)(
    "what was answered 200 is forwarded though the process was killed right after",
    async () => {
      const store = await storeEnvironment();
      const first = await start(store);
      const endpoint = await first.createEndpoint({ provider: "vercel", secret: SECRET });
      // Nothing gets out before the kill.
      core.answer(() => new Promise<Response>(() => undefined));
      for (const fixture of deliveriesOf(readLifecycle("vercel", "production-success"))) {
        expect((await post(endpoint.url, fixture)).status).toBe(200);
      }
      await first.end("SIGKILL");
      core.answer(() => undefined);
      await start(store);
      const isGreen = ({ body }: RecordedCall) => RESULT.safeParse(body).success;
      const calls = await core.until((all) => all.some(isGreen));
      expect(calls.at(-1)?.body["content_state"]).toMatchObject({ color: "green" });
    },
  );
});

test("a stop finishes the call in flight and ends with 0", async () => {
  const gateway = await start();
  const endpoint = await gateway.createEndpoint({ provider: "vercel", secret: SECRET });
  const { promise, resolve } = Promise.withResolvers<Response>();
  core.answer(() => promise);
  const [created] = deliveriesOf(readLifecycle("vercel", "production-success"));
  if (!created) throw new Error("no delivery");
  await post(endpoint.url, created);
  await core.until((calls) => calls.length === 1);
  const ended = gateway.end("SIGTERM");
  resolve(Response.json({ success: true }));
  expect(await ended).toBe(0);
  const again = await start();
  const commands = await again.admin("GET", "/api/v1/commands?status=done");
  expect(await commands.json()).toMatchObject({ data: [{ call: "stream_update" }] });
});

test.each(["SIGINT", "SIGHUP"] as const)("a %s is a stop as well", async (signal) => {
  const gateway = await start();
  expect(await gateway.end(signal)).toBe(0);
  expect(gateway.output()).toContain(`"message":"stopping","signal":"${signal}"`);
});

test("a second signal waits for nothing", async () => {
  const gateway = await start();
  const endpoint = await gateway.createEndpoint({ provider: "vercel", secret: SECRET });
  core.answer(() => Promise.withResolvers<Response>().promise);
  const [created] = deliveriesOf(readLifecycle("vercel", "production-success"));
  if (!created) throw new Error("no delivery");
  await post(endpoint.url, created);
  await core.until((calls) => calls.length === 1);
  gateway.child.kill("SIGTERM");
  await expect.poll(() => gateway.output()).toContain(`"message":"stopping"`);
  expect(await gateway.end("SIGTERM")).toBe(130);
});

test("a stop does not wait for an open page, which asks again and again", async () => {
  const gateway = await startProcess({ DATA_DIR: dataDir });
  started.push(gateway);
  const events = await gateway.admin("GET", "/preview/events");
  expect(events.headers.get("keep-alive")).toBe("timeout=125");
  const page = (async () => {
    await events.text();
    // On the connection that has just become free, as a browser does.
    await gateway.admin("GET", "/preview/events").catch(() => undefined);
  })();
  const begun = performance.now();
  expect(await gateway.end("SIGTERM")).toBe(0);
  // It would cut the page off after eight seconds.
  expect(performance.now() - begun).toBeLessThan(7_500);
  await page;
});

test("logs are JSON, one line a delivery, without its secret or body", async () => {
  const gateway = await start();
  const endpoint = await gateway.createEndpoint({ provider: "vercel", secret: SECRET });
  const [created] = deliveriesOf(readLifecycle("vercel", "production-success"));
  if (!created) throw new Error("no delivery");
  await post(endpoint.url, created);
  await core.until((calls) => calls.length === 1);
  await gateway.end("SIGTERM");
  const lines = gateway
    .output()
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line): Record<string, unknown> => JSON.parse(line));
  expect(lines.filter(({ message }) => message === "delivery")).toMatchObject([
    {
      level: "info",
      endpoint: endpoint.id,
      provider: "vercel",
      event: "deployment.created",
      outcome: "accepted",
    },
  ]);
  expect(gateway.output()).not.toContain(SECRET);
});

test("a second gateway on the same embedded database is refused, until the first one is gone", async () => {
  const first = await start();
  const second = await runToEnd(environment());
  expect(second).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^Another gateway uses the data directory/),
  });
  await first.end("SIGKILL");
  await start();
});

describe("an encryption key that does not open what is sealed", () => {
  const OTHER = "b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVyMTI=";
  const keyFile = () => join(dataDir, "encryption-key");
  const LOST =
    /^\S*encryption-key is missing or empty, and with it [0-9a-f]{8}, which sealed 2 endpoints' secrets: restore the file, or set ENCRYPTION_KEY to what was in it\.\n$/;

  async function sealTwo(store: Record<string, string> = {}): Promise<void> {
    const gateway = await start(store);
    await gateway.createEndpoint({ provider: "vercel", secret: SECRET });
    await gateway.createEndpoint({ provider: "vercel", secret: SECRET, api_key: "key-of-its-own" });
    await gateway.end("SIGTERM");
  }

  describe.each(stores)("on %s", (name, storeEnvironment) => {
    test.skipIf(name === "Postgres" && !postgres)("stops the start", async () => {
      const store: Record<string, string> = await storeEnvironment();
      await sealTwo(store);
      const wrong = { ...environment(), ...store, ENCRYPTION_KEY: OTHER };
      const { code, output } = await runToEnd(wrong);
      expect(code).toBe(1);
      expect(output).toMatch(
        /^ENCRYPTION_KEY lacks [0-9a-f]{8}, which sealed 2 endpoints' secrets: restore it, after a comma\.\n$/,
      );
      const right = store["ENCRYPTION_KEY"] ?? readFileSync(keyFile(), "utf8").trim();
      await start({ ...store, ENCRYPTION_KEY: `${OTHER},${right}` });
    });
  });

  test.each([
    ["is lost", () => rmSync(keyFile())],
    ["was emptied", () => writeFileSync(keyFile(), "\n")],
  ])("is not replaced where its file %s", async (_name, lose) => {
    await sealTwo();
    const right = readFileSync(keyFile(), "utf8");
    lose();
    for (let times = 0; times < 2; times++) {
      const { code, output } = await runToEnd(environment());
      expect(code).toBe(1);
      expect(output).toMatch(LOST);
    }
    writeFileSync(keyFile(), right);
    await start();
  });

  test("is made anew where nothing is sealed", async () => {
    await (await start()).end("SIGTERM");
    writeFileSync(keyFile(), "");
    await start();
    expect(readFileSync(keyFile(), "utf8")).toMatch(/^\S{44}\n$/);
  });
});

test("the link and the key that the start prints open the lock screen and its API", async () => {
  const gateway = await startProcess({ DATA_DIR: dataDir });
  started.push(gateway);
  await expect.poll(() => gateway.output()).toMatch(/Preview key +\S+/);
  const link = /Log in +(\S+)/.exec(gateway.output())?.[1] ?? "";
  const entered = await fetch(link, { redirect: "manual" });
  const cookie = entered.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const page = await fetch(`${gateway.url}/preview`, { headers: { cookie } });
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("/preview/");
  const key = /Preview key +(\S+)/.exec(gateway.output())?.[1] ?? "";
  const push = await fetch(`${gateway.url}/preview/api/push-notification`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ title: "Hi" }),
  });
  expect(push.status).toBe(200);
  expect((await fetch(link, { redirect: "manual" })).status).toBe(401);
});

describe("a DATABASE_URL with several hosts", () => {
  const secrets = {
    ADMIN_TOKEN: "test-admin-token-0123456789",
    ENCRYPTION_KEY: "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
  };

  test.skipIf(!postgres)("starts, and says where without its password", async () => {
    const url = new URL((await postgres?.createDatabase()) ?? "");
    url.password = "hunter2";
    const hosts = `127.0.0.1:1,${url.host}`;
    const DATABASE_URL = url.href.replace(url.host, hosts);
    const gateway = await start({ ...secrets, DATABASE_URL });
    expect(gateway.output()).toContain(`Postgres at ${hosts}\n`);
    expect(gateway.output()).not.toContain("hunter2");
    expect(await gateway.end("SIGTERM")).toBe(0);
  });

  test("that cannot be read is refused without its password", async () => {
    const DATABASE_URL = "postgres://gateway:hunter2@db-1:5432,db-2:nowhere/gateway";
    const { code, output } = await runToEnd({ ...environment(), ...secrets, DATABASE_URL });
    expect(code).toBe(1);
    expect(output).toMatch(/^DATABASE_URL must be postgres:[^\n]+\n$/);
    expect(output).not.toContain("hunter2");
  });
});

describe("a start is refused in one sentence", () => {
  test.each([
    [{ PORT: "99999" }, /^PORT must be a whole number from 0 to 65535\.$/],
    [{ DATABASE_URL: "mysql://x" }, /^DATABASE_URL must begin with postgres:\/\//],
    [
      { DATABASE_URL: "postgres://127.0.0.1:1/x" },
      /^ADMIN_TOKEN and ENCRYPTION_KEY must be set where DATABASE_URL is; make them with [^.]+\.$/,
    ],
    [{ DATA_DIR: "/dev/null" }, /^DATA_DIR \/dev\/null must be a directory/],
    [{ ACTIVITYSMITH_APIKEY: "x" }, /^ACTIVITYSMITH_APIKEY is no setting of this gateway/],
    [{ ENCRYPTION_KEY: "short" }, /openssl rand -base64 32/],
    [{ HOST: "203.0.113.77" }, /^HOST 203\.0\.113\.77 is no address of this machine/],
  ])("%j", async (settings, sentence) => {
    const { code, output } = await runToEnd({ ...environment(), ...settings });
    expect(code).toBe(1);
    expect(output.trim()).toMatch(sentence);
    expect(output.trim().split("\n")).toHaveLength(1);
  });
});
