/**
 * Deliveries: what came in and the whole why of what became of it. Headers and bodies come redacted
 * from the store.
 */
import * as z from "zod";
import { CANARY, DELIVERY_STATUSES } from "../model/delivery.ts";
import type { Delivery } from "../model/delivery.ts";
import { signal } from "../model/signal.ts";
import type { Command } from "../model/command.ts";
import { effectsOf, saidBy } from "./models/delivery-summary.ts";
import { commandWithAttempts, commandWithAttemptsOf } from "./commands.ts";
import type { AdminDeps } from "./deps.ts";
import {
  endpointQuery,
  idParams,
  isoTime,
  isoTimeOrNull,
  listAnswer,
  listOf,
  pageQuery,
  time,
} from "./routing/models.ts";
import { apiError } from "./routing/api-error.ts";
import { refusedDeliveries, whyRefused } from "./endpoints/refused.ts";
import type { RefusedDelivery } from "./endpoints/refused.ts";
import { none, route } from "./routing/route.ts";
import { idFloor } from "../util/id.ts";

export const signalView = signal.meta({
  id: "Signal",
  description:
    "What the adapter says happened, verbatim in its vocabulary; its times are ms since the epoch.",
});

/**
 * Beside those of what is stored, one for requests that were refused before they became deliveries.
 */
const LISTED_STATUSES = [...DELIVERY_STATUSES, "refused"] as const;

/** Of a refused request only: it was not stored, so it has no body and no page of its own. */
const refusalFields = {
  reason: z.string().optional().describe("Why it was refused, in a stable word."),
  answered: z.number().int().optional().describe("The HTTP status that it was refused with."),
  sender: z.string().nullable().optional().describe("Its address, where it is known."),
  header_names: z.array(z.string()).optional().describe("Without values."),
};

const deliverySummary = z
  .strictObject({
    id: z.string(),
    endpoint_id: z.string(),
    provider: z.string(),
    event: z.string().describe("Empty where it was refused before that was read."),
    provider_delivery_id: z.string().describe("Empty where it was refused."),
    received_at: time,
    status: z.enum(LISTED_STATUSES),
    detail: z.string().nullable().describe("Why it has this status."),
    digested_at: time.nullable(),
    attempts: z.number().int().describe("How often it was digested."),
    replays: z.number().int().describe("How often an operator replayed it."),
    summary: z.string().describe("What it says, in a sentence."),
    project: z.string().nullable(),
    environment: z.string().nullable(),
    branch: z.string().nullable(),
    outcome: z.string().nullable().describe("How its run ended, or where it stands."),
    effects: z.array(z.string()).describe("What came of it on the phone, e.g. `push sent`."),
    is_canary: z.literal(true).optional().describe("The gateway sent it to itself."),
    ...refusalFields,
  })
  .meta({ id: "DeliverySummary" });

export type DeliverySummary = z.input<typeof deliverySummary>;

const deliveryDetail = deliverySummary
  .extend({
    content_type: z.string(),
    headers: z.record(z.string(), z.string()).describe("Secrets are redacted."),
    payload: z.string().describe("The exact text received, but for redacted fields."),
    payload_redacted: z.boolean(),
    verification: z.strictObject({ scheme: z.string(), secret_id: z.string().nullable() }),
    signals: z.array(signalView).nullable().describe("Null before it is digested."),
    commands: z.array(commandWithAttempts),
  })
  .meta({ id: "Delivery" });

export type DeliveryDetail = z.input<typeof deliveryDetail>;

const replayed = z
  .strictObject({ id: z.string(), status: z.literal("received") })
  .meta({ id: "ReplayedDelivery" });

const filters = z.strictObject({
  ...pageQuery,
  ...endpointQuery,
  status: z.enum(LISTED_STATUSES).optional().describe("`refused`: the newest, in one page."),
  event: z.string().min(1).max(200).optional(),
  q: z.string().min(1).max(200).optional().describe("Text to look for."),
  since: time.optional().describe("Only those that came at this time or later."),
});

const DELIVERIES = { tag: "Deliveries", body: none } as const;

export const deliveryOperations = (deps: AdminDeps) => ({
  listDeliveries: listDeliveries(deps),
  getDelivery: getDelivery(deps),
  replayDelivery: replayDelivery(deps),
});

const listDeliveries = (deps: AdminDeps) =>
  route(
    {
      ...DELIVERIES,
      method: "get",
      path: "/api/v1/deliveries",
      operation: "listDeliveries",
      summary: "List deliveries, newest first",
      params: none,
      query: filters,
      success: { status: 200, description: "A page.", schema: listOf(deliverySummary) },
    },
    async ({ query: { endpoint, status, since, ...filter } }) => {
      if (status === "refused") {
        const rows = await refusedDeliveries(deps, { ...filter, endpointId: endpoint });
        return listAnswer({ rows, next: undefined }, refusedSummaryOf);
      }
      const from = since === undefined ? undefined : idFloor("dlv", Date.parse(since));
      const page = await deps.store.listDeliveries({
        ...filter,
        status,
        endpointId: endpoint,
        from,
      });
      const commands = await deps.store.commandsOfDeliveries(page.rows.map(({ id }) => id));
      const ofDelivery = Map.groupBy(commands, ({ deliveryId }) => deliveryId);
      return listAnswer(page, (row) => deliverySummaryOf(row, ofDelivery.get(row.id) ?? []));
    },
  );

const getDelivery = (deps: AdminDeps) =>
  route(
    {
      ...DELIVERIES,
      method: "get",
      path: "/api/v1/deliveries/{id}",
      operation: "getDelivery",
      summary: "One delivery: payload, verification, signals, commands and their attempts",
      params: idParams,
      query: none,
      success: { status: 200, description: "The delivery.", schema: deliveryDetail },
      refusals: [404],
    },
    async ({ params }) => {
      const found = await deps.store.findDelivery(params.id);
      if (!found) return deliveryNotFound();
      const { delivery, commands } = found;
      return {
        ...deliverySummaryOf(delivery, commands),
        content_type: delivery.contentType,
        headers: { ...delivery.headers },
        payload: delivery.body,
        payload_redacted: delivery.bodyRedacted,
        verification: {
          scheme: delivery.verification.scheme,
          secret_id: delivery.verification.secretId,
        },
        signals: delivery.signals && [...delivery.signals],
        commands: commands.map(commandWithAttemptsOf),
      };
    },
  );

const replayDelivery = (deps: AdminDeps) =>
  route(
    {
      ...DELIVERIES,
      method: "post",
      path: "/api/v1/deliveries/{id}/replay",
      operation: "replayDelivery",
      summary: "Digest a stored delivery again",
      params: idParams,
      query: none,
      success: { status: 202, description: "It waits for the digester.", schema: replayed },
      refusals: [404],
    },
    async ({ params: { id } }) => {
      if (!(await deps.store.replayDelivery(id, deps.clock.now()))) return deliveryNotFound();
      deps.waker.wake("deliveries");
      return { id, status: "received" as const };
    },
  );

function refusedSummaryOf(it: RefusedDelivery): DeliverySummary {
  const why = whyRefused(it.reason);
  return {
    id: `refused_${it.endpointId}_${it.at}`,
    endpoint_id: it.endpointId,
    provider: it.provider,
    event: it.event ?? "",
    provider_delivery_id: "",
    received_at: isoTime(it.at),
    status: "refused",
    detail: why,
    digested_at: null,
    attempts: 0,
    replays: 0,
    summary: why,
    project: null,
    environment: null,
    branch: null,
    outcome: null,
    effects: [],
    reason: it.reason,
    answered: it.status,
    sender: it.sender,
    header_names: [...it.headerNames],
  };
}

function deliveryNotFound() {
  return apiError(
    404,
    "not_found",
    "There is no delivery with this id; see GET /api/v1/deliveries.",
  );
}

function deliverySummaryOf(
  row: Delivery,
  commands: readonly Command[],
): z.input<typeof deliverySummary> {
  return {
    id: row.id,
    endpoint_id: row.endpointId,
    provider: row.provider,
    event: row.event,
    provider_delivery_id: row.providerDeliveryId,
    received_at: isoTime(row.receivedAt),
    status: row.status,
    detail: row.detail,
    digested_at: isoTimeOrNull(row.digestedAt),
    attempts: row.attempts,
    replays: row.replays,
    ...saidBy(row, commands),
    effects: effectsOf(commands),
    ...(row.provider === CANARY && { is_canary: true as const }),
  };
}
