/**
 * The hooks' door on Node: what the HTTP contract cannot say, of connections and of senders that
 * break off.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AnswerHook } from "../../../src/http/hook-handler.ts";
import type { IncomingRequest } from "../../../src/receive/receive.ts";
import { createBodyBudget } from "../../../src/util/body/body-budget.ts";
import { hookListener } from "../../../src/runtime/node/hook-listener.ts";

const OK = { status: 200, body: { status: "pong" } } as const;
const MAX_BYTES = 10;
/** Of all unfinished bodies together. */
const MAX_HELD_BYTES = 12;

let server: Server;
let heard: IncomingRequest[];
let bodies: (string | Uint8Array)[];
let answerHook: AnswerHook;
const sockets: Socket[] = [];

beforeEach(async () => {
  heard = [];
  bodies = [];
  answerHook = async (request) => {
    heard.push(request);
    bodies.push(await request.readBody(MAX_BYTES));
    return OK;
  };
  server = createServer(
    hookListener(
      (request) => answerHook(request),
      (_request, response) => response.end("others"),
      createBodyBudget(MAX_HELD_BYTES),
    ),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
  await once(server, "close");
});

async function open(): Promise<Socket> {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const socket = connect(address.port, "127.0.0.1");
  sockets.push(socket);
  await once(socket, "connect");
  return socket;
}

/** The next answer as it comes, cut where its body ends. */
async function nextAnswer(socket: Socket): Promise<string> {
  let text = "";
  for (;;) {
    const [chunk] = await once(socket, "data");
    text += String(chunk);
    const length = /content-length: (\d+)/i.exec(text)?.[1];
    const bodyAt = text.indexOf("\r\n\r\n") + 4;
    if (length !== undefined && bodyAt > 3 && text.length >= bodyAt + Number(length)) return text;
  }
}

const post = (path: string, length: number, ...headers: readonly string[]) =>
  [`POST ${path} HTTP/1.1`, "host: x", `content-length: ${length}`, ...headers, "", ""].join(
    "\r\n",
  );
const text = (body: string | Uint8Array | undefined) => Buffer.from(body ?? "").toString();

describe("a request", () => {
  test("is handed over with its path, headers and exact bytes, in how many pieces it may come", async () => {
    const socket = await open();
    const head = post("/hooks/ep_1/tok-en?a=1", 6, "X-Note: a", "x-note: b", "Cookie: c=1");
    socket.write(`${head}ab`);
    await once(server, "request");
    socket.write("cdef");
    expect(await nextAnswer(socket)).toMatch(/^HTTP\/1.1 200 OK\r\n.*{"status":"pong"}$/s);
    expect(heard[0]).toMatchObject({ endpointId: "ep_1", urlToken: "tok-en" });
    expect(heard[0]?.headers).toMatchObject({ "x-note": "a, b", cookie: "c=1" });
    expect(bodies.map(text)).toEqual(["abcdef"]);
  });

  test("without a body has an empty one", async () => {
    const socket = await open();
    socket.write(post("/hooks/ep_1", 0));
    await nextAnswer(socket);
    expect(heard[0]?.urlToken).toBeUndefined();
    expect(bodies.map(text)).toEqual([""]);
  });

  test.each(["/hooks/ep_1/", "/hooks/ep_1/?a=1"])("%s: one slash is let pass", async (path) => {
    const socket = await open();
    socket.write(post(path, 0));
    await nextAnswer(socket);
    expect(heard[0]).toMatchObject({ endpointId: "ep_1", urlToken: undefined });
  });

  test.each([
    "GET /hooks/ep_1",
    "POST /hooks/ep%5F1",
    "POST /hooks/ep_1//",
    "POST /hooks/ep_1/tok-en//",
    "POST /hooks/",
    "POST /hooks",
    "POST /hooks/a/b/c",
  ])("%s is left to the others", async (line) => {
    const socket = await open();
    socket.write(`${line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    const [chunk] = await once(socket, "data");
    expect(String(chunk)).toContain("others");
    expect(heard).toEqual([]);
  });
});

describe("a body", () => {
  test("past the limit is too large, announced or not, and the answer is heard", async () => {
    const announced = await open();
    announced.write(post("/hooks/ep_1", 11));
    announced.write("x".repeat(11));
    await nextAnswer(announced);
    const chunked = await open();
    const head = "POST /hooks/ep_1 HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
    chunked.write(`${head}8\r\n${"x".repeat(8)}\r\n8\r\n${"x".repeat(8)}\r\n0\r\n\r\n`);
    await nextAnswer(chunked);
    expect(bodies).toEqual(["too_large", "too_large"]);
  });

  test("that is held for long gives way where memory is short, and its sender is answered", async () => {
    const slow = await open();
    slow.write(`${post("/hooks/ep_1", 9)}${"x".repeat(8)}`);
    await once(server, "request");
    const quick = await open();
    quick.write(`${post("/hooks/ep_1", 9)}${"y".repeat(9)}`);
    await Promise.all([nextAnswer(slow), nextAnswer(quick)]);
    expect(bodies.map(text)).toEqual(expect.arrayContaining(["no_room", "y".repeat(9)]));
    expect(bodies).toHaveLength(2);
  });

  test("that breaks off is unreadable", async () => {
    const socket = await open();
    const { promise, resolve } = Promise.withResolvers<unknown>();
    answerHook = async (request) => {
      resolve(await request.readBody(MAX_BYTES));
      return OK;
    };
    socket.write(`${post("/hooks/ep_1", 9)}ab`);
    await once(server, "request");
    socket.destroy();
    expect(await promise).toBe("unreadable");
  });

  test.each([
    ["whole", 5, "abcde"],
    ["in part", 9, "unreadable"],
  ])(
    "that came %s before its sender went, and is asked for later",
    async (_how, length, expected) => {
      const socket = await open();
      const { promise, resolve } = Promise.withResolvers<string>();
      const closed = new Promise<void>((resolve) =>
        server.once("request", (request) => request.once("close", () => resolve())),
      );
      answerHook = async (request) => {
        await closed;
        resolve(text(await request.readBody(MAX_BYTES)));
        return OK;
      };
      socket.write(`${post("/hooks/ep_1", length)}abcde`);
      await once(server, "request");
      socket.destroy();
      expect(await promise).toBe(expected);
    },
  );

  test("that nobody wants does not spoil the connection where it is sent whole", async () => {
    const socket = await open();
    answerHook = async () => OK;
    for (let turn = 0; turn < 2; turn++) {
      socket.write(`${post("/hooks/ep_1", 5)}abcde`);
      expect(await nextAnswer(socket)).toContain("200 OK");
    }
  });

  test("that nobody wants and that does not end ends the connection", async () => {
    // Nor does Node end it after some seconds, as it does with connections that are not used.
    server.keepAliveTimeout = 0;
    const socket = await open();
    answerHook = async () => OK;
    socket.write(`${post("/hooks/ep_1", 50_000)}ab`);
    expect(await nextAnswer(socket)).toContain("200 OK");
    await once(socket, "close");
  });
});
