/** What became of a call on the core API, as a tagged value with its facts; and how an answer is read into one. Pure. */
import type * as z from "zod";
import { coreAnswer, coreError } from "./contract.ts";
import type { CoreAnswer, CoreCall } from "./contract.ts";
import { retryAfterMs } from "./retry-after.ts";

const MAX_TEXT_LENGTH = 2048;

/** `text` is the answer's body, cut to 2 KB. */
export type CoreResult =
  | {
      readonly kind: "ok";
      readonly status: number;
      readonly answer: CoreAnswer;
      readonly text: string;
    }
  /** Too many calls a minute; `retryAfterMs` where the API says when to come again. */
  | {
      readonly kind: "rate_limited";
      readonly status: 429;
      readonly retryAfterMs?: number;
      readonly text: string;
    }
  /** Every slot is taken: `active` of `limit` Live Activities. */
  | {
      readonly kind: "activity_limit";
      readonly status: 429;
      readonly limit: number;
      readonly active: number;
      readonly text: string;
    }
  /** The stream to end does not exist any more, which is what the caller wanted. */
  | { readonly kind: "gone"; readonly status: 404; readonly text: string }
  | { readonly kind: "unauthorized"; readonly status: 401; readonly text: string }
  /** Will never succeed as it is; `message` is the API's own words. */
  | {
      readonly kind: "rejected";
      readonly status: number;
      readonly message: string;
      readonly text: string;
    }
  /** The API's own trouble, or somebody else answered in its place: worth a retry. */
  | { readonly kind: "unavailable"; readonly status: number; readonly text: string }
  /** Timeout, reset, no such host. `no`: the connection never came to be; `unknown`: the call may have taken effect. */
  | { readonly kind: "no_answer"; readonly detail: string; readonly sent: "no" | "unknown" };

/** An answer with its body read; `redact` takes out of a text what must not be in a result. */
export interface Answer {
  readonly response: Response;
  readonly body: string;
  readonly redact: (text: string) => string;
}

export function toResult(call: CoreCall["call"], answer: Answer, now: number): CoreResult {
  const { response, body, redact } = answer;
  const { status, headers } = response;
  const text = redact(body).slice(0, MAX_TEXT_LENGTH);
  if (response.ok) return toSuccess(response, body, text);
  if (status === 429) return toLimit(retryAfterMs(headers.get("retry-after"), now), body, text);
  if (status === 404 && call === "stream_end") return { kind: "gone", status, text };
  if (status === 401) return { kind: "unauthorized", status, text };
  if (isTransient(status)) return { kind: "unavailable", status, text };
  if (status >= 300 && status < 400) {
    const location = redact(headers.get("location") ?? "elsewhere");
    const text = `Redirected to ${location}; not followed.`.slice(0, MAX_TEXT_LENGTH);
    return { kind: "unavailable", status, text };
  }
  const { error, message } = readError(body);
  const words = redact([error, message].filter((it) => it !== undefined).join(": "));
  return { kind: "rejected", status, message: words || text || `HTTP ${status}`, text };
}

/** 408 and 425 ask for the same request again (RFC 9110, RFC 8470); below 200 nothing was answered at all. */
function isTransient(status: number): boolean {
  return status < 200 || status >= 500 || status === 408 || status === 425;
}

/** A page of HTML or `success: false` is not the API confirming anything, whatever the status says. */
function toSuccess(response: Response, body: string, text: string): CoreResult {
  const { status } = response;
  const html = response.headers.get("content-type")?.startsWith("text/html") ?? false;
  const answer = parseJson(coreAnswer, body) ?? {};
  if (html || answer.success === false) return { kind: "unavailable", status, text };
  return { kind: "ok", status, answer, text };
}

function toLimit(retryAfterMs: number | undefined, body: string, text: string): CoreResult {
  const { limit, active } = readError(body);
  if (limit !== undefined && active !== undefined) {
    return { kind: "activity_limit", status: 429, limit, active, text };
  }
  const result = { kind: "rate_limited", status: 429, text } as const;
  return retryAfterMs === undefined ? result : { ...result, retryAfterMs };
}

const readError = (body: string) => parseJson(coreError, body) ?? {};

/** Undefined where the text is no JSON or does not fit. */
function parseJson<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
): z.infer<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
