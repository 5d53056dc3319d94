/** Which places of the default account are taken: without those whose streams are known to have left. */
import { leftSlots } from "../../src/dispatch/slot/left-slots.ts";
import { withoutLeft } from "../../src/pacing/slots.ts";
import type { Store } from "../../src/store/port.ts";

/** The keys of their streams. */
export async function placesTaken(store: Store): Promise<readonly string[]> {
  const stored = await store.loadAccount("default");
  if (!stored) return [];
  const { slots } = withoutLeft(stored.state, await leftSlots(store, stored.state));
  return slots.map(({ streamKey }) => streamKey);
}
