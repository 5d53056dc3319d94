/** What must go one after the other, where the rest may go at the same time. Pure. */

/**
 * The items in lanes: two that have a key in common are in one, also by way of others. Within a
 * lane they keep their order.
 */
export function lanesOf<Item>(
  items: readonly Item[],
  keysOf: (item: Item) => readonly string[],
): readonly (readonly Item[])[] {
  const laneOf = new Map<string, Set<Item>>();
  const lanes = new Set<Set<Item>>();
  for (const item of items) {
    const keys = keysOf(item);
    const joined = new Set(keys.flatMap((key) => laneOf.get(key) ?? []));
    const lane = new Set([...[...joined].flatMap((it) => [...it]), item]);
    for (const former of joined) lanes.delete(former);
    for (const [key, former] of laneOf) if (joined.has(former)) laneOf.set(key, lane);
    for (const key of keys) laneOf.set(key, lane);
    lanes.add(lane);
  }
  return Array.from(lanes, (lane) => items.filter((item) => lane.has(item)));
}
