/**
 * What whoever has no token gets from each route of the gateway, on every runtime: all routes are
 * walked as they are registered, with every method, so that one which comes later is closed or fails
 * here.
 */
import { beforeAll, describe, expect, test } from "vitest";
import type { Store } from "../../src/store/port.ts";
import { METHODS, OPEN } from "./open-routes.ts";
import { registeredPaths } from "./routes.ts";
import { createEndpoint } from "./target.ts";
import type { Target } from "./target.ts";

/** Paths that are no page or operation: another method on them is not found rather than closed. */
const BARE = new Set(["/healthz", "/readyz", "/login", "/logout"]);

/** What may never stand in an answer to a stranger. */
const LEAKS = /web-shop|"data"|"problems"|"store"|"accounts?"|gateway_deliveries|<nav/;

/** Some of the routes that must be among those that are walked. */
const CLOSED = ["/metrics", "/api/v1/endpoints", "/endpoints/:id/delete", "/preview/press"];

/** Of what a stranger may say of itself, nothing opens a door. */
const CLAIMS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["nothing", {}],
  ["this machine", { "x-forwarded-for": "127.0.0.1", "x-real-ip": "::1", forwarded: "for=_me" }],
  ["a proxy's user", { "x-forwarded-user": "admin", "x-auth-request-email": "a@b.invalid" }],
  ["another path", { "x-original-url": "/healthz", "x-rewrite-url": "/healthz" }],
  ["another method", { "x-http-method-override": "GET", "x-method-override": "OPTIONS" }],
  ["an invented session", { cookie: "activitysmith_session=operator.99999999999999.x" }],
  ["a session without a name", { cookie: "=operator.99999999999999.; activitysmith_session=" }],
  ["another scheme", { authorization: "Basic YWRtaW46YWRtaW4=" }],
  ["a scheme alone", { authorization: "Bearer" }],
  ["a bearer of nothing", { authorization: "Bearer  " }],
  ["its own page", { origin: "null", "sec-fetch-site": "same-origin" }],
];

export function strangersContract(
  name: string,
  open: () => Promise<{ readonly target: Target; readonly store: Store }>,
  methods: readonly string[] = METHODS,
): void {
  describe(`a stranger on ${name}`, () => {
    let target: Target;
    let walked: readonly string[] = [];
    let endpointId = "";

    beforeAll(async () => {
      const opened = await open();
      target = opened.target;
      endpointId = (await createEndpoint(target, {})).id;
      walked = registeredPaths(opened.store);
    });

    const ask = async (
      path: string,
      method: string,
      headers: Readonly<Record<string, string>> = {},
    ) => {
      // Without a body: whoever is not let in has none read.
      const response = await target.fetch(path, { method, redirect: "manual", headers });
      return { status: response.status, response, text: await response.text() };
    };

    /** A path that is there, with the id of what the operator has where it takes one. */
    const filled = (path: string): string =>
      path.startsWith("/hooks/")
        ? path.replace(":endpointId", "ep_nobody").replace(":token", "nothing")
        : path.replace("/*", "/x").replaceAll(/:\w+(\{[^}]*\})?/g, endpointId);

    const mayAnswer = (method: string, path: string): readonly number[] => {
      const told = OPEN[path]?.[method];
      if (told !== undefined) return typeof told === "number" ? [told] : told;
      return BARE.has(path) ? [401, 404] : [401];
    };

    test("gets from every route with every method what is said here, and nothing of the operator's", async () => {
      const asked = walked.flatMap((path) => methods.map((method) => ({ path, method })));
      const answers = asked.map(async ({ path, method }) => {
        const { status, text } = await ask(filled(path), method);
        const isLeaked = LEAKS.test(text) || text.includes(endpointId);
        const isRight = mayAnswer(method, path).includes(status) && !isLeaked;
        return isRight ? [] : [`${method} ${path}: ${status} ${text.slice(0, 100)}`];
      });
      const wrong = (await Promise.all(answers)).flat();
      expect(wrong).toEqual([]);
    });

    test("finds none that is open and not walked here", () => {
      expect(Object.keys(OPEN).filter((path) => !walked.includes(path))).toEqual([]);
      for (const path of CLOSED) expect(walked).toContain(path);
      expect(walked.length).toBeGreaterThan(80);
    });

    test("is led to the login where its browser asks for a page, and to nothing else", async () => {
      const wrong: string[] = [];
      for (const path of walked) {
        const { status, response } = await ask(filled(path), "GET", { accept: "text/html" });
        const isLed = status === 303 && response.headers.get("location") === "/login";
        if (!isLed && !mayAnswer("GET", path).includes(status)) wrong.push(`${path}: ${status}`);
        if (isLed && OPEN[path]?.["GET"] !== undefined) wrong.push(`${path}: led away`);
      }
      expect(wrong).toEqual([]);
    });

    test.each(CLAIMS)("opens no door by claiming %s", async (_, headers) => {
      for (const [method, path] of [
        ["GET", "/metrics"],
        ["GET", "/api/v1/endpoints"],
        ["POST", "/api/v1/endpoints"],
        ["GET", "/openapi.json"],
        ["GET", "/"],
        ["POST", "/play"],
        ["GET", "/preview/state"],
        ["POST", "/preview/press"],
        ["DELETE", `/api/v1/endpoints/${endpointId}`],
      ] as const)
        expect([path, (await ask(path, method, headers)).status]).toEqual([path, 401]);
      expect(JSON.parse((await ask("/readyz", "GET", headers)).text)).toEqual({
        status: expect.any(String),
      });
    });

    test("finds no way round by how a path is written", async () => {
      for (const path of [
        "/api/v1/endpoints/",
        "//api/v1/endpoints",
        "/api//v1/endpoints",
        "/API/v1/endpoints",
        "/api/v1/%65ndpoints",
        "/%61pi/v1/endpoints",
        "/api/v1/endpoints;x=1",
        "/api/v1/endpoints%2f",
        "/api/v1/endpoints%00",
        "/healthz/../api/v1/endpoints",
        "/login/%2e%2e/api/v1/endpoints",
        "/assets/../endpoints",
        "/assets/..%2f..%2fendpoints",
        "/preview/api/../state",
        "/preview/api/%2e%2e/state",
        "/preview//state",
        "/preview/state/",
        "/metrics/",
        "/%6detrics",
        "/hooks/../metrics",
      ]) {
        const { status, text } = await ask(path, "GET");
        expect([path, status, LEAKS.test(text)]).toEqual([
          path,
          expect.toBeOneOf([401, 404]),
          false,
        ]);
      }
    });
  });
}
