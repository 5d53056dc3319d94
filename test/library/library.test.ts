/** The examples of the library, run as they stand: they import the package by its name. */
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { github, netlify, railway, vercel } from "activitysmith-webhooks/adapters";
import { verifyRequest } from "activitysmith-webhooks/verify";
import type { Adapter } from "activitysmith-webhooks";
import { ConfigError, createGateway } from "activitysmith-webhooks";
import * as worker from "activitysmith-webhooks/worker";
import { standardWebhooks } from "activitysmith-webhooks/adapter";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { acme, createGatewayWithAcme } from "../../examples/adapter.ts";
import { createApp } from "../../examples/mount.ts";
import { listen } from "../../examples/serve.ts";
import { handleVercel } from "../../examples/verify.ts";
import { httpFixtures } from "../../src/cli/recordings.ts";
import * as workerEntry from "../../src/runtime/worker/worker.ts";
import { sign } from "../../src/verify/sign.ts";

/** On a machine that is busy. */
const SOON = { timeout: 60_000 };
const SECRET = "a-secret-that-both-know";
const addressSchema = z.object({ port: z.number() });
const created = z.object({ id: z.string(), url: z.string(), secret: z.string() });
const page = z.object({ data: z.array(z.looseObject({ status: z.string() })) });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "library-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const recorded = (provider: string) => {
  const [first] = httpFixtures(provider).filter(({ name }) => !name.includes("form-encoded"));
  if (!first) throw new Error(`nothing is recorded of ${provider}`);
  return first;
};

/** As the provider sends it, signed with the secret at this moment. */
function requestOf(adapter: Adapter, url: string, secret = SECRET): Request {
  const { headers, body } = recorded(adapter.name);
  const bytes = new TextEncoder().encode(body);
  const signed = sign(adapter.verify, secret, { body: bytes, nowMs: Date.now() });
  const token = signed.urlToken === undefined ? "" : `/${signed.urlToken}`;
  const all = { ...headers, ...signed.headers };
  return new Request(url + token, { method: "POST", headers: all, body: bytes });
}

describe("verifyRequest", () => {
  test.each([github, netlify, railway, vercel])(
    "believes $title, and a rotated secret",
    async (adapter) => {
      const result = await verifyRequest(adapter, requestOf(adapter, "https://example.com/hook"), [
        "older",
        SECRET,
      ]);
      expect(result).toMatchObject({ ok: true, event: expect.any(String) });
      expect(result.ok && result.json).toBeTypeOf("object");
    },
  );

  test.each([github, netlify, railway, vercel])("believes no forger of $title", async (adapter) => {
    const refused = async (secret: string | readonly string[], request: Request) =>
      expect(await verifyRequest(adapter, request, secret)).toMatchObject({ ok: false });
    const sent = () => requestOf(adapter, "https://example.com/hook", "another");
    await refused(SECRET, sent());
    await refused("", requestOf(adapter, "https://example.com/hook"));
    await refused([], requestOf(adapter, "https://example.com/hook"));
    await refused(SECRET, new Request("https://example.com/", { method: "POST", body: "{}" }));
  });

  test("refuses what is too long, no JSON, or of another kind", async () => {
    const long = requestOf(vercel, "https://example.com/hook");
    const short = await verifyRequest(vercel, long, SECRET, { maxBytes: 10 });
    expect(short).toEqual({ ok: false, reason: "body_too_large" });
    const body = "no JSON";
    const signature = createHmac("sha1", SECRET).update(body).digest("hex");
    for (const type of ["application/json", "text/plain"]) {
      const headers = { "content-type": type, "x-vercel-signature": signature };
      const request = new Request("https://example.com/hook", { method: "POST", body, headers });
      expect(await verifyRequest(vercel, request, SECRET)).toEqual({
        ok: false,
        reason: "body_unreadable",
      });
    }
  });

  test("believes a sender by the Standard Webhooks, and none with another key", async () => {
    const adapter = { ...acme, verify: standardWebhooks() };
    const body = new TextEncoder().encode('{"event":"backup.finished","id":"1"}');
    const secret = `whsec_${btoa("a key of thirty-two bytes, or so")}`;
    const { headers } = sign(adapter.verify, secret, { body, nowMs: Date.now() });
    const request = () =>
      new Request("https://example.com/hook", {
        method: "POST",
        body,
        headers: { ...headers, "content-type": "application/json" },
      });
    expect(await verifyRequest(adapter, request(), secret)).toMatchObject({
      ok: true,
      deliveryId: "1",
    });
    const other = `whsec_${btoa("another key of thirty-two bytes.")}`;
    expect(await verifyRequest(adapter, request(), other)).toMatchObject({
      ok: false,
      reason: "signature_mismatch",
    });
  });

  test("the example answers 200 to Vercel and 401 to everybody else", async () => {
    const url = "https://example.com/api/vercel";
    const taken = await handleVercel(requestOf(vercel, url), SECRET);
    expect(taken.status).toBe(200);
    expect(await taken.json()).toMatchObject({ event: recorded("vercel").name.split("__")[0] });
    expect((await handleVercel(requestOf(vercel, url, "forger"), SECRET)).status).toBe(401);
  });
});

describe("createGateway", () => {
  test("mounted into an app: 503 before the start, then hooks and the admin API, nothing after", async () => {
    const { app, gateway } = createApp({ DATA_DIR: folder });
    const call = (path: string, init?: RequestInit) =>
      app.request(`https://example.com${path}`, init);
    expect(await (await call("/")).text()).toBe("My own app");
    expect((await call("/gateway/healthz")).status).toBe(503);
    await gateway.start();
    expect((await call("/gateway/healthz")).status).toBe(200);
    const authorization = `Bearer ${gateway.adminToken()}`;
    const answer = await call("/gateway/api/v1/endpoints", {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ provider: "vercel", name: "Mounted", secret: SECRET }),
    });
    const { url } = created.parse(await answer.json());
    expect(url).toMatch(/^https:\/\/example\.com\/gateway\/hooks\/ep_/);
    expect(await (await app.request(requestOf(vercel, url))).json()).toMatchObject({
      status: "accepted",
    });
    await expect
      .poll(async () => {
        const listed = await call("/gateway/api/v1/deliveries", { headers: { authorization } });
        return page.parse(await listed.json()).data.map(({ status }) => status);
      }, SOON)
      .toEqual(["processed"]);
    expect(gateway.newLoginLink()).toMatch(/^https:\/\/example\.com\/gateway\/login\?/);
    await gateway.stop();
    expect((await call("/gateway/healthz")).status).toBe(503);
    await gateway.start();
    expect((await call("/gateway/healthz")).status).toBe(200);
    await gateway.stop();
  });

  test("behind a server of one's own: it answers, and stops with it", async () => {
    const { server, stop } = await listen({ DATA_DIR: folder }, 0);
    const { port } = addressSchema.parse(server.address());
    const url = `http://127.0.0.1:${port}/gateway/healthz`;
    expect((await fetch(url)).status).toBe(200);
    await stop();
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  });

  test("with an adapter of one's own", async () => {
    const gateway = createGatewayWithAcme({ PUBLIC_URL: "https://example.com", DATA_DIR: folder });
    await gateway.start();
    const authorization = `Bearer ${gateway.adminToken()}`;
    const send = (path: string, init: RequestInit) =>
      gateway.app.fetch(new Request(`https://example.com${path}`, init));
    const headers = { authorization, "content-type": "application/json" };
    const body = JSON.stringify({ provider: "acme", name: "Backups" });
    const endpoint = created.parse(
      await (await send("/api/v1/endpoints", { method: "POST", headers, body })).json(),
    );
    const payload = JSON.stringify({
      event: "backup.finished",
      id: "b1",
      database: "shop",
      error: "disk full",
    });
    const signature = createHmac("sha256", endpoint.secret).update(payload).digest("hex");
    const hook = { "content-type": "application/json", "x-acme-signature": signature };
    const taken = await send(new URL(endpoint.url).pathname, {
      method: "POST",
      headers: hook,
      body: payload,
    });
    expect(await taken.json()).toMatchObject({ status: "accepted" });
    await expect
      .poll(async () => {
        const listed = await send("/api/v1/commands?status=done", { headers });
        return JSON.stringify(await listed.json());
      }, SOON)
      .toContain("Backup of shop failed");
    await gateway.stop();
  });

  test.each([
    [{}, "PUBLIC_URL must be set"],
    [{ PUBLIC_URL: "example.com" }, "PUBLIC_URL must be a URL"],
    [{ PUBLIC_URL: "https://example.com", RETENTION_DAYS: -1 }, "RETENTION_DAYS"],
  ])("%j is refused with a sentence", (settings, sentence) => {
    expect(() => createGateway({ settings })).toThrow(ConfigError);
    expect(() => createGateway({ settings })).toThrow(sentence);
  });

  test("what the start refuses is told, and can be mended", async () => {
    const settings = { PUBLIC_URL: "https://example.com", DATA_DIR: join(folder, "data") };
    const first = createGateway({ settings });
    const second = createGateway({ settings });
    await first.start();
    await expect(second.start()).rejects.toThrow("Another gateway uses the data directory");
    await first.stop();
    await second.start();
    await second.stop();
  });
});

test("the Worker's entry has all that the repository's own has", () => {
  expect(Object.keys(worker).toSorted()).toEqual(Object.keys(workerEntry).toSorted());
  expect(worker.default).toBe(workerEntry.default);
});
