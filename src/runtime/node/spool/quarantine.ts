/**
 * Acknowledged deliveries that the store refuses for their own sake, kept on disk beside the spool
 * in records as its own, so that they neither vanish nor hold up the others. Hands nothing back:
 * what becomes of them is the operator's to say.
 */
import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { NewDelivery } from "../../../model/delivery.ts";
import { keepDamaged } from "./damaged.ts";
import { recordOf, recover } from "./spool-records.ts";

export interface SetAside {
  /** How many deliveries there are. */
  readonly size: number;
  /**
   * Durable when it resolves: false where it was there already. Rejects where the disk cannot take
   * it.
   */
  keep(delivery: NewDelivery): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * With what an earlier process left there. The file is made with the first delivery: an empty one
 * would make an operator wonder.
 */
export async function openSetAside(path: string): Promise<SetAside> {
  const ids = new Set<string>();
  let file: FileHandle | undefined;
  let length = 0;

  async function opened(): Promise<FileHandle> {
    if (file) return file;
    const handle = await open(path, "a+", 0o600);
    const { deliveries, end } = await recover(handle, (pieces) => keepDamaged(path, pieces));
    for (const { id } of deliveries) ids.add(id);
    length = end;
    file = handle;
    return handle;
  }

  if (existsSync(path)) await opened();
  return {
    get size() {
      return ids.size;
    },
    keep: async (delivery) => {
      if (ids.has(delivery.id)) return false;
      const handle = await opened();
      const record = recordOf(delivery);
      // What a failed write left must not stand in the way of what comes after it.
      await handle.truncate(length);
      await handle.appendFile(record);
      await handle.datasync();
      length += record.length;
      ids.add(delivery.id);
      return true;
    },
    close: async () => file?.close(),
  };
}
