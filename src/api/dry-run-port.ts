/** What the admin API asks of the pipeline to try a payload without storing or sending anything. Types only. */
import type { Adapter } from "../adapter/contract.ts";
import type { CoreCall } from "../destinations/activitysmith/contract.ts";
import type { EndpointSettings } from "../model/endpoint.ts";
import type { Signal } from "../model/signal.ts";

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
      readonly commands: readonly CoreCall[];
    }
  /** The body cannot be parsed, or does not tell the event's name. */
  | { readonly kind: "unreadable"; readonly detail: string }
  | {
      readonly kind: "ignored" | "unknown" | "invalid";
      readonly event: string;
      readonly detail: string;
    };

/** Reads a payload as the digester would on an empty store. Pure; never throws on bad data. */
export type DryRun = (input: DryRunInput) => DryRunResult;
