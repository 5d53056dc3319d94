/** What a delivery would do, were it received now on a fresh endpoint: nothing is verified, stored or sent. Pure. */
import type { Adapter } from "../adapter/contract.ts";
import type { Intent } from "../model/command.ts";
import type { EndpointSettings } from "../model/endpoint.ts";
import type { Signal } from "../model/signal.ts";
import { bodyFormat, identify, lazyPayload } from "../adapter/payload.ts";
import type { Identity } from "../adapter/payload.ts";
import { DEFAULT_LINGER } from "../compose/linger.ts";
import { advance, NOTHING_KNOWN } from "./apply-signals.ts";
import { DEFAULT_WATCH } from "../tracking/watch.ts";
import { readDelivery } from "./read-delivery.ts";

const PREVIEWED = { id: "dry-run", account: "default" } as const;

export interface DryRunInput {
  readonly adapter: Adapter;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly settings: EndpointSettings;
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
    }
  /** The body cannot be parsed, or does not tell the event's name. */
  | { readonly kind: "unreadable"; readonly detail: string }
  | {
      readonly kind: "ignored" | "unknown" | "invalid";
      readonly event: string;
      readonly detail: string;
    };

/** Reads a payload as the digester would on an empty store. Never throws on bad data. */
export type DryRun = (input: DryRunInput) => DryRunResult;

/** Never throws on bad data. */
export function dryRun({
  adapter,
  headers,
  body,
  settings,
  receivedAt,
}: DryRunInput): DryRunResult {
  const contentType = headers["content-type"] ?? "application/json";
  const format = bodyFormat(contentType);
  if (!format)
    return {
      kind: "unreadable",
      detail: `the content type ${contentType} is neither JSON nor a form`,
    };
  let identity: Identity | undefined;
  try {
    identity = identify(
      adapter,
      lazyPayload(format, body, (name) => headers[name]),
    );
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: "unreadable", detail: error.message };
  }
  if (!identity)
    return { kind: "unreadable", detail: "the headers and body do not say which event it is" };

  const { event, deliveryId } = identity;
  const reading = readDelivery(adapter, settings.filters, {
    event,
    contentType,
    headers,
    body,
    receivedAt,
  });
  const detail = reading.detail ?? "";
  if (reading.status === "unknown" || reading.status === "invalid")
    return { kind: reading.status, event, detail };
  if (!reading.signals) return { kind: "ignored", event, detail };
  const endpoint = { ...settings, ...PREVIEWED, provider: adapter.name };
  const origin = {
    endpoint,
    deliveryId: null,
    now: receivedAt,
    watch: DEFAULT_WATCH,
    linger: DEFAULT_LINGER,
  };
  const { commands } = advance(origin, reading.signals, () => NOTHING_KNOWN, "dry-run");
  return {
    kind: "ok",
    event,
    deliveryId,
    signals: reading.signals,
    commands: commands.map(({ intent }) => intent),
  };
}
