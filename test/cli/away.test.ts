/** Gateways that come and go: a command that waits for one, and a folder that two were started in. */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { tmpdir } from "node:os";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { announce } from "../../src/cli/announce.ts";
import { quiet, runCli } from "./processes.ts";

let dir: string;
let servers: Server[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "away-"));
  servers = [];
});
afterEach(() => {
  for (const server of servers) server.close();
  rmSync(dir, { recursive: true });
});

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}`;
}

const healthy = () => serving((_, response) => response.end("{}"));

test("the file goes back to the gateway that was there before, where that one still runs", async () => {
  const file = join(dir, "gateway-url");
  const [first, second] = [await healthy(), await healthy()];
  announce(dir, first);
  const giveBack = announce(dir, second);
  expect(readFileSync(file, "utf8")).toBe(`${second}\n`);
  await giveBack();
  expect(readFileSync(file, "utf8")).toBe(`${first}\n`);
  const overGone = announce(dir, "http://127.0.0.1:9");
  const third = announce(dir, second);
  await third();
  expect(readFileSync(file, "utf8")).toBe(`${second}\n`);
  await overGone();
  expect(readFileSync(file, "utf8")).toBe(`${second}\n`);
});

test(
  "--wait covers a gateway whose database is away, and asks with one key",
  { timeout: 120_000 },
  async () => {
    const body = z.looseObject({ idempotency_key: z.string().default("none") });
    const keys: string[] = [];
    const command = {
      id: "cmd_1",
      call: "push",
      stream_key: null,
      body: { title: "Backup done" },
      status: "done",
      reason: null,
      created_at: "2026-11-27T00:00:00.000Z",
      delivery_id: null,
      not_before: "2026-11-27T00:00:00.000Z",
      attempt_log: [],
    };
    const url = await serving((request, response) => {
      void (async () => {
        if (request.method === "POST")
          keys.push(body.parse(JSON.parse(await text(request))).idempotency_key);
        response.statusCode = keys.length < 3 ? 503 : 200;
        response.end(JSON.stringify(keys.length < 3 ? { error: "unavailable" } : command));
      })();
    });
    const env = { ...quiet, GATEWAY_URL: url, ADMIN_TOKEN: "a-token", DATA_DIR: dir };
    const push = ["push", "--title", "Backup done", "--queue"];
    expect(await runCli(push, env, dir)).toMatchObject({ code: 1, stdout: "" });
    expect(keys).toEqual(["none"]);
    keys.length = 0;
    const ran = await runCli([...push, "--wait", "60"], env, dir);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  },
);
