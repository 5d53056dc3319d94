/**
 * What the gateway does not believe, keep, or pretend: pins, secrets in headers, a database that is
 * away, guessed tokens.
 */
import { expect, test } from "vitest";
import * as z from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import { VERSION } from "../../src/version.ts";
import { httpFixture } from "../support/fixtures.ts";
import { ADMIN_TOKEN, startGateway } from "../support/start-gateway.ts";

const stored = z.object({ delivery_id: z.string() });
const JSON_BODY = { "content-type": "application/json" };

test("the version is the package's, and whoever watches sees it", async () => {
  expect(VERSION).toBe(packageJson.version);
  const gateway = await startGateway();
  const metrics = await (await gateway.admin("GET", "/metrics")).text();
  expect(metrics).toContain(`gateway_build_info{version="${VERSION}"} 1\n`);
  await gateway.close();
});

test("a pinned endpoint takes nothing that does not carry its pin", async () => {
  const gateway = await startGateway();
  const { url } = await gateway.createEndpoint("railway");
  const { body } = httpFixture("railway", "Deployment.deployed__production");
  const post = (text: string) =>
    gateway.fetch(new URL(url).pathname, { method: "POST", headers: JSON_BODY, body: text });
  expect((await post(body)).status).toBe(200);
  const project = /"project":\s*\{[^}]*?"id":\s*"([^"]+)"/.exec(body)?.[1] ?? "";
  expect(project).not.toBe("");
  expect((await post(body.replaceAll(project, "another-project"))).status).toBe(401);
  expect((await post(body.replaceAll(project, crypto.randomUUID()))).status).toBe(401);
  await gateway.close();
});

test("a URL's token is kept in no header that a proxy adds", async () => {
  const gateway = await startGateway();
  const { url, secret } = await gateway.createEndpoint("railway");
  const { body } = httpFixture("railway", "Deployment.deployed__production");
  const path = new URL(url).pathname;
  const headers = {
    ...JSON_BODY,
    "x-original-uri": path,
    "x-forwarded-uri": `${path}?a=b`,
    referer: url,
    "x-forwarded-client-cert": `URI=${encodeURIComponent(url)}`,
    "x-rewritten": encodeURIComponent(`${encodeURIComponent(url).replaceAll("%2F", "%2f")}%zz`),
    "x-escaped": path.replaceAll(/./g, (it) => `%${it.charCodeAt(0).toString(16)}`),
    "x-harmless": "stays",
  };
  const answer = await gateway.fetch(path, { method: "POST", headers, body });
  const { delivery_id } = stored.parse(await answer.json());
  const text = await (await gateway.admin("GET", `/api/v1/deliveries/${delivery_id}`)).text();
  expect(text).not.toContain(secret);
  const hidden = Object.keys(headers).filter(
    (name) => !["content-type", "x-harmless"].includes(name),
  );
  expect(JSON.parse(text)).toMatchObject({
    headers: {
      "x-harmless": "stays",
      ...Object.fromEntries(hidden.map((name) => [name, "[redacted]"])),
    },
  });
  await gateway.close();
});

test("a URL's token is kept in no body, however it is written there", async () => {
  const gateway = await startGateway();
  const { url, secret } = await gateway.createEndpoint("railway");
  const { body } = httpFixture("railway", "Deployment.deployed__production");
  const escaped = encodeURIComponent(url);
  const told = { url, nested: [{ escaped, twice: encodeURIComponent(escaped) }], other: "stays" };
  const post = (text: string, type: string) =>
    gateway.fetch(new URL(url).pathname, {
      method: "POST",
      headers: { "content-type": type },
      body: text,
    });
  const json = JSON.stringify({ ...Object(JSON.parse(body)), webhook: told, n: 1 });
  const form = `payload=${encodeURIComponent(json.replace('"n":1', '"n":2'))}`;
  for (const [text, type] of [
    [json, "application/json"],
    [form, "application/x-www-form-urlencoded"],
  ] as const) {
    const { delivery_id } = stored.parse(await (await post(text, type)).json());
    await gateway.settle();
    const path = `/api/v1/deliveries/${delivery_id}`;
    const shown = await (await gateway.admin("GET", path)).text();
    expect(shown).not.toContain(secret);
    expect(shown).toContain("stays");
    expect(JSON.parse(shown)).toMatchObject({ payload_redacted: true, status: "processed" });
  }
  await gateway.close();
});

test("while the database is away the admin API says so with 503, and a bug stays 500", async () => {
  const inner = await createSqliteStore({ file: ":memory:" });
  let isAway = true;
  const fail = async () => {
    throw new Error("connect ECONNREFUSED");
  };
  const ping = () => (isAway ? fail() : inner.ping());
  const gateway = await startGateway({ store: { ...inner, ping, listDeliveries: fail } });
  const away = await gateway.admin("GET", "/api/v1/deliveries");
  expect(away.status).toBe(503);
  expect(away.headers.get("retry-after")).toBe("5");
  expect(await away.json()).toMatchObject({ error: "unavailable" });
  isAway = false;
  expect((await gateway.admin("GET", "/api/v1/deliveries")).status).toBe(500);
  await gateway.close();
});

test("guessing the admin token gets slower, and the right one never waits", async () => {
  const gateway = await startGateway();
  const answered: number[] = [];
  const ask = async (token: string) => {
    const startedAt = performance.now();
    const headers = { authorization: `Bearer ${token}` };
    const { status } = await gateway.fetch("/api/v1/endpoints", { headers });
    answered.push(status);
    return performance.now() - startedAt;
  };
  for (let times = 0; times < 5; times++) await ask("wrong");
  expect(await ask("wrong")).toBeGreaterThan(250);
  expect(answered.splice(0)).toEqual([401, 401, 401, 401, 401, 401]);
  await Promise.all([ask("wrong"), ask(ADMIN_TOKEN)]);
  expect(answered).toEqual([200, 401]);
  await gateway.close();
});

test("a key that the core API refuses is told at the start", async () => {
  const gateway = await startGateway();
  expect(await gateway.steps.refusedKey()).toBeUndefined();
  gateway.core.answer(() => Response.json({ error: "Unauthorized" }, { status: 401 }));
  expect(await gateway.steps.refusedKey()).toContain("ACTIVITYSMITH_API_KEY");
  await gateway.close();
});
