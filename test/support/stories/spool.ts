/** A store with the spool of the Node runtime before it, in a folder of its own, without a word in any log. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSetAside } from "../../../src/runtime/node/spool/quarantine.ts";
import { openSpool } from "../../../src/runtime/node/spool/spool.ts";
import { withSpool } from "../../../src/runtime/node/spool/spooled-store.ts";
import type { Store } from "../../../src/store/port.ts";

export interface TestSpool {
  readonly store: Store;
  /** Hands over what waits. */
  drain(): Promise<void>;
  /** Closes the store as well, and leaves nothing behind. */
  close(): Promise<void>;
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

export async function openTestSpool(store: Store): Promise<TestSpool> {
  const folder = await mkdtemp(join(tmpdir(), "story-"));
  const spool = await openSpool(join(folder, "spool.log"));
  const setAside = await openSetAside(join(folder, "set-aside.log"));
  const spooled = withSpool(store, spool, setAside, silent);
  return {
    store: spooled,
    drain: async () => void (await spooled.drain()),
    close: async () => {
      await spooled.close();
      await rm(folder, { recursive: true });
    },
  };
}
