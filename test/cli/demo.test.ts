/** The demo as a user has it: it plays success and failure, stops at once, and leaves nothing. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CLI, startHome } from "./processes.ts";

const SLOW = 120_000;
/** What service managers grant. */
const STOP_MS = 10_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "demo-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A command line that goes on; `until` resolves when it has said so. */
function begin(env: Readonly<Record<string, string>>, ...args: string[]) {
  const child = spawn(process.execPath, [...CLI, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", NO_COLOR: "1", PORT: "0", TMPDIR: folder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  const closed = once(child, "close");
  return {
    said: () => said,
    until: (words: string) =>
      expect.poll(() => said, { timeout: 60_000, interval: 50 }).toContain(words),
    /** Without a signal: the program ends by itself. */
    end: async (signal?: NodeJS.Signals): Promise<number | null> => {
      if (signal !== undefined) child.kill(signal);
      await closed;
      return child.exitCode;
    },
  };
}

test(
  "plays success and failure, stops at once, and leaves nothing",
  { timeout: SLOW },
  async () => {
    const demo = begin({}, "demo", "--no-open");
    await demo.until("It stays up until Ctrl-C.");
    expect(demo.said()).toMatch(/Log in +http:\/\/127\.0\.0\.1:\d+\/login\?code=/);
    expect(demo.said()).toMatch(/web-shop production is live/);
    expect(demo.said()).toMatch(/web-shop production failed/);
    const asked = performance.now();
    expect(await demo.end("SIGINT")).toBe(0);
    expect(performance.now() - asked).toBeLessThan(STOP_MS);
    expect(demo.said()).toContain("Stopping…");
    expect(readdirSync(folder)).toEqual([]);
  },
);

test("with a key it says at once that no phone can be reached", { timeout: SLOW }, async () => {
  const home = await startHome();
  try {
    const wrong = begin(
      { ...home.api, ACTIVITYSMITH_API_KEY: "nobody-has-this-key" },
      "demo",
      "--no-open",
    );
    expect(await wrong.end()).toBe(1);
    expect(wrong.said()).toContain("refuses ACTIVITYSMITH_API_KEY");
  } finally {
    await home.stop();
  }
  const away = begin(home.api, "demo", "--no-open");
  expect(await away.end()).toBe(1);
  expect(away.said()).toMatch(/does not answer: .* watch the demo in your browser/);
});

test("stops quietly in the middle of a story, its core API away", { timeout: SLOW }, async () => {
  const home = await startHome();
  const demo = begin(home.api, "demo", "--no-open");
  await demo.until("→ vercel");
  await home.stop();
  expect(await demo.end("SIGINT")).toBe(0);
  expect(demo.said()).not.toContain("Failure");
  expect(readdirSync(folder)).toEqual([]);
});

test("with a phone it takes its cards off again", { timeout: SLOW }, async () => {
  // Another gateway's preview stands for the phone.
  const home = await startHome();
  try {
    const demo = begin(home.api, "demo", "--no-open");
    await demo.until("It stays up until Ctrl-C.");
    const screen = async () => {
      const headers = { authorization: `Bearer ${home.adminToken}` };
      return (await fetch(`${home.url}/preview/state`, { headers })).text();
    };
    expect(await screen()).toContain("web-shop");
    expect(await demo.end("SIGTERM")).toBe(0);
    expect(JSON.parse(await screen())).toMatchObject({ activities: [] });
  } finally {
    await home.stop();
  }
});

test(
  "--tunnel says what is missing, and shows the address where it is there",
  { timeout: SLOW },
  async () => {
    const without = begin({ PATH: folder }, "start", "--tunnel");
    await without.until("--tunnel needs cloudflared");
    expect(await without.end()).toBe(1);
    const program = join(folder, "cloudflared");
    writeFileSync(
      program,
      '#!/bin/sh\necho "INF | https://quiet-fox.trycloudflare.com |" >&2\nexec sleep 60\n',
    );
    chmodSync(program, 0o755);
    const PATH = `${folder}:${process.env["PATH"] ?? ""}`;
    const started = begin({ PATH }, "--tunnel", "--no-open");
    await started.until("Admin token");
    expect(started.said()).toContain("Public URL   https://quiet-fox.trycloudflare.com");
    expect(await started.end("SIGTERM")).toBe(0);
  },
);
