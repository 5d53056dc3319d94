/**
 * The admin API over a real store, with invented providers, a clock that tests move, and answers
 * checked against their schemas.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import * as z from "zod";
import {
  defineAdapter,
  hmac,
  sharedToken,
  standardWebhooks,
  unsigned,
} from "../../src/adapter/contract.ts";
import type { Adapter, Scheme } from "../../src/adapter/contract.ts";
import { adminRoutes, createAdminApi } from "../../src/api/admin-api.ts";
import type { AdminDeps } from "../../src/api/deps.ts";
import type { DryRunInput, DryRunResult } from "../../src/digest/dry-run.ts";
import { errorBody } from "../../src/api/routing/api-error.ts";
import { createEndpointDirectory } from "../../src/receive/endpoint-directory.ts";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import { createSessions, requireOperator } from "../../src/http/session.ts";
import { createSealer } from "../../src/util/encryption.ts";

export const NOON = Date.UTC(2026, 4, 4, 12);
export const ADMIN_TOKEN = "admin-token-of-the-tests";

function provider(name: string, madeBy: "provider" | "gateway", verify: Scheme): Adapter {
  return defineAdapter({
    name,
    title: name.charAt(0).toUpperCase() + name.slice(1),
    docs: `https://${name}.example/docs/webhooks`,
    verify,
    secret: { madeBy, where: `It is on the page Webhooks of ${name}.` },
    identify: { event: { json: ["type"] }, delivery: { json: ["id"] } },
    events: {
      "deploy.done": { schema: z.object({ app: z.string() }), toSignals: () => [] },
    },
    ignores: { "member.*": "People are no deployments." },
    setup: ["Open the page Webhooks.", "Enter {url} and {secret}."],
    recommended: ["deploy.done"],
  });
}

const signature = { header: "x-signature", algorithm: "sha256", encoding: "hex" } as const;

/** One of each way to come by a secret. */
export const ADAPTERS: readonly Adapter[] = [
  provider("acme", "provider", hmac(signature)),
  provider("forge", "gateway", hmac(signature)),
  provider("parrot", "gateway", sharedToken()),
  provider("stamp", "gateway", standardWebhooks()),
  provider("trusting", "gateway", unsigned({ because: "It has no way to sign." })),
];

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON; null where there is no body. */
  readonly json: Json;
}

/** JSON as tests read it: any member may be asked for, none is promised. */
export type Json = z.infer<typeof json>;
const json = z.json();

export type AdminWorld = Awaited<ReturnType<typeof openAdmin>>;

/**
 * Opens an admin API on an empty store in a directory of its own; both are gone when the test is.
 */
export async function openAdmin(change: Partial<AdminDeps> = {}) {
  const directoryPath = mkdtempSync(join(tmpdir(), "admin-api-"));
  const store = await createSqliteStore({ file: join(directoryPath, "gateway.db") });
  onTestFinished(async () => {
    await store.close();
    rmSync(directoryPath, { recursive: true });
  });
  const world = {
    now: NOON,
    woken: [] as string[],
    dryRuns: [] as DryRunInput[],
    dryRunResult: { kind: "unreadable", detail: "Not set." } as DryRunResult,
  };
  const clock = { now: () => world.now };
  const encryptionKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
  const sealer = createSealer(encryptionKey);
  const directory = createEndpointDirectory({ store, sealer, clock, ttlMs: 60_000 });
  const publicUrl = () => "https://hooks.web-shop.example/";
  const sessions = createSessions({ adminToken: ADMIN_TOKEN, encryptionKey, publicUrl, clock });
  const deps: AdminDeps = {
    store,
    directory,
    sealer,
    adapters: ADAPTERS,
    clock,
    waker: { wake: (what) => world.woken.push(what) },
    requireOperator: requireOperator(sessions),
    publicUrl,
    dryRun: async (input) => {
      world.dryRuns.push(input);
      return world.dryRunResult;
    },
    ...change,
  };
  const app = createAdminApi(deps);
  const routes = adminRoutes(deps);

  /** A request with the admin token; the answer must be as its route declares it. */
  async function call(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await app.request(path, {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const parsed = text === "" ? null : json.parse(JSON.parse(text));
    checkShape(method, path, answer.status, parsed);
    return { status: answer.status, headers: answer.headers, json: parsed };
  }

  function checkShape(method: string, path: string, status: number, body: Json): void {
    if (status >= 400) {
      errorBody.parse(body);
      return;
    }
    const pathname = path.split("?", 1)[0] ?? "";
    const route = routes.find(
      (route) =>
        route.method === method.toLowerCase() &&
        new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(pathname),
    );
    if (route?.success.status !== status) throw new Error(`${method} ${path} answers ${status}`);
    route.success.schema.parse(body ?? undefined);
  }

  return { app, store, directory, deps, world, call };
}

/** What stands at a path of a JSON value; null where nothing does. */
export function at(value: Json, ...path: (string | number)[]): Json {
  let found: Json = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null) return null;
    found = (Array.isArray(found) ? found[Number(key)] : found[key]) ?? null;
  }
  return found;
}

/** The text at a path; throws where there is none. */
export function textAt(value: Json, ...path: (string | number)[]): string {
  return z.string().parse(at(value, ...path));
}
