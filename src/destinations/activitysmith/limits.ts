/** What the API takes and allows an account (its OpenAPI document, September 2026). */
import type { DestinationLimits } from "../destination.ts";

export const LIMITS: DestinationLimits = {
  takes: new Set(["push", "show", "end", "metric", "badge"]),
  callsPerMinute: { notifications: 60, "live-activities": 300, metrics: 300, badges: 60 },
  // The probe ends a stream that does not exist.
  probe: "live-activities",
  // iOS ends a Live Activity after eight hours and leaves it on the lock screen for up to four more
  // (Apple, "Displaying live data with Live Activities").
  cardLifetimeMs: 8 * 60 * 60_000,
};
