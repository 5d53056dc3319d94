/**
 * Committing what was prepared from a loaded state: a compare-and-swap that loads and prepares
 * again where it was overtaken.
 */
import type { Clock, Waker } from "../ports.ts";
import type { DigestCommit, DigestStore, MemoryStore } from "../store/port.ts";
import type { Advanced } from "./advance.ts";

export interface CommitDeps {
  readonly store: DigestStore & MemoryStore;
  readonly waker: Waker;
  readonly clock: Clock;
}

/** Every conflict means that somebody else got ahead, so this many in a row are a bug. */
const MAX_CONFLICTS = 50;

/**
 * Load, merge, commit; again from the start where another digest got ahead on one of the tracks.
 */
export async function commitWithRetry(
  deps: CommitDeps,
  prepare: () => Promise<Advanced> | Advanced,
  outcome: (advanced: Advanced) => DigestCommit["delivery"],
): Promise<"committed" | "claim_lost"> {
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
    const advanced = await prepare();
    const { tracks, moved, commands, memory } = advanced;
    const delivery = outcome(advanced);
    const result = await deps.store.commitDigest({
      delivery,
      tracks,
      moved,
      commands,
      memory,
      now: deps.clock.now(),
    });
    if (result === "conflict") continue;
    if (commands.length > 0) deps.waker.wake("commands");
    return result;
  }
  throw new Error(`gave up after ${MAX_CONFLICTS} conflicting commits on one track`);
}
