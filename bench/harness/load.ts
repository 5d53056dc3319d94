/**
 * Load over keep-alive connections to 127.0.0.1: as much as the server takes, or so many requests a
 * second.
 */
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { quantile } from "./stats.ts";

export interface Load {
  readonly port: number;
  /** The next request's bytes. */
  readonly next: () => Buffer;
  readonly ms: number;
}

export interface Measured {
  /** Requests answered with 200 a second. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly answered: number;
  /** Requests that were answered with something else, or not at all. */
  readonly failed: number;
  /** The `delivery_id` or `id` of every 200 answer that has one. */
  readonly ids: readonly string[];
  /**
   * How much of its core the load itself used, 0 to 1: well below 1 where the server is the
   * bottleneck.
   */
  readonly loadCpu: number;
}

export const CONNECTIONS = 64;
/** Past this many the server is not keeping up with the rate. */
const MAX_CONNECTIONS = 1_000;
const DRAIN_MS = 10_000;
const ID = /"(?:delivery_)?id":"?([^",}]+)/;

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Every connection sends its next request as soon as the last one is answered. */
export async function saturate(load: Load, connections = CONNECTIONS): Promise<Measured> {
  const record = recorder();
  const end = performance.now() + load.ms;
  const client = await openClients(load.port, connections);
  await Promise.all(
    client.map(async (it) => {
      while (performance.now() < end) record.add(await timed(it, load.next()));
      it.close();
    }),
  );
  return record.result();
}

/** Sends at a fixed rate whatever the server does: a slow answer delays no other request. */
export async function sendAtRate(load: Load, perSecond: number): Promise<Measured> {
  const record = recorder();
  const idle = await openClients(load.port, CONNECTIONS);
  const all = [...idle];
  const inFlight = new Set<Promise<void>>();
  const sendOne = async () => {
    const client = openOneOf(idle) ?? (await openClient(load.port));
    if (!all.includes(client)) all.push(client);
    record.add(await timed(client, load.next()));
    idle.push(client);
  };
  const startedAt = performance.now();
  for (let sent = 0; performance.now() - startedAt < load.ms;) {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * perSecond);
    for (; sent < due && inFlight.size < MAX_CONNECTIONS; sent++) {
      const flight: Promise<void> = sendOne().finally(() => inFlight.delete(flight));
      inFlight.add(flight);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const sendingMs = performance.now() - startedAt;
  await Promise.race([
    Promise.all(inFlight),
    new Promise((resolve) => setTimeout(resolve, DRAIN_MS)),
  ]);
  for (const client of all) client.close();
  return record.result(sendingMs);
}

/**
 * A server closes a connection that stands idle for five seconds, and a request that crosses its
 * end is lost.
 */
const MAX_IDLE_MS = 3_000;

/** Takes the one that was used last, and none that may be about to be closed. */
function openOneOf(idle: Client[]): Client | undefined {
  for (;;) {
    const client = idle.pop();
    if (!client || (client.isOpen() && client.idleMs() < MAX_IDLE_MS)) return client;
    client.close();
  }
}

interface Client {
  isOpen(): boolean;
  /** Since its last answer. */
  idleMs(): number;
  /** Status 0 where the connection broke. */
  send(request: Buffer): Promise<Answer>;
  close(): void;
}

const openClients = (port: number, count: number): Promise<Client[]> =>
  Promise.all(Array.from({ length: count }, () => openClient(port)));

async function openClient(port: number): Promise<Client> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  let waiting: ((answer: Answer) => void) | undefined;
  let text = "";
  let answeredAt = performance.now();
  const settle = (answer: Answer) => {
    const resolve = waiting;
    waiting = undefined;
    text = "";
    answeredAt = performance.now();
    resolve?.(answer);
  };
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => {
    text += chunk;
    const answer = wholeAnswer(text);
    if (answer) settle(answer);
  });
  socket.on("error", () => undefined);
  socket.on("close", () => settle({ status: 0, body: "" }));
  return {
    isOpen: () => socket.readyState === "open",
    idleMs: () => performance.now() - answeredAt,
    send: (request) => sendOn(socket, request, (resolve) => (waiting = resolve)),
    close: () => void socket.destroy(),
  };
}

function sendOn(
  socket: Socket,
  request: Buffer,
  wait: (resolve: (answer: Answer) => void) => void,
): Promise<Answer> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve({ status: 0, body: "" });
    wait(resolve);
    socket.write(request);
  });
}

/** The answer, once all of it is there. */
function wholeAnswer(text: string): Answer | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const body = text.slice(end + 4);
  const length = /content-length: (\d+)/i.exec(text)?.[1];
  const isWhole = length === undefined ? body.endsWith("0\r\n\r\n") : body.length >= Number(length);
  return isWhole ? { status: Number(text.slice(9, 12)), body } : undefined;
}

interface Timed extends Answer {
  readonly ms: number;
}

async function timed(client: Client, request: Buffer): Promise<Timed> {
  const startedAt = performance.now();
  const answer = await client.send(request);
  return { ...answer, ms: performance.now() - startedAt };
}

function recorder() {
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  const times: number[] = [];
  const ids: string[] = [];
  let failed = 0;
  return {
    add: ({ status, body, ms }: Timed) => {
      if (status !== 200) return void failed++;
      times.push(ms);
      const id = ID.exec(body)?.[1];
      if (id !== undefined) ids.push(id);
    },
    result: (ms = performance.now() - startedAt): Measured => {
      const used = process.cpuUsage(cpu);
      return {
        perSecond: (times.length / ms) * 1000,
        p50Ms: quantile(times, 0.5),
        p99Ms: quantile(times, 0.99),
        answered: times.length,
        failed,
        ids,
        loadCpu: (used.user + used.system) / 1000 / ms,
      };
    },
  };
}
