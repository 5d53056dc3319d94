/** The HTTP contract on the application itself, without a server. */
import { adapters } from "../../adapters/index.ts";
import { parseConfig } from "../../src/config.ts";
import { createGateway } from "../../src/gateway.ts";
import { createPreviewCore } from "../../src/preview-core/preview-core.ts";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import { ADMIN_TOKEN, ENCRYPTION_KEY, PREVIEW_API_KEY } from "../worker/secrets.ts";
import { httpContract } from "./http-contract.ts";
import type { Target } from "./target.ts";

const ORIGIN = "http://gateway.invalid";

async function open(): Promise<Target> {
  const now = () => Date.now();
  const silent = () => undefined;
  const gateway = createGateway(
    {
      store: await createSqliteStore({ file: ":memory:" }),
      adapters,
      clock: { now },
      random: Math.random,
      waker: { wake: silent },
      log: { info: silent, warn: silent, error: silent },
      fetch,
      preview: createPreviewCore({ now, fetch, apiKey: PREVIEW_API_KEY }),
    },
    {
      ...parseConfig({}),
      adminToken: ADMIN_TOKEN,
      encryptionKey: ENCRYPTION_KEY,
      publicUrl: () => ORIGIN,
    },
  );
  return {
    fetch: async (path, init) => gateway.app.fetch(new Request(ORIGIN + path, init)),
    adminToken: ADMIN_TOKEN,
    settle: async () => {
      while ((await gateway.digest()) + (await gateway.dispatch()) > 0) await gateway.idle();
    },
  };
}

httpContract("app.fetch", open);
