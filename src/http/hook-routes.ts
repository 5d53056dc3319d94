/** Hook URLs over HTTP, as Hono serves them. What becomes of a delivery is the hook handler's. */
import { Hono } from "hono";
import type { Context } from "hono";
import type { Adapter } from "../adapter/contract.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Clock } from "../ports.ts";
import type { IncomingRequest, ReceiveDeps } from "../receive/receive.ts";
import { senderOf } from "../receive/sender.ts";
import { readBody } from "../util/body/read-body.ts";
import { verify } from "../verify/verify.ts";
import { CORS, isBrowserTested } from "./hook-handler.ts";
import type { AnswerHook } from "./hook-handler.ts";

export interface HookRouteDeps {
  readonly answerHook: AnswerHook;
  readonly findEndpoint: ReceiveDeps["findEndpoint"];
  readonly adapters: ReadonlyMap<string, Adapter>;
  readonly clock: Clock;
}

/** A pasted URL often ends in one slash, which is let pass. */
const PATHS = [
  "/hooks/:endpointId",
  "/hooks/:endpointId/",
  "/hooks/:endpointId/:token",
  "/hooks/:endpointId/:token/",
];

/**
 * To be mounted at `/`. POST delivers, OPTIONS is the browser's question before it, anything else
 * is a 405.
 */
export function createHookRoutes(deps: HookRouteDeps): Hono {
  const app = new Hono();
  for (const path of PATHS) {
    app.post(path, async (c) => {
      const { body, status, headers } = await deps.answerHook(incoming(c));
      return c.json(body, status, headers);
    });
    app.options(path, (c) => preflight(deps, c));
    app.all(path, (c) => refuseMethod(deps, c));
  }
  return app;
}

function incoming(c: Context): IncomingRequest {
  const headers = Object.fromEntries(c.req.raw.headers);
  return {
    endpointId: c.req.param("endpointId") ?? "",
    urlToken: c.req.param("token"),
    headers,
    sender: senderOf(headers, undefined),
    readBody: (maxBytes) => readBody(c.req.raw, maxBytes),
  };
}

/** Some providers' test buttons send from the browser, which asks first. */
async function preflight(deps: HookRouteDeps, c: Context): Promise<Response> {
  const endpoint = await deps.findEndpoint(c.req.param("endpointId") ?? "");
  const isAsked = endpoint?.enabled && isBrowserTested(deps.adapters, endpoint.provider);
  return isAsked ? c.body(null, 204, CORS) : refuseMethod(deps, c);
}

/**
 * Mostly a person who opens the URL in a browser to see whether it is right. It is so where a POST
 * would find its endpoint and be let in; where not, the answer is the one that the POST would get.
 */
async function refuseMethod(deps: HookRouteDeps, c: Context): Promise<Response> {
  const endpoint = await deps.findEndpoint(c.req.param("endpointId") ?? "");
  const adapter = endpoint && deps.adapters.get(endpoint.provider);
  if (!endpoint?.enabled || !adapter) return c.json({ error: "not_found" }, 404);
  if (!holdsUrlToken(adapter, endpoint, c.req.param("token"), deps.clock.now()))
    return c.json({ error: "verification_failed" }, 401);
  const message = `This is the right address. It takes POST from ${adapter.title}: enter it there as the URL of a webhook.`;
  const allow = isBrowserTested(deps.adapters, adapter.name) ? "POST, OPTIONS" : "POST";
  return c.json({ error: "method_not_allowed", message }, 405, { allow });
}

/** Where the URL itself carries the secret, a URL without it is not the whole one. */
function holdsUrlToken(
  { verify: scheme }: Adapter,
  { secrets }: Endpoint,
  urlToken: string | undefined,
  nowMs: number,
): boolean {
  if (scheme.kind !== "shared-token") return true;
  const request = { header: () => undefined, body: new Uint8Array(), urlToken };
  return verify(scheme, request, secrets, nowMs).ok;
}
