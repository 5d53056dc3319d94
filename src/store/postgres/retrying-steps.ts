/**
 * A Postgres store whose steps are run again where the server asks for it, and say in our words why
 * they failed.
 */
import { StoreAwayError } from "../../model/errors/store-away-error.ts";
import type { Store } from "../port.ts";
import { stepOf, storeOf } from "../steps.ts";
import { isServerAway, retrying } from "./driver/retry.ts";

/** Each step is atomic, so it can be run again as a whole. */
export function retryingSteps(store: Store): Store {
  return storeOf((name) => {
    const step = stepOf(store, name);
    return async (...given) => {
      try {
        return await retrying(() => step(...given));
      } catch (error) {
        if (isServerAway(error))
          throw new StoreAwayError(`Postgres is away: ${error.message}`, { cause: error });
        throw error;
      }
    };
  });
}
