/**
 * Answering the requests on hook URLs: receives, then counts, times and logs what came of it. The
 * same behind every door: Hono's route and Node's listener. Decides nothing that the pipeline
 * decides.
 */
import type { Adapter } from "../adapter/contract.ts";
import type { Metrics } from "../observability/metrics.ts";
import { toHttp } from "../receive/result.ts";
import type { HttpAnswer, ReceiveResult } from "../receive/result.ts";
import { refusalReason } from "../receive/refused-attempts.ts";
import type { RefusedAttempts } from "../receive/refused-attempts.ts";
import { receive } from "../receive/receive.ts";
import type { IncomingRequest, ReceiveDeps, Received } from "../receive/receive.ts";
import type { Logger } from "../ports.ts";
import type { RepeatedLines } from "../observability/repeated-lines.ts";
import { unexpected } from "../observability/internal-error.ts";
import type { UnexpectedAnswer } from "../observability/internal-error.ts";

export interface HookDeps {
  readonly receive: ReceiveDeps;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly refused: Pick<RefusedAttempts, "note">;
  /** Takes the lines of what was refused. */
  readonly refusedLines: RepeatedLines;
}

export type HookAnswer = HttpAnswer | UnexpectedAnswer;

/** Answers a POST on a hook URL. Never rejects: a bug is logged and answered with 500. */
export type AnswerHook = (request: IncomingRequest) => Promise<HookAnswer>;

/**
 * Any page may send a test delivery and read the answer, which says nothing that the sender does
 * not know.
 */
export const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "POST",
  "access-control-allow-headers": "content-type",
  "access-control-max-age": "600",
} as const;

export function createHookHandler(deps: HookDeps): AnswerHook {
  const count = counting(deps.metrics);
  const { adapters, clock } = deps.receive;
  return async (request) => {
    try {
      const startedAt = performance.now();
      const result = await receive(deps.receive, request);
      const ms = performance.now() - startedAt;
      count(result, ms);
      deps.refused.note(request, result);
      logReceived(deps, request.endpointId, result, ms);
      const answer = toHttp(result.outcome);
      if (!isBrowserTested(adapters, result.endpoint?.provider)) return answer;
      return { ...answer, headers: { ...answer.headers, ...CORS } };
    } catch (error) {
      const where = { method: "POST", path: `/hooks/${request.endpointId}` };
      return unexpected(deps.log, error, where, clock.now());
    }
  };
}

/** Some providers' test buttons send from the browser, which asks first. */
export function isBrowserTested(
  adapters: ReadonlyMap<string, Adapter>,
  provider: string | undefined,
): boolean {
  return provider !== undefined && adapters.get(provider)?.browserTest === true;
}

function counting(metrics: Metrics): (result: Received, ms: number) => void {
  const received = metrics.counter(
    "gateway_deliveries_received_total",
    "Webhook requests by provider and outcome.",
  );
  const refused = metrics.counter(
    "gateway_refused_total",
    "Webhook requests that were refused, by endpoint and reason.",
  );
  const seconds = metrics.histogram("gateway_receive_seconds", "From the request to its answer.");
  return ({ endpoint, outcome }, ms) => {
    const provider = endpoint?.provider ?? "none";
    received.add({ provider, outcome: outcome.kind });
    const reason = refusalReason(outcome);
    if (reason !== undefined) refused.add({ endpoint: endpoint?.id ?? "none", provider, reason });
    seconds.observe({ provider }, ms / 1000);
  };
}

/** Ids are shorter; a stranger may write anything into a path. */
const MAX_ID_LOGGED = 100;

/**
 * One line a delivery, and one a minute for what is refused again: all for the operator, no secret,
 * no body.
 */
function logReceived(
  { log, refusedLines }: Pick<HookDeps, "log" | "refusedLines">,
  endpointId: string,
  { outcome, endpoint, event }: Received,
  ms: number,
): void {
  const facts = {
    endpoint: endpointId.slice(0, MAX_ID_LOGGED),
    provider: endpoint?.provider,
    event,
    outcome: outcome.kind,
    ...factsOf(outcome),
    ms: Math.round(ms * 100) / 100,
  };
  if (outcome.kind === "store_unavailable") log.error("delivery", facts);
  else if (outcome.kind === "accepted" || outcome.kind === "duplicate" || outcome.kind === "pong")
    log.info("delivery", facts);
  else refusedLines.write(`${endpoint?.id}\n${refusalReason(outcome)}`, "delivery", facts);
}

function factsOf(outcome: ReceiveResult): Readonly<Record<string, unknown>> {
  if ("deliveryId" in outcome) return { delivery_id: outcome.deliveryId };
  if ("failure" in outcome) return outcome.failure;
  const { kind: _kind, ...facts } = outcome;
  return facts;
}
