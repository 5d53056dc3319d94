/** A relay before a server that counts round trips: how often a client speaks and is answered. */
import { connect, createServer } from "node:net";

export interface CountingRelay {
  readonly port: number;
  /** Since the last call of `reset`, over all connections. */
  readonly trips: () => number;
  readonly reset: () => void;
  readonly stop: () => Promise<void>;
}

/** What is sent before the answer comes is one trip, however many messages it is. */
export async function startCountingRelay(target: {
  readonly hostname: string;
  readonly port: number;
}): Promise<CountingRelay> {
  let trips = 0;
  const relay = createServer((client) => {
    const server = connect(target.port, target.hostname);
    let isAnswered = true;
    client.on("data", (bytes) => {
      if (isAnswered) trips += 1;
      isAnswered = false;
      server.write(bytes);
    });
    server.on("data", (bytes) => {
      isAnswered = true;
      client.write(bytes);
    });
    const end = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on("close", end).on("error", end);
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  const address = relay.address();
  if (address === null || typeof address === "string") throw new Error("unreachable");
  return {
    port: address.port,
    trips: () => trips,
    reset: () => void (trips = 0),
    stop: () => new Promise<void>((resolve) => relay.close(() => resolve())),
  };
}
