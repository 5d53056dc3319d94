/** The adapter to begin with: the guide shows it as it stands, and it works. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { acme } from "../../adapters/_template.ts";
import { dryRun } from "../../src/digest/dry-run.ts";
import { verifyRequest } from "../../src/library/verify.ts";
import { sign } from "../../src/verify/sign.ts";
import { settings } from "../support/runs.ts";

const ADAPTERS = join(import.meta.dirname, "..", "..", "adapters");
const SECRET = "a-secret-that-both-know";
const AT = Date.UTC(2026, 10, 22, 12);

const bodyOf = (type: string): string =>
  JSON.stringify({
    type,
    created_at: new Date(AT).toISOString(),
    app: { id: "app-1", name: "web-shop" },
    deploy: { id: "dep-1", branch: "main" },
  });

test("the guide shows the template to the letter", () => {
  const [, shown] =
    /```ts\n([^]*?)```/.exec(readFileSync(join(ADAPTERS, "README.md"), "utf8")) ?? [];
  expect(shown).toBe(readFileSync(join(ADAPTERS, "_template.ts"), "utf8"));
});

test("it believes what is signed with the secret, and nothing else", async () => {
  const body = new TextEncoder().encode(bodyOf("deploy.started"));
  const verdictOn = (secret: string) => {
    const { headers } = sign(acme.verify, secret, { body, nowMs: AT });
    const all = { ...headers, "content-type": "application/json", "x-acme-delivery": "d-1" };
    const request = new Request("https://example.com/", { method: "POST", headers: all, body });
    return verifyRequest(acme, request, SECRET);
  };
  expect(await verdictOn(SECRET)).toMatchObject({
    ok: true,
    event: "deploy.started",
    deliveryId: "d-1",
  });
  expect(await verdictOn("another-secret")).toMatchObject({ ok: false });
});

test.each([
  [
    "deploy.started",
    undefined,
    [
      ["Building", "running"],
      ["Live", "planned"],
    ],
  ],
  [
    "deploy.finished",
    { state: "succeeded" },
    [
      ["Building", "succeeded"],
      ["Live", "succeeded"],
    ],
  ],
])("%s moves the run", async (type, outcome, steps) => {
  const headers = { "content-type": "application/json" };
  const read = await dryRun({
    adapter: acme,
    headers,
    body: bodyOf(type),
    settings: settings(),
    receivedAt: AT,
  });
  if (read.kind !== "ok") throw new Error(read.detail);
  const [signal] = read.signals;
  if (signal?.kind !== "progress") throw new Error("it tells no progress");
  expect(signal).toMatchObject({ project: { name: "web-shop" }, run: { id: "dep-1" }, at: AT });
  expect(signal.outcome).toEqual(outcome);
  expect(signal.steps.map(({ title, state }) => [title, state])).toEqual(steps);
  expect(read.commands.map(({ kind }) => kind)).toContain("show");
});
