/**
 * A stand-in for the core API that records every call and answers as it is told; by default that
 * all went well.
 */
import * as z from "zod";

export interface RecordedCall {
  readonly method: string;
  /** Below the base URL, e.g. `/live-activity/stream/web-shop`. */
  readonly path: string;
  readonly apiKey: string;
  readonly body: Record<string, unknown>;
}

export type Answerer = (call: RecordedCall) => Response | Promise<Response> | undefined;

export interface RecordingCore {
  readonly baseUrl: string;
  readonly calls: RecordedCall[];
  readonly fetch: typeof fetch;
  /** Answers from now on; where it answers undefined all went well. */
  answer(answerer: Answerer): void;
}

const ORIGIN = "https://core.invalid";
const body = z.record(z.string(), z.unknown());

/** @param onCall told of each call as it comes in, before it is answered */
export function recordingCore(onCall: () => void = () => undefined): RecordingCore {
  const calls: RecordedCall[] = [];
  const alive = new Set<string>();
  let answerer: Answerer = () => undefined;
  return {
    baseUrl: `${ORIGIN}/api`,
    calls,
    answer: (next) => {
      answerer = next;
    },
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const text = await request.text();
      const call: RecordedCall = {
        method: request.method,
        path: new URL(request.url).pathname.replace(/^\/api/, ""),
        apiKey: (request.headers.get("authorization") ?? "").replace(/^Bearer /, ""),
        body: text === "" ? {} : body.parse(JSON.parse(text)),
      };
      calls.push(call);
      onCall();
      return (await answerer(call)) ?? wellAnswered(call, alive);
    },
  };
}

/** What the core API answers when all is well; ending what was never started is its 404. */
function wellAnswered({ method, path }: RecordedCall, alive: Set<string>): Response {
  const shared = { success: true, timestamp: "2026-11-02T12:00:00.000Z" };
  if (!path.startsWith("/live-activity/stream/")) return Response.json(shared);
  const key = path.slice("/live-activity/stream/".length);
  const wasAlive = alive.has(key);
  if (method === "DELETE") {
    if (!alive.delete(key))
      return Response.json({ error: "Not found", message: "no such stream" }, { status: 404 });
    return Response.json({ ...shared, operation: "ended", stream_key: key });
  }
  alive.add(key);
  return Response.json({ ...shared, operation: wasAlive ? "updated" : "started", stream_key: key });
}
