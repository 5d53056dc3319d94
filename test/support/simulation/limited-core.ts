/**
 * The core API as the fault suites meet it: the preview core with its real limits on the test's
 * clock, a log of every call with when it came, and faults that a test switches on. Asserts
 * nothing.
 */
import { createPreviewCore } from "../../../src/preview-core/preview-core.ts";
import type { LockScreen, PreviewLimits } from "../../../src/preview-core/preview-core.ts";
import type { RecordedCall } from "../recording-core.ts";

/**
 * What goes wrong with a call. `…_lost`: the API never heard of it; `…_done`: it did what was
 * asked, and its answer was lost on the way back.
 */
export type Fault =
  | "error_500"
  | "rate_429"
  | "activities_429"
  | "unauthorized_401"
  | "rejected_400"
  | "reset_lost"
  | "reset_done"
  | "timeout_lost"
  | "timeout_done";

export interface LoggedCall {
  /** When the gateway made it and when it arrived, in ms. */
  readonly begunAt: number;
  readonly at: number;
  readonly kind: "push" | "update" | "end";
  /** Of a push: "". */
  readonly streamKey: string;
  readonly body: Record<string, unknown>;
  readonly fault: Fault | undefined;
  /**
   * What the API answered, whether or not it got through; undefined where it never heard of the
   * call.
   */
  readonly status: number | undefined;
  /** Of a 429: `rate` or `activities`. */
  readonly refusal: "rate" | "activities" | undefined;
  /** Streams that were alive after it. */
  readonly alive: readonly string[];
}

export interface LimitedCore {
  readonly calls: readonly LoggedCall[];
  /** Answers a call, or rejects as `fetch` would. `begunAt`: when the gateway made it. */
  answer(call: RecordedCall, begunAt: number): Promise<Response>;
  /** Chooses what goes wrong from now on; by default nothing. */
  fail(faultOf: (call: RecordedCall) => Fault | undefined): void;
  screen(): LockScreen;
}

export interface Limits {
  readonly callsPerMinute: number;
  readonly activities: number;
}

/** Longer than the client waits for an answer. */
export const TIMEOUT_MS = 10_000;
const STREAM = "/live-activity/stream/";
/** What the API answers where it answers at all, without doing anything. */
const ANSWERS: Partial<Record<Fault, readonly [status: number, body: object]>> = {
  error_500: [500, { error: "Internal server error", message: "try again" }],
  rate_429: [429, { error: "Too many requests", message: "slow down" }],
  activities_429: [429, { error: "Live Activity limit reached", limit: 4, active: 4 }],
  unauthorized_401: [401, { error: "Unauthorized", message: "no such key" }],
  rejected_400: [400, { error: "Bad request", message: "the API does not take this" }],
};

const API_KEY = "key-of-the-limited-core";

function previewLimits({ callsPerMinute, activities }: Partial<Limits>): Partial<PreviewLimits> {
  return {
    ...(activities !== undefined && { activities }),
    ...(callsPerMinute !== undefined && {
      quotas: {
        notifications: callsPerMinute,
        badges: callsPerMinute,
        "live-activities": callsPerMinute,
        metrics: callsPerMinute,
      },
    }),
  };
}

export function createLimitedCore(now: () => number, limits: Partial<Limits> = {}): LimitedCore {
  const preview = createPreviewCore({
    now,
    fetch: refuseFetch,
    apiKey: API_KEY,
    limits: previewLimits(limits),
  });
  const calls: LoggedCall[] = [];
  let faultOf: (call: RecordedCall) => Fault | undefined = () => undefined;
  const aliveNow = () =>
    preview
      .snapshot()
      .activities.flatMap((it) => (it.endedAt === null && it.streamKey ? [it.streamKey] : []));
  const handle = async ({ method, path, body }: RecordedCall): Promise<Response> => {
    const headers = { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" };
    const init = { method, headers, body: JSON.stringify(body) };
    return preview.app.fetch(new Request(`http://core.invalid/api${path}`, init));
  };
  return {
    calls,
    async answer(call, begunAt) {
      const fault = faultOf(call);
      const made = fault && answerOf(fault);
      const isLost = fault === "reset_lost" || fault === "timeout_lost";
      const answer = made ?? (isLost ? undefined : await handle(call));
      const status = answer?.status;
      const refusal = status === 429 ? await refusalOf(answer) : undefined;
      calls.push({
        ...described(call),
        begunAt,
        at: now(),
        fault,
        status,
        refusal,
        alive: aliveNow(),
      });
      if (fault && !made) throw brokenOff(fault);
      if (!answer) throw new Error("a call had neither an answer nor a fault");
      return answer;
    },
    fail: (next) => {
      faultOf = next;
    },
    screen: () => preview.snapshot(),
  };
}

/** The most calls that came within any minute, each of them counted whatever became of it. */
export function mostInAMinute(calls: readonly LoggedCall[]): number {
  // Pushes and calls on streams are counted apart.
  const byFeature = Object.values(
    Object.groupBy(calls, (it) => (it.kind === "push" ? "push" : "stream")),
  );
  return Math.max(0, ...byFeature.map(mostOfOneFeature));
}

function mostOfOneFeature(calls: readonly LoggedCall[]): number {
  const times = calls.map(({ at }) => at).toSorted((a, b) => a - b);
  let oldest = 0;
  return times.reduce((most, at, index) => {
    while ((times[oldest] ?? at) <= at - 60_000) oldest++;
    return Math.max(most, index - oldest + 1);
  }, 0);
}

function described({
  method,
  path,
  body,
}: RecordedCall): Pick<LoggedCall, "kind" | "streamKey" | "body"> {
  if (!path.startsWith(STREAM)) return { kind: "push", streamKey: "", body };
  const streamKey = decodeURIComponent(path.slice(STREAM.length));
  return { kind: method === "DELETE" ? "end" : "update", streamKey, body };
}

function answerOf(fault: Fault): Response | undefined {
  const [status, body] = ANSWERS[fault] ?? [];
  return body && Response.json(body, { status: status ?? 500 });
}

async function refusalOf(answer: Response | undefined): Promise<"rate" | "activities" | undefined> {
  const text = await answer?.clone().text();
  return text?.includes('"active"') ? "activities" : "rate";
}

/** As Node's fetch rejects. */
function brokenOff(fault: Fault): Error {
  if (fault.startsWith("timeout"))
    return new DOMException("The operation was aborted due to timeout", "TimeoutError");
  const cause = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  return new TypeError("fetch failed", { cause });
}

const refuseFetch: typeof fetch = () => Promise.reject(new Error("no button is pressed here"));
