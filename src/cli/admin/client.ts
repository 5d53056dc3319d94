/**
 * The admin API as the commands call it: finds the gateway and its token, and turns refusals into
 * words.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { adminTokenPath } from "../../runtime/node/data-dir.ts";
import { CliError, usageError } from "../terminal/command.ts";
import type { CliContext } from "../terminal/command.ts";
import { reasonOf } from "../phone/core-api.ts";
import { INVOCATION } from "../terminal/invocation.ts";

const DEFAULT_PORT = "8787";
const TIMEOUT_MS = 30_000;
const UNAVAILABLE = 503;
/** Where a started gateway leaves the address that it listens on. */
export const gatewayUrlPath = (dataDir: string): string => join(dataDir, "gateway-url");

export interface GatewayFlags {
  readonly json: boolean;
  readonly gateway?: string;
  readonly token?: string;
}

export interface GatewayApi {
  /** Base URL without a slash at the end. */
  readonly url: string;
  readonly dataDir: string;
  /**
   * The answer as the schema has it. Throws CliError where the gateway refuses or cannot be
   * reached.
   */
  readonly call: <Schema extends z.ZodType>(
    schema: Schema,
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
  ) => Promise<z.output<Schema>>;
  /** A GET whose answer says how the gateway is: also one of 503. Throws as `call` does. */
  readonly look: <Schema extends z.ZodType>(
    schema: Schema,
    path: string,
  ) => Promise<z.output<Schema>>;
  /** A POST of a stream, or of nothing; returns what came, not read yet. Throws as `call` does. */
  readonly send: (path: string, body: ReadableStream<Uint8Array> | null) => Promise<Response>;
}

/**
 * By flag, then GATEWAY_URL and ADMIN_TOKEN, then what a gateway started here has left in its data
 * directory.
 */
export function gatewayApi({ process: { env } }: CliContext, flags: GatewayFlags): GatewayApi {
  const dataDir = env["DATA_DIR"] || "./data";
  const named = flags.gateway ?? env["GATEWAY_URL"];
  const started = fileText(gatewayUrlPath(dataDir));
  const url = checkedUrl(named ?? started ?? `http://127.0.0.1:${env["PORT"] || DEFAULT_PORT}`);
  const token = flags.token ?? (env["ADMIN_TOKEN"] || ownToken(dataDir, url, named !== undefined));
  if (token === undefined)
    throw usageError(
      named === undefined && started === undefined
        ? `No gateway was started here: start one with \`${INVOCATION} start\`, or give --gateway and --token of one that runs elsewhere.`
        : "There is no admin token here: give --token or ADMIN_TOKEN, or run this where the gateway's data directory is.",
    );
  return {
    url,
    dataDir,
    call: (schema, method, path, body) => call({ url, token }, schema, { method, path, body }),
    look: (schema, path) => call({ url, token }, schema, { method: "GET", path, isLook: true }),
    send: (path, body) => send(url, token, path, body),
  };
}

/** The token of this machine's gateway is not sent to another machine. */
function ownToken(dataDir: string, url: string, isNamed: boolean): string | undefined {
  const isHere = !isNamed || ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);
  return isHere ? fileText(adminTokenPath(dataDir)) : undefined;
}

function checkedUrl(url: string): string {
  if (URL.canParse(url) && /^https?:/.test(url)) return url.replace(/\/+$/, "");
  throw usageError(`${url} is no address of a gateway; it begins with http:// or https://.`);
}

function fileText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim() || undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new CliError(`${path} cannot be read: ${reasonOf(error)}`);
  }
}

const refusal = z.looseObject({ error: z.string(), message: z.string().optional() });

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly isLook?: boolean;
}

async function call<Schema extends z.ZodType>(
  { url: base, token }: { readonly url: string; readonly token: string },
  schema: Schema,
  { method, path, body, isLook = false }: Call,
): Promise<z.output<Schema>> {
  const init = {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  const response = await ask(base, path, init, isLook);
  const answer = jsonOrText(await response.text());
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const url = base + path;
  const { status } = response;
  throw new CliError(`${url} answered, but not as this gateway's API does.`, 1, { status, url });
}

/** Without a time limit: it lasts as long as there is something to send. */
const send = (
  base: string,
  token: string,
  path: string,
  body: ReadableStream<Uint8Array> | null,
): Promise<Response> =>
  ask(base, path, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    ...(body && { body, duplex: "half" as const }),
  });

/** Throws CliError where the gateway refuses or cannot be reached. */
async function ask(
  base: string,
  path: string,
  init: RequestInit,
  isLook = false,
): Promise<Response> {
  const url = base + path;
  const response = await fetch(url, { ...init, redirect: "error" }).catch((error: unknown) => {
    const hint = `Is it running? Start it with \`${INVOCATION} start\`, or give --gateway.`;
    throw new CliError(`No gateway answers at ${base} (${reasonOf(error)}). ${hint}`, 1, { url });
  });
  const { status } = response;
  if (response.ok || (isLook && status === UNAVAILABLE)) return response;
  const text = await response.text();
  const answer = jsonOrText(text);
  const said = refusal.safeParse(answer);
  const words = said.success ? (said.data.message ?? said.data.error) : text.slice(0, 300);
  const details = { status, url, responseBody: answer };
  throw new CliError(`The gateway refused it with ${status}: ${words}`, 1, details);
}

function jsonOrText(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
