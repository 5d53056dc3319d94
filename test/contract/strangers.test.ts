/** What a stranger gets from each route of the real Node server. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import { startNodeGateway } from "../../src/runtime/node/node.ts";
import type { NodeGateway } from "../../src/runtime/node/node.ts";
import type { Store } from "../../src/store/port.ts";
import { strangersTable } from "./open-routes.ts";
import { registeredPaths } from "./routes.ts";
import { strangersContract } from "./strangers.ts";

const dataDir = mkdtempSync(join(tmpdir(), "gateway-strangers-"));
let gateway: NodeGateway | undefined;
let store: Store | undefined;

afterAll(async () => {
  await gateway?.stop();
  await store?.close();
  rmSync(dataDir, { recursive: true });
});

strangersContract("the Node server", async () => {
  const silent = () => undefined;
  const log = { info: silent, warn: silent, error: silent };
  const started = await startNodeGateway(parseConfig({ PORT: "0", DATA_DIR: dataDir }), log);
  gateway = started;
  store = await createSqliteStore({ file: ":memory:" });
  const target = {
    fetch: (path: string, init?: RequestInit) => fetch(started.url + path, init),
    adminToken: started.adminToken,
    settle: async () => undefined,
  };
  return { target, store };
});

test("the document says what a stranger gets from each of them", async () => {
  const document = readFileSync(join(import.meta.dirname, "../../docs/strangers.md"), "utf8");
  const own = await createSqliteStore({ file: ":memory:" });
  expect(document).toContain(strangersTable(registeredPaths(own)));
  await own.close();
});
