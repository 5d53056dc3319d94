/** The HTTP contract on the real Node server. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { startNodeGateway } from "../../src/runtime/node/node.ts";
import type { NodeGateway } from "../../src/runtime/node/node.ts";
import { httpContract } from "./http-contract.ts";

const dataDir = mkdtempSync(join(tmpdir(), "gateway-contract-"));
let gateway: NodeGateway | undefined;

afterAll(async () => {
  await gateway?.stop();
  rmSync(dataDir, { recursive: true });
});

httpContract("the Node server", async () => {
  const silent = () => undefined;
  const log = { info: silent, warn: silent, error: silent };
  const started = await startNodeGateway(parseConfig({ PORT: "0", DATA_DIR: dataDir }), log);
  gateway = started;
  return {
    fetch: (path, init) => fetch(started.url + path, init),
    adminToken: started.adminToken,
    settle: async () => undefined,
  };
});
