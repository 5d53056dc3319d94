/** A demo that is stopped takes its cards off the phone. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Stage } from "./stage.ts";

const WITHIN_MS = 5_000;
const LOOK_MS = 100;

/**
 * Removes the endpoints, which ends what they show, and waits for the calls; five seconds at most.
 */
export async function endCards(stage: Stage): Promise<void> {
  await stage.removeEndpoints();
  const until = Date.now() + WITHIN_MS;
  while (Date.now() < until && !(await stage.isIdle())) await sleep(LOOK_MS);
}
