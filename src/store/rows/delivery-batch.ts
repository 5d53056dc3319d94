/** What a batch of deliveries brings to the store, and what each of them is told. Pure. */
import type { NewDelivery } from "../../model/delivery.ts";
import { compareText } from "./compare.ts";

/** What tells one delivery of an endpoint from another; endpoint ids hold no space. */
function deliveryKey(it: Pick<NewDelivery, "endpointId" | "providerDeliveryId">): string {
  return `${it.endpointId} ${it.providerDeliveryId}`;
}

/**
 * The first delivery of each key, in the order of the keys: two batches that overlap then never
 * lock crosswise.
 */
export function distinctDeliveries(batch: readonly NewDelivery[]): NewDelivery[] {
  const first = new Map<string, NewDelivery>();
  for (const delivery of batch) {
    const key = deliveryKey(delivery);
    if (!first.has(key)) first.set(key, delivery);
  }
  return [...first].sort(([a], [b]) => compareText(a, b)).map(([, delivery]) => delivery);
}

export interface StoredKey {
  readonly id: string;
  readonly endpointId: string;
  readonly providerDeliveryId: string;
}

/** One result per delivery of the batch, from the ids that the store has for their keys. */
export function storeResults(
  batch: readonly NewDelivery[],
  stored: readonly StoredKey[],
): { status: "accepted" | "duplicate"; id: string }[] {
  const ids = new Map(stored.map((it) => [deliveryKey(it), it.id]));
  const answered = new Set<string>();
  return batch.map((delivery) => {
    const key = deliveryKey(delivery);
    const id = ids.get(key);
    if (id === undefined) throw new Error(`The store has no row for the delivery ${delivery.id}.`);
    const first = id === delivery.id && !answered.has(key);
    answered.add(key);
    return { status: first ? "accepted" : "duplicate", id };
  });
}
