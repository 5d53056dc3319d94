/** What came of deliveries, as the command line tells it, and what other settings would make of them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as z from "zod";
import { startHome } from "./processes.ts";
import type { CliHome } from "./processes.ts";

const SLOW = 240_000;
const SECRET = "a-secret-of-vercel";
let home: CliHome;
let url = "";
beforeAll(async () => {
  home = await startHome();
  const settings = join(home.dir, "settings.yaml");
  writeFileSync(settings, "rules: [{ when: { outcomes: [failed] }, then: { mute: true } }]\n");
  const args = ["--name", "Shop", `--secret=${SECRET}`, "--settings", settings, "--json"];
  const made = await home.run("endpoints", "create", "vercel", ...args);
  ({ url } = z.object({ url: z.string() }).parse(JSON.parse(made.stdout)));
  const to = ["--to", url, `--secret=${SECRET}`, "--speed", "1000"];
  await home.run("play", "vercel", "production-failure", ...to);
  await vi.waitUntil(
    async () => (await home.run("why", "web-shop")).stdout.includes("muted by rule 1"),
    { timeout: SLOW / 2 },
  );
}, SLOW);
afterAll(() => home.stop());

test(
  "a project's newest run is told: what failed, why nobody was rung, and what would change that",
  { timeout: SLOW },
  async () => {
    const { stdout, code } = await home.run("why", "web-shop");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^web-shop production failed \(/);
    expect(stdout).toMatch(/^ {2}failed {4}\S/m);
    expect(stdout).toMatch(/^ {2}so +failed: muted by rule 1$/m);
    expect(stdout).toMatch(/To change that: rule 1 of the endpoint says so/);
    const { stdout: answer } = await home.run("why", "web-shop", "--json");
    expect(JSON.parse(answer)).toMatchObject({ run: { state: "failed" } });
  },
);

test(
  "the dry run of a stored delivery has its endpoint's settings, or others",
  { timeout: SLOW },
  async () => {
    const list = ["deliveries", "list", "--search", "event:deployment.error", "--json"];
    const listed = z.object({ data: z.array(z.looseObject({ id: z.string() })).min(1) });
    const [failure] = listed.parse(JSON.parse((await home.run(...list)).stdout)).data;
    const id = failure?.id ?? "";
    const own = await home.run("try", id);
    expect(own.stdout).toMatch(/^with +the settings of Shop$/m);
    expect(own.stdout).toMatch(/^so +failed: muted by rule 1$/m);
    expect(own.stdout).not.toContain("would send  push");
    const file = join(home.dir, "others.yaml");
    writeFileSync(file, "rules: []\n");
    const others = await home.run("try", id, "--settings", file);
    expect(others.stdout).toMatch(/^so +failed: told$/m);
    expect(others.stdout).toContain("would send  push");
    const all = await home.run("try", "Shop", "--last", "200", "--settings", file, "--json");
    expect(JSON.parse(all.stdout)).toMatchObject({ pushed: 1 });
    const kept = await home.run("try", "Shop", "--last", "200");
    expect(kept.stdout).toMatch(/^Of the last \d+ deliveries of Shop .* 0 would push\.$/m);
    expect(await home.run("try", "Shop", "--last", "1", "--json")).toMatchObject({ code: 0 });
  },
);

test(
  "what was refused is told after it came, and found by the id that lists show",
  { timeout: SLOW },
  async () => {
    expect((await home.run("why", "last")).stdout).not.toContain("refused since");
    await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    const list = ["deliveries", "list", "--status", "refused", "--json"];
    const listed = z.object({ data: z.array(z.looseObject({ id: z.string() })) });
    const id = await vi.waitUntil(
      async () => listed.parse(JSON.parse((await home.run(...list)).stdout)).data[0]?.id,
      { timeout: SLOW / 2 },
    );
    expect((await home.run("why", "last")).stdout).toContain(`(${id})`);
    expect((await home.run("why", id)).stdout).toMatch(/401 There is no signature/);
    expect((await home.run("deliveries", "show", id)).stdout).toContain(id);
    expect(await home.run("why", id.replace(/\d+$/, "1"))).toMatchObject({ code: 1, stdout: "" });
  },
);

test("of an endpoint that is gone nothing runs any more", { timeout: SLOW }, async () => {
  const to = ["--to", url, `--secret=${SECRET}`];
  await home.run("play", "vercel", "deployment.created", ...to);
  await vi.waitUntil(async () => (await home.run("projects")).stdout.includes(" running "), {
    timeout: SLOW / 2,
  });
  expect(await home.run("endpoints", "delete", "Shop")).toMatchObject({ code: 0 });
  expect((await home.run("projects")).stdout).toMatch(/preview +endpoint deleted/);
});
