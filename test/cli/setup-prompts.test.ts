/** The texts for coding agents: each of their commands is run as it stands there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { startHome } from "./processes.ts";
import type { CliHome } from "./processes.ts";

const DOCUMENT = join(import.meta.dirname, "..", "..", "docs", "setup-prompts.md");
const COMMAND = /`npx activitysmith-webhooks ([^`]+)`/g;
const connected = z.object({
  endpoint: z.looseObject({ id: z.string(), url: z.string(), secret: z.string().nullable() }),
});

const sections = readFileSync(DOCUMENT, "utf8")
  .split(/^## /m)
  .slice(1)
  .map((section) => [section.split("\n")[0] ?? "", section] as const);

let home: CliHome;
beforeAll(async () => {
  home = await startHome();
});
afterAll(() => home.stop());

test("there is one for each provider, and one without an account", () => {
  const titles = sections.map(([title]) => title);
  expect(titles).toEqual(["GitHub", "Vercel", "Netlify", "Railway", "No account at hand"]);
});

test.each(sections)("%s", { timeout: 120_000 }, async (_, section) => {
  const known = new Map([
    ["<secret>", "a-secret-that-vercel-made"],
    ["<owner/repository>", "ada/web-shop"],
    ["<project>", "web-shop"],
  ]);
  const commands = [...section.matchAll(COMMAND)].map(([, command = ""]) => command);
  expect(commands.length).toBeGreaterThanOrEqual(3);
  for (const command of commands) {
    const words = command
      .split(" ")
      .map((word) => word.replaceAll(/<[^>]+>/g, (name) => known.get(name) ?? name));
    const ran = await home.run(...words);
    const answer: unknown = JSON.parse(ran.stdout);
    // Nothing here is public, and so the doctor says.
    if (words[0] !== "doctor") expect(ran).toMatchObject({ code: 0, stderr: "" });
    if (words[0] !== "connect") continue;
    const { endpoint } = connected.parse(answer);
    known.set("<endpoint.id>", endpoint.id).set("<endpoint.url>", endpoint.url);
    known.set("<endpoint.secret>", endpoint.secret ?? "");
  }
});
