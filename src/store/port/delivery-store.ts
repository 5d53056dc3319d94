import type { NewDelivery } from "../../model/delivery.ts";

/** What receive writes. */
export interface DeliveryStore {
  /**
   * Stores what is new; durable on return. One result per delivery, in order: `duplicate` with the
   * first one's id where (endpointId, providerDeliveryId) is stored already or stands earlier in
   * the batch. A duplicate of a `failed` or `invalid` delivery makes that one `received` again.
   */
  storeDeliveries(
    batch: readonly NewDelivery[],
  ): Promise<readonly { status: "accepted" | "duplicate"; id: string }[]>;
}
