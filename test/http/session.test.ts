/**
 * The login over HTTP: how long a session and a link hold, what ends them, and what a cookie is
 * like.
 */
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { createLoginRoutes, loginPath } from "../../src/http/login.ts";
import { createSessions, requireOperator } from "../../src/http/session.ts";

const ADMIN_TOKEN = "admin-token-of-the-tests";
const MINUTE_MS = 60_000;

function door(change: { adminToken?: string; encryptionKey?: string; viewerToken?: string } = {}) {
  const world = { now: Date.UTC(2026, 10, 2, 12) };
  const sessions = createSessions({
    adminToken: ADMIN_TOKEN,
    encryptionKey: "key",
    ...change,
    publicUrl: () => "https://hooks.example",
    clock: { now: () => world.now },
  });
  const app = new Hono().route("/", createLoginRoutes(sessions));
  app.all("/secret", requireOperator(sessions), (c) => c.text("seen"));
  const ask = (path: string, init: RequestInit = {}) => app.request(path, init);
  const cookieOf = (response: Response) =>
    response.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const logIn = async (headers: Record<string, string> = {}) =>
    ask("/login", { method: "POST", headers, body: `token=${ADMIN_TOKEN}` });
  const see = async (cookie: string) => (await ask("/secret", { headers: { cookie } })).status;
  return { world, sessions, ask, cookieOf, logIn, see };
}

describe("a one-time link", () => {
  test("opens one session, to one browser", async () => {
    const { sessions, ask, cookieOf, see } = door();
    const link = loginPath(sessions.newCode());
    expect((await ask(link, { method: "HEAD" })).headers.get("set-cookie")).toBeNull();
    const first = await ask(link);
    expect([first.status, first.headers.get("location")]).toEqual([303, "/"]);
    expect(await see(cookieOf(first))).toBe(200);
    const second = await ask(link);
    expect([second.status, second.headers.get("set-cookie")]).toEqual([401, null]);
    expect(await second.text()).toContain("used already");
  });

  test("is over after ten minutes, and none when it is not ours", async () => {
    const { world, sessions, ask } = door();
    const link = loginPath(sessions.newCode());
    world.now += 10 * MINUTE_MS;
    expect((await ask(link)).status).toBe(401);
    expect((await ask(loginPath("invented"))).status).toBe(401);
    expect((await ask(loginPath(""))).status).toBe(401);
  });
});

describe("a session", () => {
  test("ends after seven days", async () => {
    const { world, cookieOf, logIn, see } = door();
    const cookie = cookieOf(await logIn());
    world.now += 7 * 24 * 60 * MINUTE_MS - 1;
    expect(await see(cookie)).toBe(200);
    world.now += 1;
    expect(await see(cookie)).toBe(401);
  });

  test.each([{ adminToken: "another-admin-token" }, { encryptionKey: "another" }])(
    "ends with %j",
    async (change) => {
      const { cookieOf, logIn } = door();
      const cookie = cookieOf(await logIn());
      expect(await door().see(cookie)).toBe(200);
      expect(await door(change).see(cookie)).toBe(401);
    },
  );

  test("cannot be lengthened, cut or invented", async () => {
    const { cookieOf, logIn, see } = door();
    const [name = "", value = ""] = cookieOf(await logIn()).split("=");
    const [role = "", expiresAt = "", signature = ""] = value.split(".");
    for (const forged of [
      `${role}.${Number(expiresAt) + 1}.${signature}`,
      `${role}.${expiresAt}.${signature.slice(1)}`,
      `${role}.${expiresAt}.`,
      `${role}..${signature}`,
      `${expiresAt}.${signature}`,
      role,
      "",
      ".",
    ])
      expect(await see(`${name}=${forged}`)).toBe(401);
  });

  test("acts from its own page only: this address or the public one", async () => {
    const { cookieOf, logIn, ask } = door();
    const cookie = cookieOf(await logIn());
    const act = async (headers: Record<string, string>) =>
      (await ask("/secret", { method: "POST", headers: { cookie, ...headers } })).status;
    expect(await act({ origin: "http://localhost" })).toBe(200);
    expect(await act({ origin: "https://hooks.example" })).toBe(200);
    expect(await act({ "sec-fetch-site": "same-origin", origin: "https://behind.proxy" })).toBe(
      200,
    );
    expect(await act({ origin: "http://localhost:3000" })).toBe(403);
    expect(await act({ "sec-fetch-site": "cross-site", origin: "http://localhost" })).toBe(403);
  });

  test("is given to a script too, over https alone where it came so", async () => {
    const { logIn } = door();
    expect((await logIn()).headers.get("set-cookie")).not.toMatch(/Secure/);
    const proxied = await logIn({ "x-forwarded-proto": "https" });
    expect(proxied.headers.get("set-cookie")).toMatch(/; Secure/);
  });

  test("is not opened by a wrong bearer beside it", async () => {
    const { cookieOf, logIn, ask } = door();
    const headers = { cookie: cookieOf(await logIn()), authorization: "Bearer wrong" };
    expect((await ask("/secret", { headers })).status).toBe(401);
  });
});

describe("a viewer", () => {
  const VIEWER_TOKEN = "viewer-token-of-the-tests";

  test("sees all and changes nothing, with the token and with a session of it", async () => {
    const { ask, cookieOf } = door({ viewerToken: VIEWER_TOKEN });
    const entered = await ask("/login", { method: "POST", body: `token=${VIEWER_TOKEN}` });
    const sent: Record<string, string>[] = [
      { authorization: `Bearer ${VIEWER_TOKEN}` },
      { cookie: cookieOf(entered) },
    ];
    for (const headers of sent) {
      expect((await ask("/secret", { headers })).status).toBe(200);
      for (const method of ["POST", "PATCH", "DELETE"])
        expect((await ask("/secret", { method, headers })).status).toBe(403);
    }
  });

  test("becomes no operator by writing so into the cookie", async () => {
    const { ask, cookieOf, see } = door({ viewerToken: VIEWER_TOKEN });
    const cookie = cookieOf(await ask("/login", { method: "POST", body: `token=${VIEWER_TOKEN}` }));
    expect(cookie).toContain("=viewer.");
    expect(await see(cookie.replace("=viewer.", "=operator."))).toBe(401);
  });

  test("is nobody where there is no such token", async () => {
    const { ask } = door();
    const headers = { authorization: `Bearer ${VIEWER_TOKEN}` };
    expect((await ask("/secret", { headers })).status).toBe(401);
  });
});
