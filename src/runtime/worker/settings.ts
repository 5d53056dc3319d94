/**
 * The settings of the gateway as a Worker: the same names as everywhere, from vars, secrets and
 * bindings. Reads nothing itself.
 */
import * as z from "zod";
import { parseConfig } from "../../config.ts";
import { ConfigError } from "../../util/config-error.ts";
import type { Config } from "../../config.ts";
import { sha256Hex } from "../../util/hash.ts";
import type {
  D1Database,
  Hyperdrive,
  ObjectNamespace,
  Queue,
  WorkerEnv,
} from "../cloudflare-bindings.ts";

export interface WorkerSettings {
  readonly config: Config;
  readonly adminToken: string;
  readonly encryptionKey: string;
  /**
   * What the preview core's API takes. Where it is not set nobody outside knows it, but every
   * isolate comes to the same.
   */
  readonly previewKey: string;
  /** How many calls to D1 and the core API one invocation may make. */
  readonly maxCalls: number;
  readonly database:
    | { readonly kind: "d1"; readonly binding: D1Database }
    | { readonly kind: "hyperdrive"; readonly binding: Hyperdrive };
  readonly queue: Queue;
  readonly preview: ObjectNamespace;
}

const DEFAULT_MAX_CALLS = 50;
const MAX_CALLS = "MAX_CALLS must be a whole number from 50 (the free plan's limit) to 10000.";

const workerVars = z.object({
  MAX_CALLS: z.coerce
    .number({ error: MAX_CALLS })
    .int(MAX_CALLS)
    .min(50, MAX_CALLS)
    .max(10_000, MAX_CALLS)
    .default(DEFAULT_MAX_CALLS),
});

/**
 * Throws ConfigError, one sentence that says what to do, where a setting, a secret or a binding is
 * missing or malformed.
 */
export function parseWorkerSettings(env: WorkerEnv): WorkerSettings {
  const texts = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
  const config = parseConfig(texts);
  if (config.DATABASE_URL !== undefined) {
    throw new ConfigError(
      "DATABASE_URL is not for Workers: remove it, and bind HYPERDRIVE in wrangler.toml to use Postgres.",
    );
  }
  const vars = workerVars.safeParse(texts);
  if (!vars.success) throw new ConfigError(vars.error.issues[0]?.message ?? MAX_CALLS);
  if (config.ADMIN_TOKEN === undefined && config.ENCRYPTION_KEY === undefined) {
    throw new ConfigError(
      "ADMIN_TOKEN and ENCRYPTION_KEY must be set: make them with `openssl rand -hex 32` and `openssl rand -base64 32`, and store each with `npx wrangler secret put`.",
    );
  }
  const adminToken = secret("ADMIN_TOKEN", config.ADMIN_TOKEN, "openssl rand -hex 32");
  const encryptionKey = secret("ENCRYPTION_KEY", config.ENCRYPTION_KEY, "openssl rand -base64 32");
  return {
    config,
    adminToken,
    encryptionKey,
    previewKey: config.PREVIEW_API_KEY ?? sha256Hex(`preview\n${adminToken}\n${encryptionKey}`),
    maxCalls: vars.data.MAX_CALLS,
    database: databaseOf(env),
    queue: bound("QUEUE", env.QUEUE),
    preview: bound("PREVIEW", env.PREVIEW),
  };
}

function secret(name: string, value: string | undefined, recipe: string): string {
  if (value !== undefined) return value;
  throw new ConfigError(
    `${name} must be set: make one with \`${recipe}\` and store it with \`npx wrangler secret put ${name}\`.`,
  );
}

function databaseOf({ HYPERDRIVE, DB }: WorkerEnv): WorkerSettings["database"] {
  if (HYPERDRIVE) return { kind: "hyperdrive", binding: HYPERDRIVE };
  return { kind: "d1", binding: bound("DB", DB) };
}

function bound<Binding>(name: string, binding: Binding | undefined): Binding {
  if (binding) return binding;
  throw new ConfigError(
    `The binding ${name} is missing: take its section of wrangler.toml over from this repository.`,
  );
}
