/** How the core API does for a while: what of a hundred calls goes wrong, and how. Pure. */
import type { RecordedCall } from "../recording-core.ts";
import type { Fault, LimitedCore } from "./limited-core.ts";

const WEATHERS = {
  well: [0, []],
  shaky: [30, ["error_500", "reset_lost", "reset_done", "timeout_lost", "timeout_done"]],
  limiting: [40, ["rate_429", "activities_429"]],
  refusing: [25, ["unauthorized_401", "rejected_400"]],
  away: [100, ["reset_lost", "timeout_lost", "error_500"]],
} as const satisfies Record<string, readonly [number, readonly Fault[]]>;

export type Weather = keyof typeof WEATHERS;
export const ALL_WEATHERS = ["well", "shaky", "limiting", "refusing", "away"] as const;

/** What goes wrong with a call in this weather, if it can go wrong with such a call. */
export function faultIn(
  weather: Weather,
  call: RecordedCall,
  core: LimitedCore,
  random: () => number,
): Fault | undefined {
  const [percent, faults] = WEATHERS[weather];
  const fault = faults[Math.floor(random() * faults.length)];
  if (fault === undefined || random() * 100 >= percent) return undefined;
  const isPush = call.path === "/push-notification";
  const isShown = core
    .screen()
    .activities.some((it) => it.endedAt === null && call.path.endsWith(`/${it.streamKey}`));
  if (fault === "rejected_400" && !isPush) return undefined;
  if (fault === "activities_429" && (call.method !== "PUT" || isShown)) return undefined;
  return fault;
}
