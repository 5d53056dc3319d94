/**
 * A call that was made on the destination, as the history tells it; and what happened since a
 * moment. Types only.
 */
import type { CommandAttempt } from "./command.ts";
import type { DeliveryStatus } from "./delivery.ts";

export interface CallRecord extends CommandAttempt {
  /** Goes up with time. */
  readonly id: number;
  readonly commandId: string;
  readonly account: string | null;
  /** Null for a push, a metric and a badge. */
  readonly streamKey: string | null;
  /** Null where no delivery asked for it. */
  readonly deliveryId: string | null;
}

/** One thing that happened. `id` tells a repeated one. */
export type StoreEvent =
  | {
      readonly kind: "delivery";
      readonly id: string;
      readonly at: number;
      readonly endpointId: string;
      readonly provider: string;
      readonly event: string;
      readonly status: DeliveryStatus;
    }
  | { readonly kind: "call"; readonly id: string; readonly at: number; readonly call: CallRecord };
