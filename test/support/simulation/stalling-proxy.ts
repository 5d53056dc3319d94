/**
 * A TCP proxy on 127.0.0.1 that can stall: connections stay open and nothing comes through, as when
 * a network fails.
 */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";

export interface StallingProxy {
  readonly port: number;
  stall(): void;
  resume(): void;
  /**
   * The next time that this text comes from the near end, its answer never arrives: the connection
   * breaks. Answers whether that has happened.
   */
  loseAnswerTo(text: string): () => boolean;
  /**
   * The same for the next message but so many; 0 is the next. What it answers ends it, and says
   * whether it has happened.
   */
  loseAnswerAfter(count: number): () => boolean;
  /** Of so many messages from the near end the answer to one never arrives; 0: none is lost. */
  loseOneIn(count: number): void;
  close(): Promise<void>;
}

/** @param breaksAt a text from the near end at which the connection breaks */
export async function startProxy(
  targetPort: number,
  targetHost: string,
  breaksAt?: string,
): Promise<StallingProxy> {
  let lost: string | undefined;
  let [seen, next, oneIn] = [0, 0, 0];
  const pairs = new Set<readonly [Socket, Socket]>();
  let isStalled = false;
  const server = createServer((near) => {
    const far = connect(targetPort, targetHost);
    const pair = [near, far] as const;
    pairs.add(pair);
    near.on("data", (chunk: Buffer) => {
      if (breaksAt !== undefined && chunk.includes(breaksAt)) near.destroy();
      seen += 1;
      const isDue = seen === next || (oneIn > 0 && seen % oneIn === 0);
      const isMeant = lost !== undefined && chunk.includes(lost);
      if (!isDue && !isMeant) return;
      if (isMeant) lost = undefined;
      far.removeAllListeners("data");
      far.once("data", () => near.destroy());
    });
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on("data", (chunk) => to.write(chunk));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        pairs.delete(pair);
        to.destroy();
      });
      if (isStalled) from.pause();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const each = (what: (socket: Socket) => unknown) => {
    for (const pair of pairs) for (const socket of pair) what(socket);
  };
  return {
    port: address.port,
    stall: () => {
      isStalled = true;
      each((socket) => socket.pause());
    },
    resume: () => {
      isStalled = false;
      each((socket) => socket.resume());
    },
    loseAnswerTo: (text) => {
      lost = text;
      return () => lost === undefined;
    },
    loseAnswerAfter: (count) => {
      const at = seen + count + 1;
      next = at;
      return () => {
        next = 0;
        return seen >= at;
      };
    },
    loseOneIn: (count) => {
      oneIn = count;
    },
    close: async () => {
      server.close();
      each((socket) => socket.destroy());
      await once(server, "close");
    },
  };
}
