/**
 * Requests that were refused before they became deliveries: why, from where, in words. Reads only.
 */
import * as z from "zod";
import type { RefusedAttempt } from "../../model/refused-attempt.ts";
import type { EndpointRecord } from "../../model/endpoint.ts";
import type { AdminDeps } from "../deps.ts";
import { idParams, isoTime, listOf, time } from "../routing/models.ts";
import { none, route } from "../routing/route.ts";
import { endpointNotFound } from "./secrets.ts";

const refusedAttempt = z
  .strictObject({
    at: time,
    status: z.number().int().describe("Of the answer."),
    reason: z.string().describe("A stable word."),
    why: z.string().describe("The same in a sentence."),
    event: z.string().nullable(),
    sender: z.string().nullable().describe("Its address, where it is known."),
    header_names: z.array(z.string()).describe("Without values."),
  })
  .meta({ id: "RefusedAttempt" });

export type RefusedView = z.input<typeof refusedAttempt>;

const refusedTotal = z
  .strictObject({
    endpoint_id: z.string(),
    total: z.number().int(),
    last_at: time,
    last_why: z.string(),
  })
  .meta({ id: "RefusedTotal" });

export interface RefusedDelivery extends RefusedAttempt {
  readonly endpointId: string;
  readonly provider: string;
}

/** So many endpoints are looked into, those that refused last. */
const ENDPOINTS_LOOKED_INTO = 20;

/** The newest refused requests of an endpoint or of all, newest first. */
export async function refusedDeliveries(
  { store }: Pick<AdminDeps, "store">,
  {
    endpointId,
    event,
    limit,
  }: { endpointId?: string | undefined; event?: string | undefined; limit: number },
): Promise<readonly RefusedDelivery[]> {
  const totals = await store.refusedTotals();
  const ids = totals
    .filter((it) => endpointId === undefined || it.endpointId === endpointId)
    .toSorted((a, b) => b.lastAt - a.lastAt)
    .slice(0, ENDPOINTS_LOOKED_INTO)
    .map((it) => it.endpointId);
  const lists = ids.map(async (id) => {
    const found = await store.findEndpoint(id);
    const attempts = found ? await store.listRefusedAttempts(id) : [];
    return found ? attempts.map((it) => refusedDeliveryOf(found.endpoint, it)) : [];
  });
  return (await Promise.all(lists))
    .flat()
    .filter((it) => event === undefined || it.event === event)
    .toSorted((a, b) => b.at - a.at)
    .slice(0, limit);
}

const refusedDeliveryOf = (endpoint: EndpointRecord, it: RefusedAttempt): RefusedDelivery => ({
  endpointId: endpoint.id,
  provider: endpoint.provider,
  ...it,
});

export const refusedOperations = (deps: AdminDeps) => ({
  listRefused: listRefused(deps),
  listRefusedTotals: listRefusedTotals(deps),
});

const listRefused = (deps: AdminDeps) =>
  route(
    {
      method: "get",
      path: "/api/v1/endpoints/{id}/refused",
      operation: "listRefused",
      tag: "Endpoints",
      summary: "The newest requests to an endpoint that were refused, and why",
      params: idParams,
      query: none,
      body: none,
      success: { status: 200, description: "Newest first.", schema: listOf(refusedAttempt) },
      refusals: [404],
    },
    async ({ params: { id } }) => {
      if (!(await deps.store.findEndpoint(id))) return endpointNotFound();
      const attempts = await deps.store.listRefusedAttempts(id);
      return { data: attempts.map(refusedOf), next_cursor: null };
    },
  );

const listRefusedTotals = (deps: AdminDeps) =>
  route(
    {
      method: "get",
      path: "/api/v1/refused",
      operation: "listRefusedTotals",
      tag: "Endpoints",
      summary: "How many requests each endpoint refused, and the last reason",
      params: none,
      query: none,
      body: none,
      success: { status: 200, description: "All that refused one.", schema: listOf(refusedTotal) },
    },
    async () => ({
      data: (await deps.store.refusedTotals()).map((it) => ({
        endpoint_id: it.endpointId,
        total: it.total,
        last_at: isoTime(it.lastAt),
        last_why: whyRefused(it.lastReason),
      })),
      next_cursor: null,
    }),
  );

const refusedOf = (it: RefusedAttempt): RefusedView => ({
  at: isoTime(it.at),
  status: it.status,
  reason: it.reason,
  why: whyRefused(it.reason),
  event: it.event,
  sender: it.sender,
  header_names: [...it.headerNames],
});

const REASONS: Readonly<Record<string, string>> = {
  signature_mismatch: "The signature does not match: is the secret stored here the provider’s?",
  signature_missing: "There is no signature: is the secret entered at the provider?",
  signature_malformed: "The signature is not one of this provider’s: is it the right endpoint?",
  issuer_mismatch: "It is signed by somebody else than the provider.",
  body_hash_mismatch:
    "The body is not the one that was signed: does something on the way change it?",
  body_not_utf8: "The body is not text in UTF-8.",
  token_mismatch: "The token does not match: was the URL copied whole?",
  token_missing: "There is no token: was the URL copied whole?",
  timestamp_missing: "There is no time of the signature.",
  timestamp_malformed: "The time of the signature cannot be read.",
  timestamp_outside_tolerance: "Its time is too far off: is a clock wrong, or is it an old one?",
  no_secret_configured: "The endpoint has no secret that is still good: rotate it.",
  secret_undecodable: "The stored secret is not one of this provider’s: store it again.",
  pin_mismatch: "It comes from another account or project than the endpoint is pinned to.",
  pin_missing: "It names no account or project, and the endpoint is pinned to one.",
  body_unreadable: "The body could not be read.",
  body_too_large: "The body is too large.",
  unsupported_media_type: "It is neither JSON nor a form: choose application/json at the provider.",
  endpoint_disabled: "The endpoint is paused.",
};

/** A reason's sentence; one that has none yet is told by its words. */
export function whyRefused(reason: string): string {
  const words = reason.replaceAll("_", " ");
  return REASONS[reason] ?? `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
