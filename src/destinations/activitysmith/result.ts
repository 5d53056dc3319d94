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
  /** The account is not paid for; `upgradeUrl` is where that is done. Nothing is wrong with the call. */
  | {
      readonly kind: "payment_required";
      readonly status: 402;
      readonly message: string;
      readonly upgradeUrl?: string;
      readonly text: string;
    }
  /** Somebody has to do something first: pair a device (422), widen the key (403), mend the address (404). */
  | {
      readonly kind: "refused";
      readonly status: 403 | 404 | 422;
      readonly message: string;
      readonly text: string;
    }
  /** Will never succeed as it is; `message` is the API's own words. */
  | {
      readonly kind: "rejected";
      readonly status: number;
      readonly message: string;
      /** The tags are to blame, and nothing else. */
      readonly isForTags?: true;
      readonly text: string;
    }
  /** The API's own trouble, or somebody else answered in its place: worth a retry. */
  | { readonly kind: "unavailable"; readonly status: number; readonly text: string }
  /** Timeout, reset, no such host. `no`: the connection never came to be; `unknown`: the call may have taken effect. */
  | { readonly kind: "no_answer"; readonly detail: string; readonly sent: "no" | "unknown" }
  /** Our own code threw before anything was sent: a key that no header can carry, a body that fits no contract. */
  | { readonly kind: "not_sent"; readonly detail: string };

/** An answer with its body read, `isWhole` to its end; `redact` takes out of a text what must not be in a result. */
export interface Answer {
  readonly response: Response;
  readonly body: string;
  readonly isWhole: boolean;
  readonly redact: (text: string) => string;
}

export function toResult(call: CoreCall["call"], answer: Answer, now: number): CoreResult {
  const { response, body, redact } = answer;
  const { status, headers } = response;
  const text = redact(body).slice(0, MAX_TEXT_LENGTH);
  if (response.ok) return toSuccess(answer, text);
  if (status === 429) return toLimit(retryAfterMs(headers.get("retry-after"), now), body, text);
  if (status === 404 && call === "stream_end") {
    return isHtml(response)
      ? { kind: "unavailable", status, text }
      : { kind: "gone", status, text };
  }
  if (status === 401) return { kind: "unauthorized", status, text };
  if (isTransient(status)) return { kind: "unavailable", status, text };
  if (status >= 300 && status < 400) {
    const location = redact(headers.get("location") ?? "elsewhere");
    const text = `Redirected to ${location}; not followed.`.slice(0, MAX_TEXT_LENGTH);
    return { kind: "unavailable", status, text };
  }
  return toRefusal(call, status, readError(body), text, redact);
}

function toRefusal(
  call: CoreCall["call"],
  status: number,
  { error, message: explained, code, upgrade_url: upgradeUrl }: z.infer<typeof coreError>,
  text: string,
  redact: Answer["redact"],
): CoreResult {
  const words = redact([error, explained].filter((it) => it !== undefined).join(": "));
  const message = (words || text || `HTTP ${status}`).slice(0, MAX_TEXT_LENGTH);
  if (status === 402 && call !== "stream_end") {
    const link = upgradeUrl?.startsWith("https://") ? redact(upgradeUrl) : undefined;
    return { kind: "payment_required", status, message, text, ...(link && { upgradeUrl: link }) };
  }
  const isLasting = call === "stream_end" || call === "metric_value";
  if (!isLasting && (status === 403 || status === 404 || status === 422))
    return { kind: "refused", status, message, text };
  const isForTags = [code, error].includes("invalid_tags");
  return { kind: "rejected", status, message, text, ...(isForTags && { isForTags }) };
}

/** 408 and 425 ask for the same request again (RFC 9110, RFC 8470); below 200 nothing was answered at all. */
function isTransient(status: number): boolean {
  return status < 200 || status >= 500 || status === 408 || status === 425;
}

/**
 * Only the API's own words confirm anything: a proxy's welcome page or an empty 204 does not, whatever the status says. Of
 * JSON that broke off on the way the status is believed: repeating a push for want of its receipt would ring twice.
 */
function toSuccess({ response, body, isWhole }: Answer, text: string): CoreResult {
  const { status } = response;
  const answer = parseJson(coreAnswer, body);
  const isOwn = answer?.success === true || answer?.operation !== undefined;
  if (answer && isOwn && answer.success !== false) return { kind: "ok", status, answer, text };
  if (!isWhole && isJson(response)) return { kind: "ok", status, answer: {}, text };
  return { kind: "unavailable", status, text };
}

const typeOf = ({ headers }: Response): string => headers.get("content-type")?.toLowerCase() ?? "";
const isJson = (response: Response): boolean =>
  /^application\/([\w.-]+\+)?json\b/.test(typeOf(response));
const isHtml = (response: Response): boolean => typeOf(response).startsWith("text/html");

function toLimit(retryAfterMs: number | undefined, body: string, text: string): CoreResult {
  const { limit, active = limit, code } = readError(body);
  if (limit !== undefined && active !== undefined && code !== "rate_limited") {
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
