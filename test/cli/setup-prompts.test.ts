/** The texts for coding agents: each of their commands is run as it stands there. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as z from "zod";
import { startHome } from "./processes.ts";
import type { CliHome } from "./processes.ts";

const CLONE = join(import.meta.dirname, "..", "..");
const DOCUMENT = join(CLONE, "docs", "setup-prompts.md");
const findingsOf = z.object({
  findings: z.array(z.object({ check: z.string(), detail: z.string() })),
});
const COMMAND = /`npx activitysmith-webhooks ([^`]+)`/g;
const connected = z.object({
  endpoint: z.looseObject({ id: z.string(), url: z.string(), secret: z.string().nullable() }),
});

const sections = readFileSync(DOCUMENT, "utf8")
  .split(/^## /m)
  .slice(1)
  .map((section) => [section.split("\n")[0] ?? "", section] as const);

/** How the program is called in a clone, as each text says. */
const IN_A_CLONE = /`npm run --silent cli --`/;
/** What the text for Vercel puts into the environment. */
const VERCEL = { VERCEL_WEBHOOK_SECRET: "a-secret-that-vercel-made" };
const outbox = z.object({
  data: z.array(z.object({ call: z.string(), status: z.string(), endpoint_id: z.string() })),
});

let home: CliHome;
beforeAll(async () => {
  home = await startHome();
});
afterAll(() => home.stop());

test("there is one for each provider, and one without an account", () => {
  const titles = sections.map(([title]) => title);
  expect(titles).toEqual(["GitHub", "Vercel", "Netlify", "Railway", "No account at hand"]);
});

test(
  "a fresh gateway with a public address passes the first step",
  { timeout: 120_000 },
  async () => {
    // Another gateway stands for the proxy: all that is asked of it is whether it answers.
    const fresh = await startHome({ PUBLIC_URL: home.url.replace("127.0.0.1", "0.0.0.0") });
    try {
      const ran = await fresh.run("doctor", "--json");
      const { findings } = findingsOf.parse(JSON.parse(ran.stdout));
      const found = findings.find(({ check }) => check === "public URL");
      // Its one fault is that the test has no certificate.
      expect(found?.detail).toMatch(/^http:\/\/0\.0\.0\.0:\d+ is not https$/);
    } finally {
      await fresh.stop();
    }
  },
);

test("in a clone the texts' other way of calling works", { timeout: 120_000 }, () => {
  for (const [, section] of sections) expect(section).toMatch(IN_A_CLONE);
  const env = { ...process.env, DATA_DIR: home.dir };
  const words = ["run", "--silent", "cli", "--", "endpoints", "list", "--json"];
  const said = execFileSync("npm", words, { cwd: CLONE, env }).toString();
  expect(JSON.parse(said)).toHaveProperty("data");
});

test.each(sections)("%s", { timeout: 120_000 }, async (_, section) => {
  const known = new Map([
    ["<owner/repository>", "ada/web-shop"],
    ["<project>", "web-shop"],
  ]);
  const commands = [...section.matchAll(COMMAND)].map(([, command = ""]) => command);
  expect(commands.length).toBeGreaterThanOrEqual(3);
  for (const command of commands) {
    const words = command
      .split(" ")
      .map((word) => word.replaceAll(/<[^>]+>/g, (name) => known.get(name) ?? name));
    // The text says to ask until the push is out.
    if (words[0] === "commands") await vi.waitUntil(() => isPushed(known), { timeout: 60_000 });
    const ran = await home.runWith(VERCEL, ...words);
    const answer: unknown = JSON.parse(ran.stdout);
    // Nothing here is public, and so the doctor says.
    if (words[0] !== "doctor") expect(ran).toMatchObject({ code: 0, stderr: "" });
    if (words[0] !== "connect") continue;
    const { endpoint } = connected.parse(answer);
    known.set("<endpoint.id>", endpoint.id).set("<endpoint.url>", endpoint.url);
    known.set("<endpoint.secret>", endpoint.secret ?? "");
  }
});

/** Whether the outbox has a push of the endpoint that was sent. */
async function isPushed(known: ReadonlyMap<string, string>): Promise<boolean> {
  const { stdout } = await home.run("commands", "list", "--json");
  return outbox
    .parse(JSON.parse(stdout))
    .data.some(
      (it) =>
        it.call === "push" && it.status === "done" && it.endpoint_id === known.get("<endpoint.id>"),
    );
}
