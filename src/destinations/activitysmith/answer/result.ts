/** How an answer of the core API is read. Pure. */
import type * as z from "zod";
import { coreAnswer, coreError } from "../contract.ts";
import type { SendResult } from "../../destination.ts";
import type { WireCall } from "../wire-call.ts";
import { retryAfterMs } from "./retry-after.ts";

const MAX_TEXT_LENGTH = 2048;

/**
 * An answer with its body read, `isWhole` to its end; `redact` takes out of a text what must not be
 * in a result.
 */
export interface Answer {
  readonly response: Response;
  readonly body: string;
  readonly isWhole: boolean;
  readonly redact: (text: string) => string;
}

export function toResult(call: WireCall["call"], answer: Answer, now: number): SendResult {
  const { response, body, redact } = answer;
  const { status, headers } = response;
  const text = redact(body).slice(0, MAX_TEXT_LENGTH);
  if (response.ok) return toSuccess(answer, text);
  if (status === 429) return toLimit(retryAfterMs(headers, now), body, text);
  if (status === 401) return { kind: "unauthorized", status, text };
  // A page comes from a proxy in between. It refuses nothing in the API's name.
  if (isTransient(status) || isHtml(response)) return { kind: "unavailable", status, text };
  if (status === 404 && call === "stream_end") return { kind: "gone", status, text };
  if (status >= 300 && status < 400) {
    const location = redact(headers.get("location") ?? "elsewhere");
    const text = `Redirected to ${location}; not followed.`.slice(0, MAX_TEXT_LENGTH);
    return { kind: "unavailable", status, text };
  }
  return toRefusal(call, status, readError(body), text, redact);
}

function toRefusal(
  call: WireCall["call"],
  status: number,
  { error, message: explained, code, upgrade_url: upgradeUrl }: z.infer<typeof coreError>,
  text: string,
  redact: Answer["redact"],
): SendResult {
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
  const isForForm = status === 400 && call === "stream_update";
  const hints = { ...(isForTags && { isForTags }), ...(isForForm && { isForForm }) };
  return { kind: "rejected", status, message, text, ...hints };
}

/**
 * 408 and 425 ask for the same request again (RFC 9110, RFC 8470); below 200 nothing was answered
 * at all.
 */
function isTransient(status: number): boolean {
  return status < 200 || status >= 500 || status === 408 || status === 425;
}

/**
 * Only the API's own words confirm anything: a proxy's welcome page or an empty 204 does not,
 * whatever the status says. Where JSON broke off on the way, the status is believed: a push
 * repeated because its receipt is missing would ring twice.
 */
function toSuccess({ response, body, isWhole }: Answer, text: string): SendResult {
  const { status } = response;
  const answer = parseJson(coreAnswer, body);
  const isOwn = answer?.success === true || answer?.operation !== undefined;
  const isPaused = answer?.operation === "paused";
  if (answer && isOwn && answer.success !== false)
    return { kind: "ok", status, text, ...(isPaused && { isPaused }) };
  if (!isWhole && isJson(response)) return { kind: "ok", status, text };
  return { kind: "unavailable", status, text };
}

const typeOf = ({ headers }: Response): string => headers.get("content-type")?.toLowerCase() ?? "";
const isJson = (response: Response): boolean =>
  /^application\/([\w.-]+\+)?json\b/.test(typeOf(response));
const isHtml = (response: Response): boolean => typeOf(response).startsWith("text/html");

function toLimit(retryAfterMs: number | undefined, body: string, text: string): SendResult {
  const error = readError(body);
  const { limit, active = limit, code } = error;
  if (limit !== undefined && active !== undefined && code !== "rate_limited") {
    const { blocked_devices: blocked, targeted_devices: targeted } = error;
    const maybeShown = blocked !== undefined && targeted !== undefined && blocked < targeted;
    return {
      kind: "activity_limit",
      status: 429,
      limit,
      active,
      text,
      ...(maybeShown && { maybeShown }),
    };
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
