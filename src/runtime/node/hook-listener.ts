/**
 * The hooks' door on Node: hands webhooks over as Node has them. Around the web's Request, Headers
 * and Response, which all other paths get from Hono, a webhook costs half as much again. Decides
 * nothing.
 */
import { Buffer } from "node:buffer";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { AnswerHook, HookAnswer } from "../../http/hook-handler.ts";
import type { IncomingRequest } from "../../receive/receive.ts";
import { senderOf } from "../../receive/sender.ts";
import { unfinishedBodies } from "../../util/body/body-budget.ts";
import type { BodyBudget } from "../../util/body/body-budget.ts";
import type { Body } from "../../util/body/read-body.ts";

/**
 * Ids and tokens as they are made here, and one slash that was pasted after them; a path that needs
 * decoding is Hono's.
 */
const HOOK_PATH = /^\/hooks\/([\w-]+)(?:\/([\w-]+))?\/?(?:\?|$)/;
/** A sender whose body nobody wants may end it, so that it reads the answer; but not for ever. */
const UNREAD_MS = 1_000;

/**
 * A listener for `http.createServer` that answers POSTs on hook URLs, and leaves the rest to
 * `others`.
 */
export function hookListener(
  answerHook: AnswerHook,
  others: RequestListener,
  budget: BodyBudget = unfinishedBodies,
): RequestListener {
  return (request, response) => {
    const [, endpointId, urlToken] =
      (request.method === "POST" && HOOK_PATH.exec(request.url ?? "")) || [];
    if (endpointId === undefined) return others(request, response);
    const incoming: IncomingRequest = {
      endpointId,
      urlToken,
      headers: request.headers,
      sender: senderOf(request.headers, request.socket.remoteAddress),
      readBody: (maxBytes) => readBody(request, maxBytes, budget),
    };
    void answerHook(incoming).then((answer) => respond(request, response, answer));
  };
}

/**
 * As `readBody` of a web request: the bytes, `too_large` past the limit, `unreadable` where the
 * sender broke off.
 */
function readBody(request: IncomingMessage, maxBytes: number, budget: BodyBudget): Promise<Body> {
  // Node holds the sender to the length that it announced.
  if (Number(request.headers["content-length"] ?? 0) > maxBytes)
    return Promise.resolve("too_large");
  if (request.destroyed) return Promise.resolve(readLeftBehind(request));
  return new Promise((resolve) => {
    let chunks: Buffer[] | undefined = [];
    let size = 0;
    const share = budget.begin(() => giveUp("no_room"));
    function giveUp(why: "no_room" | "too_large" | "unreadable"): void {
      chunks = undefined;
      share.end();
      resolve(why);
    }
    request.on("data", (chunk: Buffer) => {
      if (!chunks) return;
      size += chunk.length;
      if (size > maxBytes) return giveUp("too_large");
      chunks.push(chunk);
      share.add(chunk.length);
    });
    request.on("end", () => {
      const [first, ...others] = chunks ?? [];
      share.end();
      resolve(first && others.length === 0 ? first : Buffer.concat(chunks ?? []));
    });
    // After the end this changes nothing.
    request.on("close", () => giveUp("unreadable"));
  });
}

/** Of a sender that has gone already: its whole body may have come before. */
function readLeftBehind(request: IncomingMessage): Uint8Array | "unreadable" {
  const body: unknown = request.read();
  const announced = request.headers["content-length"];
  const isWhole = Buffer.isBuffer(body) && body.length === Number(announced);
  return isWhole ? body : "unreadable";
}

function respond(request: IncomingMessage, response: ServerResponse, answer: HookAnswer): void {
  const text = JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...answer.headers,
  });
  response.end(text);
  if (request.complete) return;
  const timer = setTimeout(() => request.destroy(), UNREAD_MS);
  request.once("close", () => clearTimeout(timer));
}
