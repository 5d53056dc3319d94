/**
 * The parts of HTTP that all routes of the preview core share: its error bodies, keys, limits, and
 * reading a body.
 */
import type { Context, MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type * as z from "zod";
import { readBody } from "../util/body/read-body.ts";
import { callerOf } from "./caller.ts";
import type { Caller } from "./caller.ts";
import type { Feature } from "./limits/rate-limits.ts";
import type { Service } from "./service.ts";

const MAX_BODY_BYTES = 256 * 1024;

/** What the API's middleware leaves for its routes. */
export interface ApiEnv {
  readonly Variables: { caller: Caller };
}

/** The API's error body: what it is about, a sentence, and what else it says. */
export function fail(
  c: Context,
  status: ContentfulStatusCode,
  error: string,
  message: string,
  facts: Readonly<Record<string, unknown>> = {},
): Response {
  return c.json({ error, message, ...facts }, status);
}

/**
 * The preview core has one account and one iPhone, and so one key; the reserved ones begin with it.
 */
export function requireKey(apiKey: string): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const [, key] = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
    if (key === undefined)
      return fail(c, 401, "Unauthorized", "Authorization: Bearer <api key> is required");
    const caller = callerOf(key, apiKey);
    if (!caller) return fail(c, 401, "Unauthorized", "Invalid API key");
    c.set("caller", caller);
    return next();
  };
}

/** Counts the call, says in headers what is left, and refuses it beyond that. */
export function limitCalls(service: Service, feature: Feature): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const { key } = c.get("caller");
    const { headers, refused } = service.rateLimits.take(key, feature, service.now());
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    if (refused) return refuseRate(c);
    return next();
  };
}

export const refuseRate = (c: Context): Response =>
  fail(c, 429, "Rate limit exceeded", "Too many requests, please try again later.", {
    code: "rate_limited",
  });

/**
 * The request's JSON as the schema reads it, or the answer that refuses it. An empty body is `{}`
 * where `emptyIs` says so.
 */
export async function readJson<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
  emptyIs?: "{}",
): Promise<{ readonly body: z.infer<Schema> } | { readonly refusal: Response }> {
  const bytes = await readBody(c.req.raw, MAX_BODY_BYTES);
  if (bytes === "too_large") {
    return { refusal: fail(c, 413, "Payload too large", `At most ${MAX_BODY_BYTES} bytes`) };
  }
  const text = typeof bytes === "string" ? "" : new TextDecoder().decode(bytes);
  const json = parseJson(text || (emptyIs ?? ""));
  if (json === undefined) return { refusal: fail(c, 400, "Bad request", "The body is not JSON") };
  const parsed = schema.safeParse(json);
  if (!parsed.success) return { refusal: refuseBody(c, parsed.error) };
  // The schemas would drop it without a word.
  if (Object.hasOwn(Object(json), "__proto__"))
    return { refusal: fail(c, 400, "Bad request", "__proto__ is not allowed") };
  return { body: parsed.data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuseBody(c: Context, error: z.ZodError): Response {
  const [issue] = error.issues;
  const path = issue?.path.map(String) ?? [];
  const trouble = issue?.message ?? "is invalid";
  if (issue?.code === "unrecognized_keys") {
    const names = issue.keys.map((key) => [...path, key].join(".")).join(", ");
    return fail(c, 400, subjectOf(path), `${names} is not allowed`);
  }
  if (path[0] === "tags") {
    return fail(c, 400, "Invalid tags", `tags ${trouble}`, { code: "invalid_tags" });
  }
  // The schemas' own words begin with a verb and read on from the field's name; zod's are sentences
  // of their own.
  const joint = /^[a-z]/.test(trouble) ? " " : ": ";
  return fail(c, 400, subjectOf(path), `${path.join(".") || "body"}${joint}${trouble}`);
}

const subjectOf = ([field]: readonly string[]): string =>
  field === "target" || field === "channels" ? "Invalid channel targeting" : "Bad request";
