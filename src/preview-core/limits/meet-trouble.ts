/** How calls of the API meet the trouble that was asked for. */
import type { MiddlewareHandler } from "hono";
import { fail, refuseRate } from "../http.ts";
import type { ApiEnv } from "../http.ts";
import type { Chaos } from "./chaos.ts";

/** What a made-up 429 asks to wait. */
const RETRY_AFTER_SECONDS = 20;

/**
 * Makes the calls of the API meet the trouble. `changed` is told where a call used some of it up.
 */
export function meetTrouble(
  chaos: Chaos,
  now: () => number,
  changed: () => void,
): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const trouble = chaos.take(now());
    if (!trouble) return next();
    changed();
    switch (trouble.fault) {
      case "slow":
        await chaos.wait(trouble.delayMs);
        return next();
      case "error":
        return fail(c, 500, "Internal server error", "Something went wrong, as it was asked to.");
      case "rate_limit":
        c.header("retry-after", String(RETRY_AFTER_SECONDS));
        return refuseRate(c);
      case "reset":
        return cutOff();
      case "lost_answer":
        await next();
        c.res = cutOff();
    }
  };
}

/**
 * An answer whose connection breaks within its body. It is of no type that a client may take for
 * the API's: whatever its status, it confirms nothing.
 */
function cutOff(): Response {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("{")),
    pull: (controller) =>
      controller.error(new Error("the preview's connection was reset on purpose")),
  });
  return new Response(body, { headers: { "content-type": "application/octet-stream" } });
}
