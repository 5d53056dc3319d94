/** What the gateway answers over HTTP on every runtime: one suite, run on each of them. */
import { beforeAll, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import createdText from "../../recordings/vercel/deployment.created__production.http?raw";
import promotedText from "../../recordings/vercel/deployment.promoted__production.http?raw";
import succeededText from "../../recordings/vercel/deployment.succeeded__production.http?raw";
import { admin, createEndpoint, deliver, parseHttp } from "./target.ts";
import type { Target } from "./target.ts";

const accepted = z.object({ delivery_id: z.string(), status: z.literal("accepted") });
const tracks = z.object({ data: z.array(z.object({ stream_key: z.string() })) });
const screen = z.object({
  activities: z.array(
    z.object({ streamKey: z.string().nullable(), contentState: z.record(z.string(), z.unknown()) }),
  ),
});

const JSON_BODY = { "content-type": "application/json" };

const recorded = parseHttp(createdText).body;

export function httpContract(name: string, open: () => Promise<Target>): void {
  describe(`the HTTP contract on ${name}`, () => {
    let target: Target;
    beforeAll(async () => {
      target = await open();
    });

    const answerOf = async (response: Response) => ({
      status: response.status,
      body: await response.json(),
    });

    test("is alive and ready", async () => {
      const health = await target.fetch("/healthz");
      expect(await answerOf(health)).toEqual({
        status: 200,
        body: { status: "ok", version: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
      });
      const ready = await target.fetch("/readyz");
      expect(await answerOf(ready)).toEqual({ status: 200, body: { status: expect.any(String) } });
      const whole = await admin(target, "GET", "/readyz");
      expect(await answerOf(whole)).toMatchObject({ status: 200, body: { store: "ok" } });
      const metrics = await admin(target, "GET", "/metrics");
      expect(await metrics.text()).toContain("# TYPE gateway_deliveries gauge");
    });

    test("stores a delivery once", async () => {
      const endpoint = await createEndpoint(target, {});
      const first = await deliver(target, endpoint, recorded);
      expect(first.status).toBe(200);
      const { delivery_id } = accepted.parse(await first.json());
      const second = await answerOf(await deliver(target, endpoint, recorded));
      expect(second).toEqual({ status: 200, body: { delivery_id, status: "duplicate" } });
      const logged = await admin(target, "GET", `/api/v1/deliveries/${delivery_id}`);
      expect(await logged.json()).toMatchObject({ id: delivery_id, event: "deployment.created" });
    });

    test("sends what an operator queues", async () => {
      const content_state = { type: "value", title: "Sales", value: "$1,240" };
      const call = { call: "stream_update", stream_key: "sales-today", body: { content_state } };
      const queued = await admin(target, "POST", "/api/v1/commands", call);
      expect(await answerOf(queued)).toMatchObject({ status: 202, body: { status: "pending" } });
      await target.settle();
      await vi.waitFor(
        async () => {
          const shown = screen.parse(await (await admin(target, "GET", "/preview/state")).json());
          const found = shown.activities.find(({ streamKey }) => streamKey === "sales-today");
          expect(found?.contentState).toMatchObject(content_state);
        },
        { timeout: 60_000, interval: 100 },
      );
    });

    test("brings a deployment to the lock screen", async () => {
      const endpoint = await createEndpoint(target, {});
      for (const text of [createdText, succeededText, promotedText]) {
        expect((await deliver(target, endpoint, parseHttp(text).body)).status).toBe(200);
      }
      await target.settle();
      const activity = await vi.waitFor(
        async () => {
          const listed = await admin(target, "GET", `/api/v1/tracks?endpoint=${endpoint.id}`);
          const [track] = tracks.parse(await listed.json()).data;
          const shown = screen.parse(await (await admin(target, "GET", "/preview/state")).json());
          const found = shown.activities.find(({ streamKey }) => streamKey === track?.stream_key);
          if (found?.contentState["color"] !== "green") throw new Error("not green yet");
          return found;
        },
        { timeout: 60_000, interval: 100 },
      );
      expect(activity.contentState).toMatchObject({ title: expect.stringContaining("web-shop") });
    });

    test("answers a ping", async () => {
      const endpoint = await createEndpoint(target, { provider: "github" });
      const body = JSON.stringify({ zen: "Keep it logically awesome.", hook_id: 1 });
      const headers = { "x-github-event": "ping", "x-github-delivery": crypto.randomUUID() };
      const response = await deliver(target, endpoint, body, headers, "github");
      expect(await answerOf(response)).toEqual({ status: 200, body: { status: "pong" } });
    });

    test("believes nobody without a right signature, and does not say why", async () => {
      const endpoint = await createEndpoint(target, {});
      const refused = { status: 401, body: { error: "verification_failed" } };
      const forged = { ...endpoint, secret: "another-secret" };
      expect(await answerOf(await deliver(target, forged, recorded))).toEqual(refused);
      const unsigned = await target.fetch(`/hooks/${endpoint.id}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: recorded,
      });
      expect(await answerOf(unsigned)).toEqual(refused);
    });

    test("knows no endpoint that is not there, is disabled or deleted", async () => {
      const endpoint = await createEndpoint(target, {});
      const path = `/api/v1/endpoints/${endpoint.id}`;
      const nowhere = { ...endpoint, url: "http://x.invalid/hooks/ep_nowhere" };
      expect((await deliver(target, nowhere, recorded)).status).toBe(404);
      expect((await deliver(target, endpoint, recorded)).status).toBe(200);
      expect((await admin(target, "PATCH", path, { enabled: false })).status).toBe(200);
      expect((await deliver(target, endpoint, recorded)).status).toBe(404);
      expect((await admin(target, "DELETE", path)).status).toBe(204);
      expect((await deliver(target, endpoint, recorded)).status).toBe(404);
    });

    test("takes a delivery however its path is written and its body comes", async () => {
      const endpoint = await createEndpoint(target, {});
      const id = endpoint.id.replace("ep_", "ep%5F");
      const escaped = { ...endpoint, url: `http://x.invalid/hooks/${id}` };
      expect((await deliver(target, escaped, recorded)).status).toBe(200);
      const asked: Target = { ...target, fetch: (path, init) => target.fetch(`${path}?a=b`, init) };
      expect((await deliver(asked, endpoint, recorded)).status).toBe(200);
      const streaming: Target = {
        ...target,
        fetch: (path, init) => {
          const body = new Blob([recorded.slice(0, 100), recorded.slice(100)]).stream();
          const streamed = { ...init, body, duplex: "half" } as const;
          return target.fetch(path, streamed);
        },
      };
      expect((await deliver(streaming, endpoint, recorded)).status).toBe(200);
    });

    test("lets one slash at the end of a hook's path pass, and no more", async () => {
      const endpoint = await createEndpoint(target, {});
      const railway = await createEndpoint(target, { provider: "railway", secret: undefined });
      for (const { url } of [endpoint, railway]) {
        const path = new URL(url).pathname;
        const post = (end: string) =>
          target.fetch(`${path}${end}`, { method: "POST", headers: JSON_BODY, body: "{" });
        const whole = await answerOf(await post(""));
        expect(whole.status).not.toBe(404);
        expect(await answerOf(await post("/"))).toEqual(whole);
        expect(await answerOf(await post("/?a=b"))).toEqual(whole);
        expect((await post("//")).status).toBe(404);
      }
    });

    test("tells whoever opens a hook's address that it is the right one", async () => {
      const endpoint = await createEndpoint(target, {});
      const { pathname } = new URL(endpoint.url);
      for (const method of ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
        const refused = await target.fetch(pathname, { method });
        expect(refused.status).toBe(405);
        expect(refused.headers.get("allow")).toBe("POST");
        expect(await refused.json()).toEqual({
          error: "method_not_allowed",
          message: expect.stringMatching(/^This is the right address\. It takes POST from Vercel/),
        });
      }
      expect((await target.fetch(pathname, { method: "HEAD" })).status).toBe(405);
      expect((await target.fetch(`${pathname}/`)).status).toBe(405);
      expect((await target.fetch("/hooks/ep_nowhere")).status).toBe(404);
      await admin(target, "PATCH", `/api/v1/endpoints/${endpoint.id}`, { enabled: false });
      expect((await target.fetch(pathname)).status).toBe(404);
    });

    test("calls an address without its token no right one", async () => {
      const { id, url } = await createEndpoint(target, { provider: "railway", secret: undefined });
      expect((await target.fetch(new URL(url).pathname)).status).toBe(405);
      const refused = { status: 401, body: { error: "verification_failed" } };
      expect(await answerOf(await target.fetch(`/hooks/${id}`))).toEqual(refused);
      expect(await answerOf(await target.fetch(`/hooks/${id}/another-token`))).toEqual(refused);
    });

    test("refuses a body over the endpoint's limit, announced or streamed", async () => {
      const endpoint = await createEndpoint(target, { max_body_bytes: 1024 });
      const large = JSON.stringify({ text: "x".repeat(2_000) });
      const refused = { status: 413, body: { error: "body_too_large" } };
      expect(await answerOf(await deliver(target, endpoint, large))).toEqual(refused);
      const chunks = new Blob([large]).stream();
      const init = { method: "POST", body: chunks, duplex: "half" } as const;
      const headers = { "content-type": "application/json" };
      const streamed = await target.fetch(`/hooks/${endpoint.id}`, { ...init, headers });
      expect(await answerOf(streamed)).toEqual(refused);
    });

    test("refuses what is neither JSON nor a form, and what it cannot read", async () => {
      const endpoint = await createEndpoint(target, {});
      const xml = await deliver(target, endpoint, "<a/>", { "content-type": "text/xml" });
      expect(await answerOf(xml)).toEqual({
        status: 415,
        body: { error: "unsupported_media_type" },
      });
      const invalid = { status: 400, body: { error: "body_unreadable" } };
      expect(await answerOf(await deliver(target, endpoint, "{"))).toEqual(invalid);
      const latin1 = new Uint8Array([0x7b, 0x22, 0xe9, 0x22, 0x7d]);
      expect(await answerOf(await deliver(target, endpoint, latin1))).toEqual(invalid);
    });

    test("lets nobody administer without the token", async () => {
      expect((await target.fetch("/api/v1/endpoints")).status).toBe(401);
      const headers = { authorization: "Bearer wrong" };
      expect((await target.fetch("/api/v1/endpoints", { headers })).status).toBe(401);
      expect((await admin(target, "GET", "/api/v1/endpoints")).status).toBe(200);
      const misspelt = { provider: "github", name: "x", notfy: "all" };
      expect((await admin(target, "POST", "/api/v1/endpoints", misspelt)).status).toBe(400);
    });

    test("shows nothing to strangers, wherever they say that they come from", async () => {
      const local = {
        host: "localhost",
        origin: "http://localhost",
        "x-forwarded-for": "127.0.0.1",
      };
      for (const headers of [{}, local, { cookie: "activitysmith_session=9999999999999.x" }]) {
        for (const path of [
          "/preview",
          "/preview/",
          "/preview/state",
          "/preview/events",
          "/preview/chaos",
          "/metrics",
        ])
          expect((await target.fetch(path, { headers })).status).toBe(401);
        expect((await target.fetch("/openapi.json", { headers })).status).toBe(401);
        for (const path of [
          "/preview/press",
          "/preview/dismiss",
          "/preview/chaos",
          "/preview/metrics",
        ]) {
          const init = { method: "POST", headers: { ...JSON_BODY, ...headers }, body: "{}" };
          expect((await target.fetch(path, init)).status).toBe(401);
        }
      }
    });

    test("takes no other key for the preview's API than its own", async () => {
      for (const authorization of ["Bearer x", `Bearer ${target.adminToken}`, "Bearer preview"]) {
        const headers = { ...JSON_BODY, authorization };
        const body = JSON.stringify({ title: "Hi" });
        const push = { method: "POST", headers, body };
        expect((await target.fetch("/preview/api/push-notification", push)).status).toBe(401);
        const escaped = "/preview/api/..%2fstate";
        expect((await target.fetch(escaped, { headers })).status).toBeGreaterThanOrEqual(401);
      }
    });

    test("lets a browser in that logs in with the admin token, and out again", async () => {
      const browser = { accept: "text/html", "content-type": "application/x-www-form-urlencoded" };
      const post = (path: string, body: string, headers: Record<string, string> = {}) =>
        target.fetch(path, {
          method: "POST",
          redirect: "manual",
          headers: { ...browser, ...headers },
          body,
        });
      const led = await target.fetch("/preview", { headers: browser, redirect: "manual" });
      expect([led.status, led.headers.get("location")]).toEqual([303, "/login"]);
      const form = await target.fetch("/login");
      expect(form.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(await form.text()).toContain('name="token"');

      expect((await post("/login", "token=wrong")).status).toBe(401);
      const entered = await post("/login", `token=${target.adminToken}`);
      expect(entered.status).toBe(303);
      const setCookie = entered.headers.get("set-cookie") ?? "";
      expect(setCookie).toMatch(
        /^activitysmith_session_[\w-]{8}=.*; Path=\/; HttpOnly; .*SameSite=Lax/i,
      );
      const cookie = setCookie.split(";", 1)[0] ?? "";
      for (const path of ["/preview/state", "/metrics", "/openapi.json", "/api/v1/endpoints"])
        expect((await target.fetch(path, { headers: { cookie } })).status).toBe(200);

      const foreign: Record<string, string>[] = [
        { origin: "https://evil.example" },
        { origin: "null" },
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
      ];
      for (const headers of foreign) {
        expect((await post("/preview/dismiss", "{}", { ...headers, cookie })).status).toBe(403);
        expect((await post("/api/v1/endpoints", "{}", { ...headers, cookie })).status).toBe(403);
        expect((await post("/login", "token=x", headers)).status).toBe(403);
        expect((await post("/logout", "", { ...headers, cookie })).status).toBe(403);
      }
      const pressed = await post("/preview/press", '{"id":"x","action":0}', { cookie });
      expect(pressed.status).toBe(404);
      expect((await post("/logout", "", { cookie })).headers.get("set-cookie")).toMatch(
        /Max-Age=0/,
      );
    });

    test("shows the console to whoever is logged in, and lets no other site act in it", async () => {
      const browser = { accept: "text/html" };
      const pages = ["/", "/deliveries", "/projects", "/endpoints", "/connect/vercel", "/docs"];
      for (const path of pages) {
        const led = await target.fetch(path, { headers: browser, redirect: "manual" });
        expect([led.status, led.headers.get("location")]).toEqual([303, "/login"]);
        const page = await admin(target, "GET", path);
        expect([path, page.status]).toEqual([path, 200]);
        expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
        expect(await page.text()).toContain("</html>");
      }
      expect((await target.fetch("/live")).status).toBe(401);
      expect(await (await admin(target, "GET", "/live")).json()).toMatchObject({ data: [] });
      const login = await target.fetch("/login", {
        method: "POST",
        redirect: "manual",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: `token=${target.adminToken}`,
      });
      const cookie = login.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
      const headers = { cookie, origin: "https://evil.example" };
      for (const path of ["/play", "/outbox/retry", "/endpoints/ep_x/delete", "/connect/github"])
        expect((await target.fetch(path, { method: "POST", headers })).status).toBe(403);
    });

    test("describes itself and knows no other paths", async () => {
      const openapi = await (await admin(target, "GET", "/openapi.json")).json();
      expect(openapi).toMatchObject({ openapi: expect.stringMatching(/^3\./) });
      expect((await target.fetch("/nowhere")).status).toBe(404);
      const page = await admin(target, "GET", "/preview");
      expect(page.headers.get("content-type")).toContain("text/html");
    });
  });
}
