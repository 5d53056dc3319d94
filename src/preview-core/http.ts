/** The parts of HTTP that all routes of the preview core share: its error bodies, keys, limits, and reading a body. */
import type { Context, MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type * as z from "zod";
import { readBody } from "../util/read-body.ts";
import { equalTexts } from "../verify/constant-time.ts";
import type { CallWindow } from "./call-window.ts";

const MAX_BODY_BYTES = 256 * 1024;

/** The API's error body: what it is about, and a sentence. */
export function fail(
  c: Context,
  status: ContentfulStatusCode,
  error: string,
  message: string,
  facts: Readonly<Record<string, number | string>> = {},
): Response {
  return c.json({ error, message, ...facts }, status);
}

/** The preview core has one account and one iPhone, and so one key. */
export function requireKey(apiKey: string): MiddlewareHandler {
  return async (c, next) => {
    const given = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (given !== undefined && equalTexts(given, apiKey)) return next();
    const message =
      given === undefined ? "Authorization: Bearer <api key> is required" : "Invalid API key";
    return fail(c, 401, "Unauthorized", message);
  };
}

/** Refuses calls beyond the limit and says, in `Retry-After`, when to come again. */
export function limitCalls(calls: CallWindow, now: () => number): MiddlewareHandler {
  return async (c, next) => {
    const waitMs = calls.take(now());
    if (waitMs === undefined) return next();
    c.header("retry-after", String(Math.ceil(waitMs / 1000)));
    return fail(c, 429, "Rate limit exceeded", "Too many requests, please try again later.");
  };
}

/** The request's JSON as the schema reads it, or the answer that refuses it. An empty body is `{}` where `emptyIs` says so. */
export async function readJson<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
  emptyIs?: "{}",
): Promise<{ readonly body: z.infer<Schema> } | { readonly refusal: Response }> {
  const bytes = await readBody(c.req.raw, MAX_BODY_BYTES);
  if (bytes === "too_large") {
    return { refusal: fail(c, 413, "Payload too large", `At most ${MAX_BODY_BYTES} bytes`) };
  }
  const text = bytes === "unreadable" ? "" : new TextDecoder().decode(bytes);
  const json = parseJson(text || (emptyIs ?? ""));
  if (json === undefined) return { refusal: fail(c, 400, "Bad request", "The body is not JSON") };
  const parsed = schema.safeParse(json);
  return parsed.success ? { body: parsed.data } : { refusal: refuseBody(c, parsed.error) };
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
  if (path[0] === "tags") {
    const message = `tags ${issue?.message ?? "are invalid"}`;
    return fail(c, 400, "Invalid tags", message, { code: "invalid_tags" });
  }
  const about = ["target", "channels"].includes(path[0] ?? "")
    ? "Invalid channel targeting"
    : "Bad request";
  if (issue?.code === "unrecognized_keys") {
    const names = issue.keys.map((key) => [...path, key].join(".")).join(", ");
    return fail(c, 400, about, `${names} is not allowed`);
  }
  return fail(c, 400, about, `${path.join(".") || "body"}: ${issue?.message ?? "invalid"}`);
}
