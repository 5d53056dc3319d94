/**
 * Every route that a gateway serves, as its parts register them, so that a suite that walks them
 * forgets none that comes later.
 */
import { adapters } from "../../adapters/index.ts";
import { ADMIN_PATHS, adminOperations, createAdminApi } from "../../src/api/admin-api.ts";
import type { AdminDeps } from "../../src/api/deps.ts";
import { CONSOLE_PATHS, createConsole } from "../../src/console/console.ts";
import { dryRun } from "../../src/digest/dry-run.ts";
import { createApp } from "../../src/http/app.ts";
import { createSessions, requireOperator } from "../../src/http/session.ts";
import { createMetrics } from "../../src/observability/metrics.ts";
import { ASSETS } from "../../src/preview-core/page/assets.ts";
import { createPreviewCore } from "../../src/preview-core/preview-core.ts";
import { createEndpointDirectory } from "../../src/receive/endpoint-directory.ts";
import type { Store } from "../../src/store/port.ts";
import { createSealer } from "../../src/util/encryption.ts";
import { ADMIN_TOKEN, ENCRYPTION_KEY, PREVIEW_API_KEY } from "../worker/secrets.ts";

/**
 * Their paths as Hono has them, each once: `/hooks/:endpointId`. None of them is asked for anything
 * here, so the store may be of any kind.
 */
export function registeredPaths(store: Store): readonly string[] {
  const clock = { now: () => Date.now() };
  const silent = () => undefined;
  const log = { info: silent, warn: silent, error: silent };
  const publicUrl = () => "http://gateway.invalid";
  const secrets = { adminToken: ADMIN_TOKEN, encryptionKey: ENCRYPTION_KEY };
  const sessions = createSessions({ ...secrets, publicUrl, clock });
  const sealer = createSealer(ENCRYPTION_KEY);
  const directory = createEndpointDirectory({ store, sealer, clock });
  const answerHook = async () => ({ status: 404, body: { error: "not_found" } }) as const;
  const deps: AdminDeps = {
    store,
    directory,
    sealer,
    adapters,
    clock,
    waker: { wake: silent },
    requireOperator: requireOperator(sessions),
    publicUrl,
    dryRun,
  };
  const app = createApp({
    answerHook,
    findEndpoint: (id) => directory.find(id),
    adapters: new Map(),
    clock,
    store,
    sealedProblem: async () => undefined,
    outboxHealth: async () => ({ facts: {}, problems: [] }),
    ownProblems: () => [],
    spooled: () => undefined,
    setAside: () => 0,
    intake: () => ({ blocked: undefined, damaged: 0 }),
    metrics: createMetrics(),
    log,
    sessions,
    publicUrl,
    admin: createAdminApi(deps),
    console: createConsole({
      ...deps,
      directory,
      operations: adminOperations(deps),
      roleOf: async () => "viewer",
      answerHook,
      tryKey: async () => ({ kind: "unreachable" }),
      facts: {
        settings: {},
        problems: async () => [],
        keys: async () => [],
        ping: () => store.ping(),
      },
      hasPreview: true,
      phoneFiles: ASSETS,
    }),
    preview: createPreviewCore({ now: clock.now, fetch, apiKey: PREVIEW_API_KEY }).app,
  });
  const all = [...app.routes.map(({ path }) => path), ...ADMIN_PATHS, ...CONSOLE_PATHS];
  return [...new Set(all)].filter((path) => path !== "/*" && path !== "*");
}
