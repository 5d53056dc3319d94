/**
 * What an endpoint looks like from outside: its inputs, its defaults and its view, which shows
 * nothing secret.
 */
import * as z from "zod";
import type { Adapter } from "../../adapter/contract.ts";
import { endpointSettings } from "../../model/endpoint.ts";
import type { EndpointSettings } from "../../model/endpoint.ts";
import { expectedLine } from "../../model/telling/expected-line.ts";
import type { ExpectedLine } from "../../model/telling/expected-line.ts";
import { expectedName, overdueAt } from "../../telling/expected.ts";
import type { Awaited } from "../../telling/expected.ts";
import type { EndpointRecord, SecretRecord } from "../../model/endpoint.ts";
import { headerText } from "../../config.ts";
import type { AdminDeps } from "../deps.ts";
import type { Delivery } from "../../model/delivery.ts";
import type { RefusedTotal } from "../../model/refused-attempt.ts";
import { whyRefused } from "../endpoints/refused.ts";
import { hookUrl } from "./hook-url.ts";
import { isoTime, isoTimeOrNull, time } from "../routing/models.ts";
import { secretText } from "../endpoints/secrets.ts";

const apiKey = headerText("An API key")
  .min(8)
  .max(500)
  .nullable()
  .describe("The core API key to forward with; null: the gateway's own.");

export const settingsInput = endpointSettings.exactPartial();
export const providerName = z.string().min(1).max(100).describe("A name of GET /api/v1/providers.");

export const endpointCreate = settingsInput
  .extend({
    provider: providerName,
    secret: secretText.exactOptional(),
    api_key: apiKey.exactOptional(),
  })
  .meta({ id: "EndpointCreate" });

export const endpointPatch = settingsInput
  .extend({
    api_key: apiKey.exactOptional(),
    pin: z.null({ error: "A pin can only be reset: send null." }).exactOptional(),
    provider: z
      .never({ error: "The provider is fixed; make a new endpoint with POST /api/v1/endpoints." })
      .optional(),
    secret: z
      .never({ error: "Rotate the secret with POST /api/v1/endpoints/{id}/secrets." })
      .optional(),
  })
  .meta({ id: "EndpointPatch" });

export const endpointSummary = endpointSettings
  .extend({
    id: z.string(),
    provider: z.string(),
    url: z.string().describe("Where the provider posts to; a token in it is shown as `…`."),
    has_api_key: z.boolean().describe("Forwards with a core API key of its own."),
    pin: z.string().nullable().describe("The sender's account heard first; no other is believed."),
    created_at: time,
    updated_at: time,
    last_delivery_at: time.nullable().describe("Null where none was stored, or none is kept."),
    refused: z
      .strictObject({ total: z.number().int(), last_at: time, reason: z.string(), why: z.string() })
      .nullable()
      .describe("Requests that were refused, and why the last one was."),
  })
  .meta({ id: "EndpointSummary" });

export const expectedView = z
  .strictObject({
    name: z.string().describe("As its last run is called, or as the expectation says."),
    expect: expectedLine,
    is_overdue: z.boolean().describe("It did not start in time, and has not since."),
    starts_at: time.nullable().describe("When it is to start next."),
    overdue_at: time.nullable().describe("When it is said not to have started."),
    last_started_at: time.nullable(),
  })
  .meta({ id: "ExpectedLine" });

/** @param awaited how it stands; undefined before it is waited for */
export function expectedOf(
  line: ExpectedLine,
  known: { readonly awaited: Awaited; readonly isOverdue: boolean } | undefined,
  endpoint: string,
): z.input<typeof expectedView> {
  return {
    name: known ? expectedName(line, known.awaited, endpoint) : endpoint,
    expect: line,
    is_overdue: known?.isOverdue ?? false,
    starts_at: isoTimeOrNull(known?.awaited.startsAt),
    overdue_at: isoTimeOrNull(known && overdueAt(line, known.awaited)),
    last_started_at: isoTimeOrNull(known?.awaited.lastAt),
  };
}

const secretView = z
  .strictObject({ id: z.string(), created_at: time, expires_at: time.nullable() })
  .meta({ id: "Secret" });

export const endpointView = endpointSummary
  .extend({
    secrets: z.array(secretView).describe("Newest first, expired ones included."),
    last_delivery: z
      .strictObject({ id: z.string(), at: time, event: z.string(), status: z.string() })
      .nullable(),
  })
  .meta({ id: "Endpoint" });

export const endpointCreated = endpointView
  .extend({
    url: z.string().describe("Where the provider posts to; a token in it is shown this once."),
    secret: z.string().nullable().describe("Shown this once; null where none is used."),
  })
  .meta({ id: "EndpointCreated" });

export type EndpointView = z.input<typeof endpointView>;
export type EndpointCreated = z.input<typeof endpointCreated>;
export type EndpointSummary = z.input<typeof endpointSummary>;

type SettingsInput = z.output<typeof settingsInput>;

const NOTIFY_BY_DELIVER = {
  auto: "failures",
  push: "outcomes",
  live_activity: "none",
} as const;

/** Full settings of what an operator gave, with the defaults for the rest. */
export function withDefaults(adapter: Adapter, given: SettingsInput): EndpointSettings {
  return {
    name: adapter.title,
    deliver: "auto",
    notify: NOTIFY_BY_DELIVER[given.deliver ?? "auto"],
    channels: null,
    filters: {},
    mapping: null,
    enabled: true,
    max_body_bytes: null,
    rules: [],
    me: [],
    expect: [],
    ...given,
  };
}

export function summaryOf(
  deps: AdminDeps,
  record: EndpointRecord,
  {
    refused,
    lastDelivery,
  }: Pick<EndpointNews, "refused"> & {
    readonly lastDelivery?: Pick<Delivery, "receivedAt"> | undefined;
  },
): z.input<typeof endpointSummary> {
  const {
    sealedApiKey,
    account: _account,
    options: _options,
    createdAt,
    updatedAt,
    ...shown
  } = record;
  const adapter = deps.adapters.find(({ name }) => name === record.provider);
  return {
    ...shown,
    url: hookUrl(deps, record.id, adapter),
    has_api_key: sealedApiKey !== null,
    created_at: isoTime(createdAt),
    updated_at: isoTime(updatedAt),
    last_delivery_at: isoTimeOrNull(lastDelivery?.receivedAt),
    refused: refused ? refusedView(refused) : null,
  };
}

const refusedView = ({ total, lastAt, lastReason }: RefusedTotal) => ({
  total,
  last_at: isoTime(lastAt),
  reason: lastReason,
  why: whyRefused(lastReason),
});

/** What happened to an endpoint lately. */
export interface EndpointNews {
  readonly refused?: RefusedTotal | undefined;
  readonly lastDelivery?: Pick<Delivery, "id" | "receivedAt" | "event" | "status"> | undefined;
}

export function viewOf(
  deps: AdminDeps,
  record: EndpointRecord,
  secrets: readonly SecretRecord[],
  { refused, lastDelivery }: EndpointNews = {},
): z.input<typeof endpointView> {
  return {
    ...summaryOf(deps, record, { refused, lastDelivery }),
    last_delivery: lastDelivery
      ? {
          id: lastDelivery.id,
          at: isoTime(lastDelivery.receivedAt),
          event: lastDelivery.event,
          status: lastDelivery.status,
        }
      : null,
    secrets: secrets
      .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
      .map(({ id, createdAt, expiresAt }) => ({
        id,
        created_at: isoTime(createdAt),
        expires_at: isoTimeOrNull(expiresAt),
      })),
  };
}
