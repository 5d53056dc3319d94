/** A store that answers in time, whatever becomes of the connections to it. */
import { isStoreAway, StoreAwayError } from "../../model/errors/store-away-error.ts";
import type { Store } from "../../store/port.ts";
import { stepOf, storeOf } from "../../store/steps.ts";
import { withTimeout } from "../../util/async/with-timeout.ts";
import type { StepKind } from "../../store/steps.ts";

export interface Opened {
  readonly store: Store;
  /** Ends its connections at once; what is under way rejects. */
  readonly abandon: () => Promise<void>;
}

export interface AnsweringOptions {
  /** Whether an insert was refused because its row is there already. */
  readonly isThere: (error: unknown) => boolean;
  /** For each step, 10 s unless told; three times that for lists and maintenance. */
  readonly deadlineMs?: number | undefined;
}

const DEADLINE_MS = 10_000;
const SLOW_FACTOR = 3;
const REPEAT_EVERY_MS = 250;

/**
 * Every step resolves or rejects within its deadline. One that does not is `away`; the connections
 * that kept it waiting are given up, and others opened, as a connection that hangs hangs for
 * minutes. A repeatable write whose outcome is not known is done again until its deadline: done
 * twice it is done once.
 *
 * @param open opens connections when it is first used; called again for those that hang
 */
export function answeringStore<Open extends Opened>(
  open: () => Open,
  { isThere, deadlineMs = DEADLINE_MS }: AnsweringOptions,
): { readonly store: Store; readonly current: () => Open } {
  let current = open();

  function renew(hanging: Open): void {
    if (current !== hanging) return;
    current = open();
    // Nobody waits for it, and there is nobody left to tell of how it went.
    hanging.abandon().catch(() => undefined);
  }

  const store = storeOf((name, kind) => {
    const once = async (given: readonly unknown[], timeoutMs: number) => {
      const used = current;
      try {
        return await inTime(stepOf(used.store, name)(...given), timeoutMs);
      } catch (error) {
        if (error instanceof NoAnswer) renew(used);
        throw error;
      }
    };
    if (kind === "close") return () => current.store.close();
    const limitMs = deadlineOf(kind, deadlineMs);
    return kind === "repeatable"
      ? (...given) => untilKnown((timeoutMs) => once(given, timeoutMs), limitMs, isThere)
      : (...given) => once(given, limitMs);
  });
  return { store, current: () => current };
}

const deadlineOf = (kind: StepKind, deadlineMs: number): number =>
  kind === "slow" ? deadlineMs * SLOW_FACTOR : deadlineMs;

class NoAnswer extends StoreAwayError {}

/** Rejects with a StoreAwayError where the step takes longer; it may go on all the same. */
export const inTime = <Result>(step: Promise<Result>, timeoutMs: number): Promise<Result> =>
  withTimeout(
    step,
    timeoutMs,
    () => new NoAnswer(`The database did not answer within ${Math.round(timeoutMs)} ms.`),
  );

/**
 * Does a write again while it is not known whether it was done. One that then finds nothing to do
 * (it answers false, or what it inserts is there) was done by the try before.
 */
async function untilKnown(
  write: (timeoutMs: number) => Promise<unknown>,
  limitMs: number,
  isThere: (error: unknown) => boolean,
): Promise<unknown> {
  const end = performance.now() + limitMs;
  for (let isRepeated = false; ; isRepeated = true) {
    const leftMs = end - performance.now();
    try {
      const done = await write(isRepeated ? leftMs : limitMs / 2);
      return isRepeated && done === false ? true : done;
    } catch (error) {
      if (isRepeated && isThere(error)) return undefined;
      if (!isStoreAway(error) || end - performance.now() < 2 * REPEAT_EVERY_MS) throw error;
      await new Promise((resolve) => setTimeout(resolve, REPEAT_EVERY_MS));
    }
  }
}
