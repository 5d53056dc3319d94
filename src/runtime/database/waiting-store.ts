/** A store that is there before its database is. */
import { inTime } from "./answering-store.ts";
import { StoreAwayError } from "../../model/errors/store-away-error.ts";
import type { Logger } from "../../ports.ts";
import type { Store } from "../../store/port.ts";
import { stepOf, storeOf } from "../../store/steps.ts";
import { messageOf } from "../../util/error-text.ts";

const FIRST_TRY_MS = 5_000;
const TRY_AGAIN_MS = 1_000;

export interface WaitingOptions {
  readonly open: () => Promise<Store>;
  /** Whether waiting may help. */
  readonly isAway: (error: unknown) => boolean;
  /**
   * Called where the database comes to answer, and then with something that waiting does not help.
   */
  readonly onRefused: (error: unknown) => void;
  readonly log: Pick<Logger, "info" | "warn">;
}

/**
 * Opens the store; where the database is away, answers one whose steps reject as `away` and which
 * goes on trying, once a second. Rejects where waiting would not help.
 */
export async function openWhenThere(options: WaitingOptions): Promise<Store> {
  const { open, isAway, log } = options;
  const first = open();
  try {
    return await inTime(first, FIRST_TRY_MS);
  } catch (error) {
    if (!isAway(error)) throw error;
    log.warn("the database is away: listening all the same, and trying on", {
      error: messageOf(error),
    });
    return waitingStore(options, first, error);
  }
}

function waitingStore(options: WaitingOptions, first: Promise<Store>, why: unknown): Store {
  const { open, isAway, onRefused, log } = options;
  let opened: Store | undefined;
  let last = why;
  const closing = new AbortController();

  async function tryOn(): Promise<void> {
    for (let attempt = first; !closing.signal.aborted; attempt = open()) {
      try {
        const store = await attempt;
        if (closing.signal.aborted) return await store.close();
        log.info("the database is there");
        opened = store;
        return;
      } catch (error) {
        last = error;
        if (!isAway(error)) return onRefused(error);
      }
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
    }
  }

  void tryOn();
  return storeOf((name) => async (...given) => {
    if (name === "close") closing.abort();
    if (opened) return stepOf(opened, name)(...given);
    if (name === "close") return undefined;
    throw new StoreAwayError(`The database has not answered yet: ${messageOf(last)}`, {
      cause: last,
    });
  });
}
