/** A Hono app that is made when one of its paths is first asked for. Answers nothing of its own. */
import { Hono } from "hono";

/**
 * Stands for the app that `make` makes, on these paths of it. A Worker builds a gateway for each
 * request, and the admin API with its forty routes takes five times as long to build as a delivery
 * takes to receive.
 */
export function lazyApp(paths: readonly string[], make: () => Hono): Hono {
  let made: Hono | undefined;
  const app = new Hono();
  for (const path of paths) {
    app.all(path, (c) => {
      made ??= make().onError(rethrow);
      return made.fetch(c.req.raw);
    });
  }
  return app;
}

/** What nobody expected is left to the app in which it is mounted. */
function rethrow(error: Error): never {
  throw error;
}
