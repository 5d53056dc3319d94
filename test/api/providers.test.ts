/** Providers through HTTP: what the adapters declare, in words. */
import { expect, test } from "vitest";
import { hmac } from "../../src/adapter/contract.ts";
import { ADAPTERS, at, openAdmin, textAt } from "./support.ts";

test("GET /api/v1/providers describes every adapter", async () => {
  const admin = await openAdmin();
  const { json } = await admin.call("GET", "/api/v1/providers");
  expect(ADAPTERS.map((_, index) => at(json, "data", index, "name"))).toEqual([
    "acme",
    "forge",
    "parrot",
    "stamp",
    "trusting",
  ]);
  expect(at(json, "data", 0)).toEqual({
    name: "acme",
    title: "Acme",
    docs: "https://acme.example/docs/webhooks",
    signs: "HMAC SHA-256 of the raw body, hex, in the header x-signature.",
    secret: { made_by: "provider", where: "It is on the page Webhooks of acme." },
    events: ["deploy.done"],
    ignored: { "member.*": "People are no deployments." },
    recommended: ["deploy.done"],
    setup: ["Open the page Webhooks.", "Enter {url} and {secret}."],
    presets: [
      {
        name: "deploy_tracking",
        title: expect.stringContaining("Live Activity"),
        events: ["deploy.done"],
        settings: { deliver: "auto", notify: "failures" },
      },
      {
        name: "failures_only",
        title: expect.stringContaining("Failures only"),
        events: ["deploy.done"],
        settings: { deliver: "push", notify: "failures" },
      },
    ],
  });
});

test("what it says of signing follows the scheme", async () => {
  const admin = await openAdmin();
  const { json } = await admin.call("GET", "/api/v1/providers");
  const signs = (index: number) => textAt(json, "data", index, "signs");
  expect(signs(2)).toContain("secret token in the URL");
  expect(signs(3)).toContain("Standard Webhooks");
  expect(signs(4)).toContain("It has no way to sign.");

  const [acme] = ADAPTERS;
  if (!acme) throw new Error("no adapter");
  const timed = hmac({
    header: "x-signature",
    algorithm: "sha1",
    encoding: "base64",
    timestamp: { from: { header: "x-time" }, joiner: ".", toleranceSeconds: 300 },
  });
  const other = await openAdmin({ adapters: [{ ...acme, verify: timed }] });
  const listed = await other.call("GET", "/api/v1/providers");
  expect(at(listed.json, "data", 0, "signs")).toBe(
    "HMAC SHA-1 of the raw body with its time, which may be 300 s off, base64, in the header x-signature.",
  );
});

test("a preset's settings make an endpoint as they are", async () => {
  const admin = await openAdmin();
  const { json } = await admin.call("GET", "/api/v1/providers");
  for (const index of [0, 1]) {
    const settings = at(json, "data", 1, "presets", index, "settings");
    const body = { provider: "forge", ...Object(settings) };
    expect((await admin.call("POST", "/api/v1/endpoints", body)).json).toMatchObject(
      Object(settings),
    );
  }
});
