/** What the gateway is told by its operator, and what the parts make of it. Pure. */
import type { LingerPolicy } from "./compose/linger.ts";
import type { Config } from "./config.ts";
import type { DestinationLimits } from "./destinations/destination.ts";
import type { TrimDeps } from "./maintenance/trim.ts";
import type { Feature } from "./model/command.ts";
import type { PacingLimits } from "./pacing/account.ts";
import type { FeatureLimits } from "./pacing/ledger.ts";
import { DEFAULT_WATCH } from "./tracking/watch.ts";
import type { WatchPolicy } from "./tracking/watch.ts";

export interface GatewaySettings extends Pick<
  Config,
  | "ACTIVITYSMITH_API_KEY"
  | "ACTIVITYSMITH_API_URL"
  | "CANARY_MINUTES"
  | "CALLS_PER_MINUTE"
  | "CALLS_RESERVED"
  | "LIVE_ACTIVITIES"
  | "FIRST_FRAME_AFTER_SECONDS"
  | "FIRST_FRAME_OF_PRODUCTION_AFTER_SECONDS"
  | "LINGER_CANCELED_MINUTES"
  | "LINGER_FAILURE_MINUTES"
  | "LINGER_LASTING_FAILURE_MINUTES"
  | "LINGER_SUCCESS_MINUTES"
  | "ROLL_UP"
  | "STREAM_UPDATE_INTERVAL_SECONDS"
  | "RETRY_FOR_HOURS"
  | "SILENT_AFTER_MINUTES"
  | "RETENTION_DAYS"
  | "RETENTION_GB"
  | "VIEWER_TOKEN"
> {
  readonly adminToken: string;
  readonly encryptionKey: string;
  /** Base of the hook URLs that are shown, without a slash at the end. */
  readonly publicUrl: () => string;
  /** The largest delivery that the store can hold, where that is less than what providers send. */
  readonly maxBodyBytes?: number | undefined;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What the destination allows, no more than the operator wants, and what of that is for failures alone. */
export function pacingLimits(
  { callsPerMinute: allowed }: DestinationLimits,
  settings: GatewaySettings,
): FeatureLimits {
  const { CALLS_PER_MINUTE, CALLS_RESERVED: reserve, LIVE_ACTIVITIES: activities } = settings;
  const of = (feature: Feature): PacingLimits => {
    const callsPerMinute = CALLS_PER_MINUTE ?? allowed[feature];
    return {
      callsPerMinute,
      reserve: Math.min(reserve, Math.floor(callsPerMinute / 2)),
      activities,
    };
  };
  return {
    notifications: of("notifications"),
    "live-activities": of("live-activities"),
    metrics: of("metrics"),
    badges: of("badges"),
  };
}

/** How long a result stays on the screen, and how old a run is before its first frame. */
export const lingerPolicy = (settings: GatewaySettings): LingerPolicy => ({
  successMs: settings.LINGER_SUCCESS_MINUTES * MINUTE_MS,
  canceledMs: settings.LINGER_CANCELED_MINUTES * MINUTE_MS,
  failureMs: settings.LINGER_FAILURE_MINUTES * MINUTE_MS,
  lastingFailureMs: settings.LINGER_LASTING_FAILURE_MINUTES * MINUTE_MS,
  graceMs: {
    production: settings.FIRST_FRAME_OF_PRODUCTION_AFTER_SECONDS * 1_000,
    preview: settings.FIRST_FRAME_AFTER_SECONDS * 1_000,
    other: settings.FIRST_FRAME_AFTER_SECONDS * 1_000,
  },
});

/** From when on a run counts as silent. */
export const watchPolicy = (settings: GatewaySettings): WatchPolicy => ({
  ...DEFAULT_WATCH,
  silentAfterMs: settings.SILENT_AFTER_MINUTES * MINUTE_MS,
});

export const retentionPolicy = (
  settings: GatewaySettings,
): Pick<TrimDeps, "keepMs" | "keepBytes"> => ({
  keepMs: settings.RETENTION_DAYS * 24 * HOUR_MS,
  keepBytes: settings.RETENTION_GB * 1e9,
});

export const retryForMs = (settings: GatewaySettings): number => settings.RETRY_FOR_HOURS * HOUR_MS;

export const updateIntervalMs = (settings: GatewaySettings): number =>
  settings.STREAM_UPDATE_INTERVAL_SECONDS * 1000;

/** Where calls go, in words. */
export const coreApiOf = (settings: GatewaySettings): string =>
  settings.ACTIVITYSMITH_API_KEY === undefined
    ? "built-in preview core"
    : settings.ACTIVITYSMITH_API_URL;

/** What may be shown of the settings: nothing that is secret. */
export const shownSettings = (settings: GatewaySettings): Record<string, string> => ({
  "Core API": coreApiOf(settings),
  "Live Activities at the same time": String(settings.LIVE_ACTIVITIES),
  "Updates of one activity": `${settings.STREAM_UPDATE_INTERVAL_SECONDS} s apart`,
  "A run without news": `counts as silent after ${settings.SILENT_AFTER_MINUTES} min`,
  "Calls are tried again for": `${settings.RETRY_FOR_HOURS} h`,
  "Deliveries are kept": `${settings.RETENTION_DAYS} days, ${settings.RETENTION_GB} GB`,
});
