/**
 * Endpoints through HTTP: made with every kind of secret, never showing one again, changed, rotated
 * and removed.
 */
import { describe, expect, test } from "vitest";
import { NOON, at, openAdmin, textAt } from "./support.ts";
import type { AdminWorld } from "./support.ts";

const SECRET = "acme-signing-secret";
const HOOKS = "https://hooks.web-shop.example/hooks";
const ENDPOINTS = "/api/v1/endpoints";

async function made(admin: AdminWorld, body: Record<string, unknown>) {
  const answer = await admin.call("POST", "/api/v1/endpoints", body);
  expect(answer.status).toBe(201);
  return { id: textAt(answer.json, "id"), json: answer.json };
}

const acme = { provider: "acme", secret: SECRET };

describe("POST /api/v1/endpoints", () => {
  test("answers the endpoint with its defaults, URL and secret", async () => {
    const admin = await openAdmin();
    const { id, json } = await made(admin, acme);
    expect(id).toMatch(/^ep_[0-9a-z]{32}$/);
    expect(json).toEqual({
      id,
      name: "Acme",
      provider: "acme",
      url: `${HOOKS}/${id}`,
      secret: SECRET,
      secrets: [
        {
          id: expect.stringMatching(/^sec_/),
          created_at: "2026-05-04T12:00:00.000Z",
          expires_at: null,
        },
      ],
      deliver: "auto",
      notify: "failures",
      channels: null,
      filters: {},
      mapping: null,
      enabled: true,
      max_body_bytes: null,
      rules: [],
      me: [],
      expect: [],
      has_api_key: false,
      pin: null,
      refused: null,
      last_delivery: null,
      last_delivery_at: null,
      created_at: "2026-05-04T12:00:00.000Z",
      updated_at: "2026-05-04T12:00:00.000Z",
    });
  });

  test.each([
    ["auto", "failures"],
    ["push", "outcomes"],
    ["live_activity", "none"],
  ])("deliver %s notifies of %s unless told otherwise", async (deliver, notify) => {
    const admin = await openAdmin();
    expect(at((await made(admin, { ...acme, deliver })).json, "notify")).toBe(notify);
    expect(at((await made(admin, { ...acme, deliver, notify: "all" })).json, "notify")).toBe("all");
  });

  test("takes every setting", async () => {
    const admin = await openAdmin();
    const settings = {
      name: "Shop, production",
      deliver: "push",
      notify: "all",
      channels: ["ops"],
      filters: { events: ["deploy.*"], branches: ["main"] },
      mapping: { title: "{{project}}" },
      enabled: false,
      max_body_bytes: 65_536,
    };
    const { id } = await made(admin, { ...acme, ...settings, api_key: "core-key-of-shop" });
    const { json } = await admin.call("GET", `/api/v1/endpoints/${id}`);
    expect(json).toMatchObject({ ...settings, has_api_key: true });
  });

  test("lets the pipeline find it with its secret and key, and the store hold neither in clear", async () => {
    const admin = await openAdmin();
    const { id } = await made(admin, {
      ...acme,
      secret: ` ${SECRET}\n`,
      api_key: "core-key-of-shop",
    });
    const found = await admin.directory.find(id);
    expect(found?.secrets.map(({ value }) => value)).toEqual([SECRET]);
    expect(found?.apiKey).toBe("core-key-of-shop");
    expect(found?.account).toMatch(/^key_[0-9a-f]{16}$/);
    const stored = JSON.stringify(await admin.store.findEndpoint(id));
    expect(stored).not.toContain(SECRET);
    expect(stored).not.toContain("core-key-of-shop");
  });

  test("puts endpoints of one API key on one account, and those without on the default one", async () => {
    const admin = await openAdmin();
    const accountOf = async (body: Record<string, unknown>) =>
      (await admin.directory.find((await made(admin, body)).id))?.account;
    const first = await accountOf({ ...acme, api_key: "core-key-1" });
    expect(await accountOf({ ...acme, api_key: "core-key-1" })).toBe(first);
    expect(await accountOf({ ...acme, api_key: " core-key-1\r\n" })).toBe(first);
    expect(await accountOf({ ...acme, api_key: "core-key-2" })).not.toBe(first);
    expect(await accountOf(acme)).toBe("default");
    expect(await accountOf({ ...acme, api_key: null })).toBe("default");
  });

  test("refuses a provider that is not listed, and lists those that are", async () => {
    const admin = await openAdmin();
    const answer = await admin.call("POST", "/api/v1/endpoints", { provider: "acne" });
    expect(answer.status).toBe(400);
    expect(at(answer.json, "error")).toBe("unknown_provider");
    expect(textAt(answer.json, "message")).toContain("acme, forge, parrot, stamp, trusting");
  });

  test.each([
    ["nmae", { ...acme, nmae: "Shop" }, "did you mean `name`?"],
    ["filters.event", { ...acme, filters: { event: ["x"] } }, "did you mean `events`?"],
    ["mapping.script", { ...acme, mapping: { script: "x" } }, "remove it."],
  ])("refuses the unknown field %s", async (path, body, words) => {
    const admin = await openAdmin();
    const answer = await admin.call("POST", "/api/v1/endpoints", body);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({
      error: "invalid_request",
      issues: [{ path: `body.${path}`, message: `Unknown field; ${words}` }],
    });
    expect((await admin.store.listEndpoints({ limit: 1 })).rows).toEqual([]);
  });

  test.each([
    ["no provider", {}, "body.provider"],
    ["an empty name", { ...acme, name: "" }, "body.name"],
    ["a number for a name", { ...acme, name: 7 }, "body.name"],
    ["an unknown deliver", { ...acme, deliver: "sms" }, "body.deliver"],
    ["no channels", { ...acme, channels: [] }, "body.channels"],
    ["a limit over 25 MiB", { ...acme, max_body_bytes: 26 * 1024 * 1024 }, "body.max_body_bytes"],
    ["a short api_key", { ...acme, api_key: "short" }, "body.api_key"],
    ["a blank api_key", { ...acme, api_key: "          " }, "body.api_key"],
    ["an api_key of two lines", { ...acme, api_key: "core-key\r\nof-shop" }, "body.api_key"],
    ["an api_key that no header carries", { ...acme, api_key: "ключ-ключ-ключ" }, "body.api_key"],
    ["an api_key of NULs", { ...acme, api_key: "\0\0\0\0\0\0\0\0" }, "body.api_key"],
    ["a list", [], "body"],
  ])("refuses %s", async (_, body, path) => {
    const admin = await openAdmin();
    const answer = await admin.call("POST", "/api/v1/endpoints", body);
    expect(answer.status).toBe(400);
    expect(at(answer.json, "issues", 0, "path")).toBe(path);
  });
});

describe("the secret", () => {
  test.each([
    ["absent", undefined, "secret_required"],
    ["blank", "   ", "secret_required"],
    ["short", "7-chars", "invalid_secret"],
  ])(
    "that the provider makes, when %s, is a 400 that says where to find it",
    async (_, secret, error) => {
      const admin = await openAdmin();
      const answer = await admin.call("POST", "/api/v1/endpoints", { provider: "acme", secret });
      expect(answer.status).toBe(400);
      expect(at(answer.json, "error")).toBe(error);
      expect(textAt(answer.json, "message")).toContain("It is on the page Webhooks of acme.");
    },
  );

  test("of 8 characters from a provider is enough", async () => {
    const admin = await openAdmin();
    const { json } = await made(admin, { provider: "acme", secret: "12345678" });
    expect(at(json, "secret")).toBe("12345678");
  });

  test("that the user may choose is made here: 32 random bytes, another each time", async () => {
    const admin = await openAdmin();
    const secrets = [];
    for (let turn = 0; turn < 2; turn++) {
      secrets.push(textAt((await made(admin, { provider: "forge" })).json, "secret"));
    }
    expect(secrets[0]).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(secrets[0]).not.toBe(secrets[1]);
  });

  test("chosen by the user needs 16 characters", async () => {
    const admin = await openAdmin();
    const chosen = (secret: string) =>
      admin.call("POST", "/api/v1/endpoints", { provider: "forge", secret });
    expect((await chosen("fifteen-chars-x")).status).toBe(400);
    expect(at((await chosen("sixteen-chars-xy")).json, "secret")).toBe("sixteen-chars-xy");
  });

  test("of Standard Webhooks is whsec_ and base64, and a given one must be", async () => {
    const admin = await openAdmin();
    const { json } = await made(admin, { provider: "stamp" });
    expect(textAt(json, "secret")).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const given = (secret: string) =>
      admin.call("POST", "/api/v1/endpoints", { provider: "stamp", secret });
    expect((await given("whsec_not*base64*at*all")).status).toBe(400);
    expect((await given("whsec_MDEyMzQ1Njc4OWFiY2RlZg==")).status).toBe(201);
  });

  test("of a sender that cannot sign is the last segment of the URL, shown once", async () => {
    const admin = await openAdmin();
    const { id, json } = await made(admin, { provider: "parrot" });
    const secret = textAt(json, "secret");
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(at(json, "url")).toBe(`${HOOKS}/${id}/${secret}`);
    const later = await admin.call("GET", `/api/v1/endpoints/${id}`);
    expect(at(later.json, "url")).toBe(`${HOOKS}/${id}/…`);
  });

  test("that becomes part of a URL must be fit for one", async () => {
    const admin = await openAdmin();
    const body = { provider: "parrot", secret: "sixteen/chars?xyz" };
    const answer = await admin.call("POST", "/api/v1/endpoints", body);
    expect(answer.status).toBe(400);
    expect(textAt(answer.json, "message")).toContain("URL");
  });

  test("is neither made nor taken where nothing is verified", async () => {
    const admin = await openAdmin();
    const { id, json } = await made(admin, { provider: "trusting" });
    expect(json).toMatchObject({ secret: null, secrets: [], url: `${HOOKS}/${id}` });
    const given = { provider: "trusting", secret: "a-secret-that-nobody-checks" };
    expect((await admin.call("POST", "/api/v1/endpoints", given)).status).toBe(400);
  });

  test("is never shown again, nor is an API key", async () => {
    const admin = await openAdmin();
    const apiKey = "core-key-of-shop";
    const { id, json } = await made(admin, { provider: "parrot", api_key: apiKey });
    const secret = textAt(json, "secret");
    const later = [
      json && { ...Object(json), secret: null, url: null },
      (await admin.call("GET", `/api/v1/endpoints/${id}`)).json,
      (await admin.call("GET", "/api/v1/endpoints")).json,
      (await admin.call("PATCH", `/api/v1/endpoints/${id}`, { name: "Shop" })).json,
    ];
    expect(later.map((shown) => JSON.stringify(shown))).toSatisfy((texts: string[]) =>
      texts.every((text) => text.includes(id) && !text.includes(secret) && !text.includes(apiKey)),
    );
  });
});

describe("GET /api/v1/endpoints", () => {
  test("pages through all of them, newest first", async () => {
    const admin = await openAdmin();
    const ids: string[] = [];
    for (let turn = 0; turn < 5; turn++) {
      admin.world.now = NOON + turn;
      ids.unshift((await made(admin, acme)).id);
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const { json } = await admin.call("GET", `/api/v1/endpoints?limit=2${query}`);
      seen.push(textAt(json, "data", 0, "id"));
      if (at(json, "data", 1) !== null) seen.push(textAt(json, "data", 1, "id"));
      const next = at(json, "next_cursor");
      cursor = typeof next === "string" ? next : null;
    } while (cursor !== null);
    expect(seen).toEqual(ids);
  });

  test.each(["limit=0", "limit=201", "limit=ten", "limit=1&limit=2", "cursor=", "page=2"])(
    "refuses ?%s",
    async (query) => {
      const admin = await openAdmin();
      const answer = await admin.call("GET", `/api/v1/endpoints?${query}`);
      expect(answer.status).toBe(400);
      expect(textAt(answer.json, "issues", 0, "path")).toBe(`query.${query.split("=", 1)[0]}`);
    },
  );

  test("an id that is nobody's is a 404", async () => {
    const admin = await openAdmin();
    const answer = await admin.call("GET", "/api/v1/endpoints/ep_nobody");
    expect(answer.status).toBe(404);
    expect(at(answer.json, "error")).toBe("not_found");
  });
});

describe("PATCH /api/v1/endpoints/{id}", () => {
  test("changes what is given, leaves the rest, and is in force at once", async () => {
    const admin = await openAdmin();
    const { id } = await made(admin, { ...acme, name: "Shop", channels: ["ops"] });
    expect((await admin.directory.find(id))?.enabled).toBe(true);
    admin.world.now += 1_000;
    const { json } = await admin.call("PATCH", `/api/v1/endpoints/${id}`, { enabled: false });
    expect(json).toMatchObject({
      name: "Shop",
      channels: ["ops"],
      enabled: false,
      created_at: "2026-05-04T12:00:00.000Z",
      updated_at: "2026-05-04T12:00:01.000Z",
    });
    expect((await admin.directory.find(id))?.enabled).toBe(false);
  });

  test("null clears the API key, channels, mapping and limit", async () => {
    const admin = await openAdmin();
    const { id } = await made(admin, {
      ...acme,
      api_key: "core-key-of-shop",
      channels: ["ops"],
      mapping: { title: "x" },
      max_body_bytes: 2048,
    });
    const cleared = { channels: null, mapping: null, max_body_bytes: null };
    const { json } = await admin.call("PATCH", `/api/v1/endpoints/${id}`, {
      ...cleared,
      api_key: null,
    });
    expect(json).toMatchObject({ ...cleared, has_api_key: false });
    expect(await admin.directory.find(id)).toMatchObject({ apiKey: undefined, account: "default" });
  });

  test("a new API key moves the endpoint to that key's account", async () => {
    const admin = await openAdmin();
    const { id } = await made(admin, acme);
    await admin.call("PATCH", `/api/v1/endpoints/${id}`, { api_key: "core-key-of-shop" });
    const found = await admin.directory.find(id);
    expect(found?.apiKey).toBe("core-key-of-shop");
    expect(found?.account).toMatch(/^key_/);
  });

  test("null resets the pin, and nothing else can be put there", async () => {
    const admin = await openAdmin();
    const { id } = await made(admin, acme);
    await admin.store.pinEndpoint(id, "account-1");
    expect(at((await admin.call("GET", `/api/v1/endpoints/${id}`)).json, "pin")).toBe("account-1");
    const other = await admin.call("PATCH", `/api/v1/endpoints/${id}`, { pin: "account-2" });
    expect(other.status).toBe(400);
    const reset = await admin.call("PATCH", `/api/v1/endpoints/${id}`, { pin: null });
    expect(at(reset.json, "pin")).toBeNull();
  });

  test("the secret is a 400 that points to rotation, the provider one that points to a new endpoint", async () => {
    const admin = await openAdmin();
    const { id } = await made(admin, acme);
    const secret = await admin.call("PATCH", `/api/v1/endpoints/${id}`, { secret: SECRET });
    expect(secret.status).toBe(400);
    expect(textAt(secret.json, "message")).toContain("/api/v1/endpoints/{id}/secrets");
    const provider = await admin.call("PATCH", `/api/v1/endpoints/${id}`, { provider: "forge" });
    expect(provider.status).toBe(400);
    expect(textAt(provider.json, "message")).toContain("make a new endpoint");
  });

  test("refuses unknown fields, and is a 404 for nobody's id", async () => {
    const admin = await openAdmin();
    const { id } = await made(admin, acme);
    expect((await admin.call("PATCH", `/api/v1/endpoints/${id}`, { id: "x" })).status).toBe(400);
    const nobody = await admin.call("PATCH", "/api/v1/endpoints/ep_nobody", { name: "x" });
    expect(nobody.status).toBe(404);
  });
});

describe("DELETE /api/v1/endpoints/{id}", () => {
  test("removes it at once; the second time it is a 404", async () => {
    const admin = await openAdmin();
    const { id } = await made(admin, acme);
    expect(await admin.directory.find(id)).toBeDefined();
    expect((await admin.call("DELETE", `/api/v1/endpoints/${id}`)).status).toBe(204);
    expect(admin.world.woken).toEqual(["commands"]);
    expect(await admin.directory.find(id)).toBeUndefined();
    expect((await admin.call("DELETE", `/api/v1/endpoints/${id}`)).status).toBe(404);
  });
});

describe("POST /api/v1/endpoints/{id}/secrets", () => {
  test("old and new verify until the old one expires, by default in a day", async () => {
    const admin = await openAdmin();
    const { id } = await made(admin, acme);
    const live = async () => (await admin.directory.find(id))?.secrets.map(({ value }) => value);
    expect(await live()).toEqual([SECRET]);
    admin.world.now += 1_000;
    const body = { secret: "acme-second-secret" };
    const { status, json } = await admin.call("POST", `${ENDPOINTS}/${id}/secrets`, body);
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(/^sec_/),
      secret: "acme-second-secret",
      url: `${HOOKS}/${id}`,
      old_expire_at: "2026-05-05T12:00:01.000Z",
    });
    expect(await live()).toEqual(["acme-second-secret", SECRET]);
    admin.world.now += 24 * 60 * 60 * 1000;
    expect(await live()).toEqual(["acme-second-secret"]);
  });

  test("shows both by id and time, newest first, and no value", async () => {
    const admin = await openAdmin();
    const { id } = await made(admin, acme);
    admin.world.now += 1_000;
    const body = { secret: "acme-second-secret", expires_in_seconds: 60 };
    const rotated = await admin.call("POST", `${ENDPOINTS}/${id}/secrets`, body);
    const { json } = await admin.call("GET", `/api/v1/endpoints/${id}`);
    expect(at(json, "secrets")).toEqual([
      { id: at(rotated.json, "id"), created_at: "2026-05-04T12:00:01.000Z", expires_at: null },
      {
        id: expect.stringMatching(/^sec_/),
        created_at: "2026-05-04T12:00:00.000Z",
        expires_at: "2026-05-04T12:01:01.000Z",
      },
    ]);
    expect(JSON.stringify(json)).not.toContain("acme-second-secret");
  });

  test("0 seconds end the old one at once", async () => {
    const admin = await openAdmin();
    const { id } = await made(admin, { provider: "forge" });
    const { json } = await admin.call("POST", `${ENDPOINTS}/${id}/secrets`, {
      expires_in_seconds: 0,
    });
    const live = (await admin.directory.find(id))?.secrets.map(({ value }) => value);
    expect(live).toEqual([at(json, "secret")]);
  });

  test("makes a secret without a body, and a new URL where the token is in it", async () => {
    const admin = await openAdmin();
    const { id, json: first } = await made(admin, { provider: "parrot" });
    const { status, json } = await admin.call("POST", `${ENDPOINTS}/${id}/secrets`);
    expect(status).toBe(201);
    expect(at(json, "url")).toBe(`${HOOKS}/${id}/${textAt(json, "secret")}`);
    expect(at(json, "secret")).not.toBe(at(first, "secret"));
  });

  test("refuses what making an endpoint refuses, over 30 days, and where nothing is signed", async () => {
    const admin = await openAdmin();
    const { id } = await made(admin, acme);
    const rotate = (body: unknown, of = id) =>
      admin.call("POST", `${ENDPOINTS}/${of}/secrets`, body);
    expect((await rotate({})).status).toBe(400);
    expect((await rotate({ secret: "short" })).status).toBe(400);
    expect((await rotate({ secret: SECRET, days: 1 })).status).toBe(400);
    const over = { secret: SECRET, expires_in_seconds: 30 * 86_400 + 1 };
    expect((await rotate(over)).status).toBe(400);
    expect((await rotate({}, "ep_nobody")).status).toBe(404);
    const { id: trusting } = await made(admin, { provider: "trusting" });
    expect((await rotate({}, trusting)).status).toBe(409);
  });

  test("keeps at most ten alive: then the old ones must end first", async () => {
    const admin = await openAdmin();
    const { id } = await made(admin, { provider: "forge" });
    const rotate = (body: unknown) => admin.call("POST", `${ENDPOINTS}/${id}/secrets`, body);
    for (let live = 1; live < 10; live++) expect((await rotate({})).status).toBe(201);
    expect((await rotate({})).status).toBe(409);
    expect((await rotate({ expires_in_seconds: 0 })).status).toBe(201);
    expect((await admin.directory.find(id))?.secrets).toHaveLength(1);
  });

  test("is a 409 for a provider that this gateway no longer has", async () => {
    const admin = await openAdmin();
    const { id } = await made(admin, acme);
    const later = await openAdmin({ store: admin.store, adapters: [] });
    const body = { secret: "acme-second-secret" };
    expect((await later.call("POST", `${ENDPOINTS}/${id}/secrets`, body)).status).toBe(409);
    expect((await later.call("GET", `/api/v1/endpoints/${id}`)).status).toBe(200);
  });
});
