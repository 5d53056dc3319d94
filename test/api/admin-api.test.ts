/**
 * What holds for every route of the admin API: who may come in, what it takes, what it refuses,
 * what it says of itself.
 */
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { createSessions } from "../../src/http/session.ts";
import { adminRoutes, createAdminApi, describedRoutes } from "../../src/api/admin-api.ts";
import { ADMIN_TOKEN, at, openAdmin, textAt } from "./support.ts";

const AUTHORIZED = { authorization: `Bearer ${ADMIN_TOKEN}` };
const JSON_AUTHORIZED = { ...AUTHORIZED, "content-type": "application/json" };

describe("the admin token", () => {
  test("is wanted by every route, before anything else is looked at", async () => {
    const { app, deps } = await openAdmin();
    for (const { method, path } of adminRoutes(deps)) {
      const answer = await app.request(path, { method: method.toUpperCase() });
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer /);
      expect(await answer.json()).toMatchObject({ error: "unauthorized" });
    }
  });

  test.each([
    ["wrong", "Bearer another-token-of-tests"],
    ["a beginning of the right one", `Bearer ${ADMIN_TOKEN.slice(0, -1)}`],
    ["longer than the right one", `Bearer ${ADMIN_TOKEN}x`],
    ["in another case", `Bearer ${ADMIN_TOKEN.toUpperCase()}`],
    ["empty", "Bearer "],
    ["without its scheme", ADMIN_TOKEN],
    ["under another scheme", `Basic ${btoa(`admin:${ADMIN_TOKEN}`)}`],
    ["one of two", `Bearer ${ADMIN_TOKEN} x`],
  ])("is refused when it is %s", async (_, authorization) => {
    const { app } = await openAdmin();
    const answer = await app.request("/api/v1/providers", { headers: { authorization } });
    expect(answer.status).toBe(401);
  });

  test("is not taken from a cookie or the query", async () => {
    const { app } = await openAdmin();
    const answer = await app.request(`/api/v1/providers?token=${ADMIN_TOKEN}`, {
      headers: { cookie: `token=${ADMIN_TOKEN}; authorization=Bearer ${ADMIN_TOKEN}` },
    });
    expect(answer.status).toBe(401);
  });

  test("comes under `bearer` in any case (RFC 9110, section 11.1)", async () => {
    const { app } = await openAdmin();
    const headers = { authorization: `bearer ${ADMIN_TOKEN}` };
    expect((await app.request("/api/v1/providers", { headers })).status).toBe(200);
  });

  test("must not be empty", async () => {
    const options = { encryptionKey: "k", publicUrl: () => "", clock: { now: () => 0 } };
    expect(() => createSessions({ ...options, adminToken: "" })).toThrow("ADMIN_TOKEN");
  });
});

describe("every answer", () => {
  test.each([
    ["of a success", "/api/v1/providers", AUTHORIZED, 200],
    ["of a refusal", "/api/v1/endpoints/ep_nobody", AUTHORIZED, 404],
    ["without the token", "/api/v1/providers", {}, 401],
    ["of the description", "/openapi.json", AUTHORIZED, 200],
    ["of the description without the token", "/openapi.json", {}, 401],
  ])("%s has the security headers and is not stored", async (_, path, headers, status) => {
    const { app } = await openAdmin();
    const answer = await app.request(path, { headers });
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
    });
  });
});

describe("a request", () => {
  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", undefined])(
    "that changes something with content type %s is a 415",
    async (type) => {
      const { app, store } = await openAdmin();
      const answer = await app.request("/api/v1/endpoints", {
        method: "POST",
        headers: { ...AUTHORIZED, ...(type !== undefined && { "content-type": type }) },
        body: new TextEncoder().encode('{"provider":"forge"}'),
      });
      expect(answer.status).toBe(415);
      expect((await store.listEndpoints({ limit: 1 })).rows).toEqual([]);
    },
  );

  test.each([
    ["cut off", new TextEncoder().encode('{"provider":"forge"')],
    ["not UTF-8", Uint8Array.of(0x22, 0xff, 0xfe, 0x22)],
  ])("whose JSON is %s is a 400", async (_, body) => {
    const { app } = await openAdmin();
    const init = { method: "POST", headers: JSON_AUTHORIZED, body };
    const answer = await app.request("/api/v1/endpoints", init);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: "invalid_json" });
  });

  test.each([
    ["says so", { "content-length": String(1024 * 1024 + 1) }],
    ["does not say so", {}],
  ])("of more than 1 MiB is a 413 when it %s", async (_, length) => {
    const { app } = await openAdmin();
    const answer = await app.request("/api/v1/endpoints", {
      method: "POST",
      headers: { ...JSON_AUTHORIZED, ...length },
      body: " ".repeat(1024 * 1024 + 1),
    });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ error: "body_too_large" });
  });

  test("with a body where none is taken is a 400", async () => {
    const admin = await openAdmin();
    const answer = await admin.call("POST", "/api/v1/deliveries/dlv_1/replay", { force: true });
    expect(answer.status).toBe(400);
  });

  test("with another method is a 405 that lists the right ones", async () => {
    const admin = await openAdmin();
    const answer = await admin.call("PUT", "/api/v1/endpoints/ep_1", {});
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("GET, PATCH, DELETE");
  });

  test("to a path that is none is a 404 that points to the description", async () => {
    const admin = await openAdmin();
    const answer = await admin.call("GET", "/api/v1/nothing");
    expect(answer.status).toBe(404);
    expect(textAt(answer.json, "message")).toContain("/openapi.json");
  });

  test("whose path cannot be decoded is an answer all the same", async () => {
    const admin = await openAdmin();
    expect((await admin.call("GET", "/api/v1/endpoints/%E0%A4%A")).status).toBe(404);
  });

  test("that breaks the store is left to the app around it", async () => {
    const { deps } = await openAdmin();
    const listEndpoints = () => Promise.reject(new Error("the database is away"));
    const admin = createAdminApi({ ...deps, store: { ...deps.store, listEndpoints } });
    const app = new Hono().route("/", admin);
    app.onError((error, c) => c.json({ seen: error.message }, 500));
    const answer = await app.request("/api/v1/endpoints", { headers: AUTHORIZED });
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({ seen: "the database is away" });
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });
});

const jsonSchema = z.record(z.string(), z.unknown());
const mediaType = z.enum(["application/json", "application/x-ndjson"]);
const content = z.partialRecord(mediaType, z.strictObject({ schema: jsonSchema }));
/** The part of OpenAPI 3.1 that the document uses, closed, so that a misspelt member is found. */
const openApi = z.strictObject({
  openapi: z.literal("3.1.1"),
  info: z.strictObject({ title: z.string(), version: z.string(), description: z.string() }),
  servers: z.array(z.strictObject({ url: z.string() })),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  paths: z.record(
    z.string().startsWith("/"),
    z.partialRecord(
      z.enum(["get", "post", "patch", "delete"]),
      z.strictObject({
        operationId: z.string(),
        tags: z.array(z.string()),
        summary: z.string(),
        parameters: z.array(
          z.strictObject({
            name: z.string(),
            in: z.enum(["path", "query"]),
            required: z.boolean(),
            schema: jsonSchema,
          }),
        ),
        requestBody: z.strictObject({ required: z.boolean(), content }).optional(),
        responses: z.record(
          z.string().regex(/^[2-5]\d\d$/),
          z.strictObject({ description: z.string().min(1), content: content.optional() }),
        ),
      }),
    ),
  ),
  components: z.strictObject({
    securitySchemes: z.record(z.string(), jsonSchema),
    schemas: z.record(z.string(), jsonSchema),
  }),
});

async function described() {
  const { app, deps } = await openAdmin();
  const answer = await app.request("/openapi.json", { headers: AUTHORIZED });
  const routes = describedRoutes(adminRoutes(deps));
  return { document: openApi.parse(await answer.json()), routes };
}

describe("GET /openapi.json", () => {
  test("describes every route, itself included", async () => {
    const { document, routes } = await described();
    const listed = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    );
    const served = routes.map(({ method, path }) => `${method} ${path}`);
    expect(listed.toSorted()).toEqual(served.toSorted());
  });

  test("names the routes of the outside contract", async () => {
    const { document } = await described();
    expect(Object.keys(document.paths).toSorted()).toEqual([
      "/api/v1/backup",
      "/api/v1/commands",
      "/api/v1/commands/retry",
      "/api/v1/commands/{id}",
      "/api/v1/commands/{id}/retry",
      "/api/v1/deliveries",
      "/api/v1/deliveries/{id}",
      "/api/v1/deliveries/{id}/replay",
      "/api/v1/dry-run",
      "/api/v1/endpoints",
      "/api/v1/endpoints/{id}",
      "/api/v1/endpoints/{id}/expected",
      "/api/v1/endpoints/{id}/refused",
      "/api/v1/endpoints/{id}/secrets",
      "/api/v1/endpoints/{id}/try",
      "/api/v1/events",
      "/api/v1/incidents",
      "/api/v1/incidents/{id}",
      "/api/v1/incidents/{id}/acknowledge",
      "/api/v1/incidents/{id}/mute",
      "/api/v1/providers",
      "/api/v1/refused",
      "/api/v1/restore",
      "/api/v1/screen",
      "/api/v1/tracks",
      "/api/v1/tracks/{id}",
      "/api/v1/tracks/{id}/calls",
      "/api/v1/tracks/{id}/runs",
      "/api/v1/tracks/{id}/runs/{run}",
      "/openapi.json",
    ]);
  });

  test("refers only to schemas that it has, and has none that nobody refers to", async () => {
    const { document } = await described();
    const text = JSON.stringify(document);
    const references = new Set(
      [...text.matchAll(/"\$ref":"([^"]*)"/g)].map(([, reference]) => reference ?? ""),
    );
    const schemas = Object.keys(document.components.schemas);
    expect(references).toEqual(new Set(schemas.map((name) => `#/components/schemas/${name}`)));
    expect(text).not.toContain("$defs");
  });

  test("has a schema for every placeholder of a path and no operation name twice", async () => {
    const { document } = await described();
    const names = new Set<string>();
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const operation of Object.values(operations)) {
        const placeholders = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        const inPath = operation.parameters.filter((parameter) => parameter.in === "path");
        expect(inPath.map(({ name }) => name)).toEqual(placeholders);
        expect(names).not.toContain(operation.operationId);
        names.add(operation.operationId);
      }
    }
  });

  test("says what a body must be: closed, with what is required", async () => {
    const { document } = await described();
    const schema = document.components.schemas["EndpointCreate"];
    expect(schema).toMatchObject({ additionalProperties: false, required: ["provider"] });
    const dryRun = document.components.schemas["DryRunInput"];
    expect(dryRun).toMatchObject({ additionalProperties: false });
    const operations = document.paths["/api/v1/endpoints"];
    expect(operations?.post?.requestBody).toEqual({
      required: true,
      content: { "application/json": { schema: { $ref: "#/components/schemas/EndpointCreate" } } },
    });
    const rotation = document.paths["/api/v1/endpoints/{id}/secrets"]?.post?.requestBody;
    expect(rotation?.required).toBe(false);
    expect(at(z.json().parse(dryRun), "required")).toEqual(["provider", "body"]);
  });
});
