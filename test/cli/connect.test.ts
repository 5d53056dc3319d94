/** How endpoints are made on the command line: their names, their secrets, and what is said meanwhile. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as z from "zod";
import { startHome } from "./processes.ts";
import type { CliHome } from "./processes.ts";

let home: CliHome;
beforeAll(async () => {
  home = await startHome();
}, 60_000);
afterAll(() => home.stop());

const SLOW = 240_000;
const listed = z.object({
  data: z.array(z.looseObject({ id: z.string(), name: z.string(), url: z.string() })),
});
const endpoints = async () =>
  listed.parse(JSON.parse((await home.run("endpoints", "list", "--json")).stdout)).data;

test(
  "without a provider they are listed; without a gateway it is said to start one",
  { timeout: SLOW },
  async () => {
    const ran = await home.run("connect");
    expect(ran.code).toBe(0);
    for (const name of ["vercel", "netlify", "railway", "github"])
      expect(ran.stdout).toContain(name);
    const nowhere = await home.runWith({ DATA_DIR: join(home.dir, "empty") }, "connect", "github");
    expect(nowhere).toMatchObject({ code: 2, stdout: "" });
    expect(nowhere.stderr).toMatch(/No gateway was started here: start one with `.* start`/);
  },
);

test("no two endpoints get the same name", { timeout: SLOW }, async () => {
  expect(await home.run("connect", "github", "--name", "Shop")).toMatchObject({ code: 0 });
  expect(await home.run("connect", "github")).toMatchObject({ code: 0 });
  for (const args of [
    ["connect", "netlify", "--name", "Shop"],
    ["endpoints", "create", "github", "--name", "Shop"],
    ["endpoints", "update", "GitHub", "--name", "Shop"],
  ]) {
    const ran = await home.run(...args);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain('There is an endpoint "Shop" already');
  }
  const same = await home.run("endpoints", "update", "Shop", "--name", "Shop");
  expect(same).toMatchObject({ code: 0 });
  expect((await endpoints()).map(({ name }) => name).toSorted()).toEqual(["GitHub", "Shop"]);
});

test("a refusal ends the wait for the first delivery", { timeout: SLOW }, async () => {
  const waiting = home.run("connect", "github", "--name", "Waits", "--wait", "3600", "--json");
  const url = await vi.waitUntil(
    async () => (await endpoints()).find(({ name }) => name === "Waits")?.url,
    { timeout: SLOW / 2 },
  );
  const headers = { "content-type": "application/json", "x-github-event": "ping" };
  const answer = await fetch(url, { method: "POST", headers, body: "{}" });
  expect(answer.status).toBe(401);
  const ran = await waiting;
  expect(ran.code).toBe(1);
  expect(JSON.parse(ran.stdout)).toMatchObject({
    first_delivery: null,
    refused: { why: expect.stringContaining("There is no signature") },
  });
});

test(
  "a provider's secret needs no place in the command line, and is not echoed",
  { timeout: SLOW },
  async () => {
    const SECRET = "a-secret-that-vercel-made";
    const file = join(home.dir, "secret");
    writeFileSync(file, `${SECRET}\n`);
    const env = { VERCEL_WEBHOOK_SECRET: SECRET };
    const ways = ["--secret-env", "VERCEL_WEBHOOK_SECRET"];
    const made = await home.runWith(env, "endpoints", "create", "vercel", "--name", "Own", ...ways);
    expect(made).toMatchObject({ code: 0, stderr: "" });
    const rotated = await home.run("secrets", "rotate", "Own", "--secret-file", file, "--json");
    expect(JSON.parse(rotated.stdout)).toMatchObject({ secret: null });
    const again = await home.runWith(env, "secrets", "rotate", "Own", ...ways);
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(made.stdout + rotated.stdout + again.stdout).not.toContain(SECRET);
    const { url } = (await endpoints()).find(({ name }) => name === "Own") ?? { url: "" };
    const played = await home.run(
      "play",
      "vercel",
      "deployment.created",
      "--to",
      url,
      `--secret=${SECRET}`,
    );
    expect(played).toMatchObject({ code: 0 });
    const none = await home.run("secrets", "rotate", "Own");
    expect(none).toMatchObject({ code: 2, stdout: "" });
    expect(none.stderr).toContain("Vercel makes the secret");
    expect(await home.run("secrets", "rotate", "Own", "--secret-env", "NOT_SET")).toMatchObject({
      code: 2,
    });
  },
);

test(
  "what apply makes is not for the logs of CI; drift is an exit code",
  { timeout: SLOW },
  async () => {
    const file = join(home.dir, "gateway.yaml");
    const declare = (text: string) => writeFileSync(file, text);
    const apply = (...more: string[]) => home.run("apply", file, ...more);
    declare("endpoints: [{ name: Quiet, provider: netlify }, { name: Rail, provider: railway }]");
    expect(await apply("--dry-run")).toMatchObject({ code: 0 });
    expect(await apply("--dry-run", "--exit-code")).toMatchObject({ code: 1 });
    expect(await apply("--exit-code")).toMatchObject({ code: 2 });
    const made = await apply();
    expect(made.stdout).toMatch(/secret not shown here: --show-secrets/);
    expect(made.stdout).toMatch(/hooks\/\S+\/…\n/);
    expect(await apply("--dry-run", "--exit-code")).toMatchObject({ code: 0 });
    declare("endpoints: [{ name: Loud, provider: netlify }]");
    expect((await apply("--show-secrets")).stdout).toMatch(/secret [\w+/=-]{20,}/);
  },
);

test.each([
  [
    "a provider that is another",
    "endpoints: [{ name: New, provider: github }, { name: Loud, provider: github }]",
    /Loud: it is of netlify/,
  ],
  ["a slip", "endpoints: [{ name: New, provider: githb }]", /Did you mean github\?/],
  [
    "another key",
    "endpoint: [{ name: New, provider: github }]",
    /there is no "endpoint" in such a file/,
  ],
])("%s is told before anything is changed", { timeout: SLOW }, async (_, text, words) => {
  const file = join(home.dir, "wrong.yaml");
  writeFileSync(file, text);
  const ran = await home.run("apply", file);
  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expect(ran.stderr).toMatch(words);
  expect((await endpoints()).some(({ name }) => name === "New")).toBe(false);
});

test("a file without endpoints says so", { timeout: SLOW }, async () => {
  const file = join(home.dir, "none.yaml");
  writeFileSync(file, "endpoints: []");
  expect((await home.run("apply", file)).stdout).toContain("declares no endpoint");
});
