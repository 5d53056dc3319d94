/** Writing what was made of loaded memory, with no delivery behind it. */
import { isStoreAway } from "../model/errors/store-away-error.ts";
import type { DigestStore, MemoryWrites } from "../store/port.ts";

/**
 * False where it has to be loaded and made again: somebody else got ahead, or the answer was lost, so
 * that only a load says whether it is written. Where the store is away that load rejects.
 */
export async function commitMemory(
  store: Pick<DigestStore, "commitDigest">,
  memory: MemoryWrites,
  now: number,
): Promise<boolean> {
  const nothing = { delivery: null, tracks: [], commands: [] };
  const result = await store.commitDigest({ ...nothing, memory, now }).catch((error: unknown) => {
    if (isStoreAway(error)) return "unknown" as const;
    throw error;
  });
  return result === "committed";
}
