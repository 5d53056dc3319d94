/**
 * What the preview core's routes work with: the screen, the clock, the quotas, and how a step on
 * the state is kept.
 */
import { randomToken } from "../util/id.ts";
import type { Chaos } from "./limits/chaos.ts";
import type { PreviewLimits } from "./screen/lock-screen.ts";
import type { RateLimits } from "./limits/rate-limits.ts";
import type { ScreenStore } from "./screen/screen-store.ts";
import type { Moment, Outcome, Step } from "./screen/state.ts";

/** Base64url makes 32 characters of them, as many as the API's own ids have. */
const ID_BYTES = 24;

export interface ServiceDeps {
  readonly store: ScreenStore;
  readonly rateLimits: RateLimits;
  readonly chaos: Chaos;
  readonly limits: PreviewLimits;
  readonly now: () => number;
}

export interface Service extends ServiceDeps {
  newId(): string;
  moment(): Moment;
  /** Keeps the step's state and hands on what came of it. */
  keep(step: Step): Outcome;
  /** Now, as the API writes it (ISO 8601). */
  timestamp(): string;
}

export function createService(deps: ServiceDeps): Service {
  const { store, limits, now } = deps;
  const newId = () => randomToken(ID_BYTES);
  return {
    ...deps,
    newId,
    moment: () => ({ now: now(), id: newId(), limits }),
    keep({ state, outcome }) {
      store.write(state);
      return outcome;
    },
    timestamp: () => new Date(now()).toISOString(),
  };
}
