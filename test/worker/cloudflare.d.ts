/** The few members of the runtime's own modules that these tests use. */

declare module "cloudflare:workers" {
  import type { WorkerEnv } from "../../src/runtime/cloudflare-bindings.ts";

  export const env: WorkerEnv;
  /** The Worker under test, with its own isolate's context for each call. */
  export const exports: { readonly default: { fetch: typeof fetch } };
}

declare module "cloudflare:test" {
  import type { D1Database, Invocation } from "../../src/runtime/cloudflare-bindings.ts";

  export interface D1Migration {
    name: string;
    queries: string[];
  }
  export function applyD1Migrations(
    database: D1Database,
    migrations: readonly D1Migration[],
  ): Promise<void>;
  export function createExecutionContext(): Invocation;
  export function waitOnExecutionContext(invocation: Invocation): Promise<void>;
  export function evictAllDurableObjects(): Promise<void>;
}
