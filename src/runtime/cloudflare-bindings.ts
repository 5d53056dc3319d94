/**
 * What the Worker asks of Cloudflare's platform: the few members it uses of each binding. Types
 * only; no ambient types of the Workers runtime, which would contradict those that the rest of the
 * program is checked with.
 */
import type { SqliteValue } from "../store/sqlite/driver/driver.ts";

/** https://developers.cloudflare.com/d1/worker-api/d1-database/ */
export interface D1Database {
  prepare(sql: string): D1Statement;
  /** One transaction; a failing statement undoes all. */
  batch(statements: readonly D1Statement[]): Promise<readonly D1Result[]>;
}

export interface D1Statement {
  bind(...values: readonly SqliteValue[]): D1Statement;
}

export interface D1Result {
  /**
   * A row as an object whose keys stand in column order; of two columns with one name only one is
   * left.
   */
  readonly results?: readonly Readonly<Record<string, unknown>>[];
}

/** https://developers.cloudflare.com/queues/configuration/javascript-apis/ */
export interface Queue {
  send(body: unknown, options?: { readonly delaySeconds?: number }): Promise<unknown>;
}

export interface QueueMessage {
  readonly id: string;
  readonly body: unknown;
  /** 1 at the first time. */
  readonly attempts: number;
  ack(): void;
  retry(options?: { readonly delaySeconds?: number }): void;
}

export interface MessageBatch {
  readonly queue: string;
  readonly messages: readonly QueueMessage[];
}

/** https://developers.cloudflare.com/durable-objects/api/namespace/ */
export interface ObjectNamespace {
  getByName(name: string): { fetch(request: Request): Promise<Response> };
}

export interface Hyperdrive {
  readonly connectionString: string;
}

export interface Invocation {
  /** Keeps the invocation alive until the promise is settled. */
  waitUntil(promise: Promise<unknown>): void;
}

/** Bindings by their names in `wrangler.toml`; vars and secrets are texts. */
export interface WorkerEnv {
  readonly DB?: D1Database | undefined;
  readonly HYPERDRIVE?: Hyperdrive | undefined;
  readonly QUEUE?: Queue | undefined;
  readonly PREVIEW?: ObjectNamespace | undefined;
  readonly [name: string]: unknown;
}
