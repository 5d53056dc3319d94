/**
 * The client of the core API: one call in, one tagged result out. It does not retry, pace or
 * decide; and no result or error that it makes contains the API key.
 */
import type { CountedResult } from "../destination.ts";
import { quotaOf } from "./answer/rate-limit-headers.ts";
import { toResult } from "./answer/result.ts";
import { wireCall } from "./wire-call.ts";
import type { WireCall } from "./wire-call.ts";
import { wireTexts } from "./wire-texts.ts";

const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_BODY_BYTES = 64 * 1024;

/**
 * Node's and undici's codes for a connection that never came to be, so that no byte of the request
 * left.
 */
const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "UND_ERR_CONNECT_TIMEOUT",
]);

export interface CoreClient {
  /**
   * Makes one call. Throws where the call does not fit the contract: that is a bug of ours, not an
   * outcome.
   */
  send(call: WireCall): Promise<CountedResult>;
}

export interface CoreClientOptions {
  /** With or without a trailing slash, e.g. `https://activitysmith.com/api`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly fetch: typeof fetch;
  /** ms since the epoch: an answer may ask to wait until a date. */
  readonly now: () => number;
  /** For the whole exchange, the answer's body included. Default 10 000 ms. */
  readonly timeoutMs?: number;
}

/**
 * Throws where the base URL is none, or the key cannot stand in a header (the platform's own error
 * would quote it).
 */
export function createCoreClient(options: CoreClientOptions): CoreClient {
  const { apiKey, fetch, now, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  if (!URL.canParse(options.baseUrl)) throw new Error("The core API's base URL is not a URL.");
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new Error("The core API key is empty or has characters that no HTTP header can carry.");
  }
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const headers = {
    authorization: `Bearer ${apiKey}`,
    "content-type": "application/json",
    accept: "application/json",
  };
  const redact = (text: string) => text.replaceAll(apiKey, "[api key]");

  return {
    async send(call) {
      const fitting = wireCall.parse(wireTexts(call));
      const { method, path } = addressOf(fitting);
      const body = JSON.stringify(fitting.body);
      const init = { method, headers, body, redirect: "manual" } as const;
      const exchanged = await exchange(fetch, `${baseUrl}${path}`, init, timeoutMs);
      if (!("error" in exchanged)) {
        const result = toResult(fitting.call, { ...exchanged, redact }, now());
        const quota = quotaOf(exchanged.response.headers.get("ratelimit"));
        return quota ? { ...result, quota } : result;
      }
      const cause = rootCause(exchanged.error);
      const detail = redact(describe(cause, timeoutMs));
      const sent = NEVER_CONNECTED.has(codeOf(cause) ?? "") ? "no" : "unknown";
      return { kind: "no_answer", detail, sent };
    },
  };
}

function addressOf(call: WireCall): { method: "POST" | "PUT" | "DELETE"; path: string } {
  switch (call.call) {
    case "push":
      return { method: "POST", path: "/push-notification" };
    case "stream_update":
      return { method: "PUT", path: `/live-activity/stream/${encodeURIComponent(call.streamKey)}` };
    case "stream_end":
      return {
        method: "DELETE",
        path: `/live-activity/stream/${encodeURIComponent(call.streamKey)}`,
      };
    case "metric_value":
      return { method: "POST", path: `/metrics/${encodeURIComponent(call.metricKey)}/value` };
    case "badge":
      return { method: "POST", path: "/badge" };
  }
}

/**
 * With a timer of its own: `AbortSignal.timeout` keeps all of a call in memory until its time is
 * up, answered or not.
 */
async function exchange(
  fetch: CoreClientOptions["fetch"],
  url: string,
  init: RequestInit,
  timeoutMs: number,
): Promise<{ response: Response; body: string; isWhole: boolean } | { error: unknown }> {
  const abort = new AbortController();
  const onTimeout = () => abort.abort(new DOMException("time is up", "TimeoutError"));
  const timer = setTimeout(onTimeout, timeoutMs);
  try {
    const response = await fetch(url, { ...init, signal: abort.signal });
    return { response, ...(await readText(response)) };
  } catch (error) {
    return { error };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The body up to 64 KB, or what came of it until the connection broke or time was up; `isWhole`
 * where that is all of it.
 */
async function readText(response: Response): Promise<{ body: string; isWhole: boolean }> {
  if (!response.body) return { body: "", isWhole: true };
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    while (bytes < MAX_BODY_BYTES) {
      const { done, value } = await reader.read();
      if (done) return { body: text + decoder.decode(), isWhole: true };
      bytes += value.byteLength;
      text += decoder.decode(value, { stream: true });
    }
    await reader.cancel();
  } catch {
    return { body: text, isWhole: false };
  }
  return { body: text, isWhole: false };
}

function describe(error: Error, timeoutMs: number): string {
  if (error.name === "TimeoutError") return `timeout: no answer within ${timeoutMs} ms`;
  const code = codeOf(error);
  return code === undefined ? error.message || error.name : `${code}: ${error.message}`;
}

/** The innermost cause: fetch itself only ever says that it failed. */
function rootCause(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause instanceof Error ? rootCause(error.cause) : error;
}

function codeOf(error: Error): string | undefined {
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "string" ? code : undefined;
}
