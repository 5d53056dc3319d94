/**
 * What a delivery would do, were it received now on a fresh endpoint: nothing is verified, stored
 * or sent. Pure.
 */
import type { Adapter } from "../adapter/contract.ts";
import { DEFAULT_LINGER } from "../compose/linger.ts";
import { DEFAULT_ACCOUNT } from "../model/account.ts";
import type { Intent } from "../model/command.ts";
import type { EndpointExtras, EndpointSettings } from "../model/endpoint.ts";
import type { Signal } from "../model/signal.ts";
import { bodyFormat, identify, lazyPayload } from "../adapter/payload.ts";
import type { Identity } from "../adapter/payload.ts";
import { advance } from "./advance.ts";
import { EMPTY_READER } from "./draft.ts";
import type { Origin } from "./origin.ts";
import { DEFAULT_WATCH } from "../tracking/watch.ts";
import { readDelivery } from "./read-delivery.ts";

const NO_EXTRAS = { options: {} };
const PREVIEWED = { id: "dry-run", account: DEFAULT_ACCOUNT } as const;

export interface DryRunInput {
  readonly adapter: Adapter;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly settings: EndpointSettings & Partial<EndpointExtras>;
  /** ms since the epoch. */
  readonly receivedAt: number;
}

export type DryRunResult =
  | {
      readonly kind: "ok";
      readonly event: string;
      /** The provider's id of the delivery; undefined where it gives none. */
      readonly deliveryId: string | undefined;
      readonly signals: readonly Signal[];
      readonly commands: readonly Intent[];
      /** What would be told and what not, and why. */
      readonly because: readonly string[];
    }
  /** The body cannot be parsed, or does not tell the event's name. */
  | { readonly kind: "unreadable"; readonly detail: string }
  | {
      readonly kind: "ignored" | "unknown" | "invalid";
      readonly event: string;
      readonly detail: string;
    };

/** Reads a payload as the digester would on an empty store. Never throws on bad data. */
export type DryRun = (input: DryRunInput) => Promise<DryRunResult>;

/** Never throws on bad data. */
export async function dryRun(input: DryRunInput): Promise<DryRunResult> {
  const { adapter, headers, body, settings, receivedAt } = input;
  const contentType = headers["content-type"] ?? "application/json";
  const identity = identityIn(input, contentType);
  if ("kind" in identity) return identity;

  const { event, deliveryId } = identity;
  const sent = { event, contentType, headers, body, receivedAt };
  const reading = readDelivery(adapter, settings.filters, sent);
  const detail = reading.detail ?? "";
  if (reading.status === "unknown" || reading.status === "invalid")
    return { kind: reading.status, event, detail };
  if (!reading.signals) return { kind: "ignored", event, detail };
  const origin = originOf(input, event);
  const { commands, said, filteredBy } = await advance(origin, reading.signals, EMPTY_READER);
  return {
    kind: "ok",
    event,
    deliveryId,
    signals: reading.signals,
    commands: commands.map(({ intent }) => intent),
    because: filteredBy === undefined ? said : [`filtered: ${filteredBy}`],
  };
}

type Unreadable = Extract<DryRunResult, { kind: "unreadable" }>;
const unreadable = (detail: string): Unreadable => ({ kind: "unreadable", detail });

function identityIn(
  { adapter, headers, body }: DryRunInput,
  contentType: string,
): Identity | Unreadable {
  const format = bodyFormat(contentType);
  if (!format) return unreadable(`the content type ${contentType} is neither JSON nor a form`);
  try {
    const payload = lazyPayload(format, body, (name) => headers[name]);
    return (
      identify(adapter, payload) ?? unreadable("the headers and body do not say which event it is")
    );
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return unreadable(error.message);
  }
}

/** Of an endpoint that nothing is known of but its settings. */
const originOf = ({ adapter, settings, receivedAt }: DryRunInput, event: string): Origin => ({
  endpoint: { ...NO_EXTRAS, ...settings, ...PREVIEWED, provider: adapter.name },
  event,
  deliveryId: null,
  occurrenceKey: "dry-run",
  now: receivedAt,
  watch: DEFAULT_WATCH,
  linger: DEFAULT_LINGER,
  updateIntervalMs: 0,
  nameOf: async () => adapter.name,
  endpointOf: async () => undefined,
});
