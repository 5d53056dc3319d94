/**
 * The HTTP server of a Node process: listens, says where, and closes without waiting for
 * connections that nobody uses.
 */
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { ConfigError } from "../../util/config-error.ts";
import type { Config } from "../../config.ts";
import type { Gateway } from "../../gateway.ts";
import { hookListener } from "./hook-listener.ts";

/**
 * A connection that a proxy keeps for its next request must not be closed here first: the request
 * would meet a reset. They keep them for 60 s (nginx, AWS) to 120 s (Caddy).
 */
const KEEP_ALIVE_MS = 125_000;
/** A request has to be there whole by then, and a connection has to say something. */
const REQUEST_MS = 30_000;
/** How often Node looks for requests that are late. */
const LOOK_FOR_LATE_MS = 5_000;
/** Requests that take longer than this after a stop are cut off: their senders retry. */
const STOP_DEADLINE_MS = 8_000;
const STOP_LOOK_MS = 50;

/** Resolves when it listens. Rejects with ConfigError where the address cannot be had. */
export function listenOn(
  gateway: Pick<Gateway, "app" | "answerHook">,
  config: Pick<Config, "HOST" | "PORT">,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const app = getRequestListener(gateway.app.fetch, { hostname: config.HOST });
    const server = createServer(
      {
        keepAliveTimeout: KEEP_ALIVE_MS,
        requestTimeout: REQUEST_MS,
        headersTimeout: REQUEST_MS,
        connectionsCheckingInterval: LOOK_FOR_LATE_MS,
      },
      hookListener(gateway.answerHook, (request, response) => void app(request, response)),
    );
    server.on("connection", closeIfSilent);
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, config)));
    server.listen(config.PORT, config.HOST, () => resolve(server));
  });
}

/** Node's own limits begin with the first byte. */
function closeIfSilent(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), REQUEST_MS);
  socket.once("data", () => clearTimeout(timer));
  socket.once("close", () => clearTimeout(timer));
}

function listenError(
  error: NodeJS.ErrnoException,
  { HOST, PORT }: Pick<Config, "HOST" | "PORT">,
): Error {
  if (error.code === "EADDRINUSE")
    return new ConfigError(`Port ${PORT} on ${HOST} is taken; set PORT to a free one.`);
  if (error.code === "EACCES")
    return new ConfigError(`Port ${PORT} needs privileges; set PORT to one above 1023.`);
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
    return new ConfigError(
      `HOST ${HOST} is no address of this machine; set HOST to one, or to 0.0.0.0 for all.`,
    );
  }
  return error;
}

/** Where this machine reaches it. */
export function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

/**
 * Takes no new connection and resolves when the requests in flight are answered. A connection that
 * only becomes idle after the server was closed, as that of a page whose event stream has just
 * ended, would be kept open by Node, and the page would go on asking on it.
 */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => server.closeAllConnections(), STOP_DEADLINE_MS);
    const look = setInterval(() => server.closeIdleConnections(), STOP_LOOK_MS);
    server.close(() => {
      clearTimeout(deadline);
      clearInterval(look);
      resolve();
    });
  });
}
