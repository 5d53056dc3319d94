/**
 * Serves a table of routes over HTTP: reads input, answers success or refusal. Knows nothing of
 * what a route does.
 */
import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { bodyFormat } from "../../adapter/payload.ts";
import { fromUtf8 } from "../../util/decode.ts";
import { ApiError, apiError } from "./api-error.ts";
import { MEBIBYTE } from "./route.ts";
import type { Route } from "./route.ts";

/** Mounts every route; another method on one of their paths is a 405 that lists the right ones. */
export function mountRoutes(app: Hono, routes: readonly Route[]): void {
  for (const route of routes) {
    const { method, path, maxBodyBytes = MEBIBYTE } = route;
    app.on(method.toUpperCase(), honoPath(path), limitBody(maxBodyBytes), (c) => serve(c, route));
  }
  for (const [path, ofPath] of Map.groupBy(routes, (route) => route.path)) {
    const allowed = ofPath.map(({ method }) => method.toUpperCase()).join(", ");
    app.all(honoPath(path), (c) => {
      c.header("allow", allowed);
      return answer(c, apiError(405, "method_not_allowed", `This path takes ${allowed}.`));
    });
  }
}

const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ":$1");

function limitBody(maxSize: number) {
  const message = `Send a body of at most ${maxSize} bytes.`;
  return bodyLimit({
    maxSize,
    onError: (c) => answer(c, apiError(413, "body_too_large", message)),
  });
}

async function serve(c: Context, route: Route): Promise<Response> {
  const body = await readBody(c);
  if (body instanceof ApiError) return answer(c, body);
  const result = await route.handle({ params: c.req.param(), query: queryOf(c), body: body.json });
  if (result instanceof ApiError) return answer(c, result);
  const { status } = route.success;
  return status === 204 ? c.body(null, status) : c.json(result, status);
}

function answer(c: Context, { status, body }: ApiError): Response {
  return c.json(body, status);
}

/** A parameter that stands twice stays a list, which no schema takes: none is dropped unseen. */
function queryOf(c: Context): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => [
      name,
      values.length === 1 ? values[0] : values,
    ]),
  );
}

/** The JSON of the body; an empty body stands for `{}`. */
async function readBody(c: Context): Promise<{ json: unknown } | ApiError> {
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  if (bytes.length === 0) return { json: {} };
  if (bodyFormat(c.req.header("content-type")) !== "json") {
    return apiError(
      415,
      "unsupported_media_type",
      "Send JSON with `content-type: application/json`.",
    );
  }
  const text = fromUtf8(bytes);
  try {
    return { json: JSON.parse(text ?? "") };
  } catch {
    return apiError(400, "invalid_json", "Send a body that is JSON in UTF-8.");
  }
}
