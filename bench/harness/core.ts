/** A stand-in for the core API that takes every push and notes when it came. Enforces no limit. */
import { once } from "node:events";
import { createServer } from "node:http";

export interface NotingCore {
  readonly url: string;
  /** When the push with this mark came, by `performance.now()`; each mark once. */
  readonly arrivals: ReadonlyMap<string, number>;
  /** Pushes whose mark had come before. */
  repeats(): number;
  close(): void;
}

const MARK = /mark-\d+/;
const ANSWER = JSON.stringify({
  success: true,
  devices_notified: 1,
  users_notified: 1,
  timestamp: "2026-01-01T00:00:00.000Z",
});

/** The nth mark; it stands in a text that every call about its event carries. */
export const markOf = (n: number): string => `mark-${String(n).padStart(7, "0")}`;

export async function startCore(): Promise<NotingCore> {
  const arrivals = new Map<string, number>();
  let repeats = 0;
  const server = createServer((request, response) => {
    const at = performance.now();
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const mark = MARK.exec(Buffer.concat(chunks).toString())?.[0];
      if (mark !== undefined && arrivals.has(mark)) repeats++;
      else if (mark !== undefined) arrivals.set(mark, at);
      response.writeHead(200, { "content-type": "application/json" }).end(ANSWER);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}/api`,
    arrivals,
    repeats: () => repeats,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
