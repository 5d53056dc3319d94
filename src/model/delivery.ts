/** A delivery: one HTTP request that a provider sent to an endpoint, as it is stored. */
import type { Signal } from "./signal.ts";

export const DELIVERY_STATUSES = [
  /** Stored, not yet digested. */
  "received",
  /** Digested into signals and their commands. */
  "processed",
  /** The adapter leaves this event alone on purpose. */
  "ignored",
  /** The adapter does not know this event. */
  "unknown",
  /** The endpoint's filters sorted it out. */
  "filtered",
  /** The payload lacks what the adapter needs. */
  "invalid",
  /** Digesting threw, again and again: a bug of ours. */
  "failed",
] as const;

export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/**
 * The provider name of deliveries that the gateway sends to itself, to prove that its public
 * address works.
 */
export const CANARY = "canary";

export interface NewDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly provider: string;
  readonly event: string;
  /** The provider's id, unique per endpoint: the second one is a duplicate. */
  readonly providerDeliveryId: string;
  readonly receivedAt: number;
  readonly contentType: string;
  /** By lower-case name, secrets redacted. */
  readonly headers: Readonly<Record<string, string>>;
  /** UTF-8: the exact bytes received, except for fields that the adapter redacts. */
  readonly body: Uint8Array;
  readonly bodyRedacted: boolean;
  /** How it was believed. */
  readonly verification: { readonly scheme: string; readonly secretId: string | null };
}

export interface Delivery extends Omit<NewDelivery, "body"> {
  readonly body: string;
  readonly status: DeliveryStatus;
  /** Why it has this status, for the operator. */
  readonly detail: string | null;
  readonly signals: readonly Signal[] | null;
  readonly digestedAt: number | null;
  readonly attempts: number;
  /** How often an operator replayed it. */
  readonly replays: number;
}

export interface ClaimedDelivery extends Delivery {
  /** Proof of the claim; a commit with a claim that another digester took over is refused. */
  readonly claim: string;
}
