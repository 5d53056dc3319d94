/** One answer for many who ask: asked for once at a time, and believed for a while. */
import type { Clock } from "../ports.ts";

/** @param make what is shared; a rejection is told to those who wait for it, and not kept */
export function shareFor<Value>(
  ttlMs: number,
  clock: Clock,
  make: () => Promise<Value>,
): () => Promise<Value> {
  let last: { readonly value: Value; readonly at: number } | undefined;
  let underWay: Promise<Value> | undefined;
  const begin = async (): Promise<Value> => {
    try {
      const value = await make();
      last = { value, at: clock.now() };
      return value;
    } finally {
      underWay = undefined;
    }
  };
  return async () => {
    const age = last ? clock.now() - last.at : ttlMs;
    // A clock that was set back must not make it be believed for longer.
    if (last && age >= 0 && age < ttlMs) return last.value;
    return (underWay ??= begin());
  };
}
