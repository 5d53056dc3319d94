/**
 * The core API's contract as zod schemas: what we may send and what it answers. Bodies are closed,
 * as the API's own are: one unknown field is its 400. Source: the ActivitySmith OpenAPI document,
 * version 1.0.0, of autumn 2026.
 */
import * as z from "zod";
import { MAX_TAGS, TAG } from "./tags.ts";
import { httpsUrl, iconUrl, opensFromActivity, opensFromPush, redirectionUrl } from "./urls.ts";

export const COLORS = [
  "lime",
  "green",
  "cyan",
  "blue",
  "purple",
  "magenta",
  "red",
  "orange",
  "yellow",
  "gray",
] as const;
export const ACTIVITY_TYPES = [
  "segmented_progress",
  "progress",
  "metrics",
  "stats",
  "alert",
  "timer",
  "value",
] as const;

export const INTERRUPTION_LEVELS = ["passive", "active", "time-sensitive"] as const;

const MAX_STREAM_KEY_LENGTH = 255;
const MAX_BADGE = 2_147_483_647;
const MAX_METADATA_ENTRIES = 50;
const MAX_METADATA_BYTES = 16_384;

const color = z.enum(COLORS);
const icon = z.strictObject({ symbol: z.string().min(1), color: color.optional() });
const badge = z.strictObject({ title: z.string().min(1), color: color.optional() });
const activityMetric = z.strictObject({
  label: z.string().min(1),
  value: z.union([z.number().nonnegative(), z.string().min(1).max(64)]),
  unit: z.string().optional(),
  color: color.optional(),
});

const contentStateFields = {
  title: z.string(),
  subtitle: z.string().optional(),
  number_of_steps: z.number().int().min(1).optional(),
  current_step: z.number().int().min(0).optional(),
  percentage: z.number().min(0).max(100).optional(),
  value: z.union([z.number(), z.string()]).optional(),
  upper_limit: z.number().positive().optional(),
  duration_seconds: z.number().positive().optional(),
  counts_down: z.boolean().optional(),
  is_running: z.boolean().optional(),
  metrics: z.array(activityMetric).min(1).max(8).optional(),
  message: z.string().min(1).optional(),
  icon: icon.optional(),
  badge: badge.optional(),
  color: color.optional(),
  step_color: color.optional(),
  step_colors: z.array(color).optional(),
};

interface Measure {
  readonly type?: (typeof ACTIVITY_TYPES)[number] | undefined;
  readonly value?: number | string | undefined;
  readonly upper_limit?: number | undefined;
}

/** A limit limits a value; a progress needs the limit, for the type `value` there is none. */
const hasLimitForValue = ({ type, value, upper_limit }: Measure): boolean =>
  value === undefined
    ? upper_limit === undefined
    : type !== "progress" || upper_limit !== undefined;
const LIMIT_FOR_VALUE = { error: "value and upper_limit must be sent together for a progress" };

export const streamContentState = z
  .strictObject({
    ...contentStateFields,
    type: z.enum(ACTIVITY_TYPES).optional(),
    auto_dismiss_seconds: z.number().int().min(0).optional(),
    auto_dismiss_minutes: z.number().int().min(0).optional(),
  })
  .refine(hasLimitForValue, LIMIT_FOR_VALUE);

export const contentStateStart = z
  .strictObject({ ...contentStateFields, type: z.enum(ACTIVITY_TYPES) })
  .refine(hasLimitForValue, LIMIT_FOR_VALUE);

export const contentStateUpdate = z
  .strictObject({ ...contentStateFields, type: z.enum(ACTIVITY_TYPES).optional() })
  .refine(hasLimitForValue, LIMIT_FOR_VALUE);

export const contentStateEnd = z
  .strictObject({
    ...contentStateFields,
    type: z.enum(ACTIVITY_TYPES).optional(),
    auto_dismiss_minutes: z.number().int().min(0).optional(),
  })
  .refine(hasLimitForValue, LIMIT_FOR_VALUE);

/**
 * A button: opens a URL on the phone, or has the API's backend call one. The latter alone has a
 * method and a body.
 */
const button = (mayOpen: (url: string) => boolean, openable: string) =>
  z
    .strictObject({
      title: z.string(),
      type: z.enum(["open_url", "webhook"]),
      url: z.string(),
      method: z.enum(["GET", "POST"]).optional(),
      body: z.record(z.string(), z.unknown()).optional(),
    })
    .refine(
      ({ type, url }) => (type === "webhook" ? httpsUrl.safeParse(url).success : mayOpen(url)),
      {
        path: ["url"],
        error: `open_url takes ${openable}, webhook takes https:// only`,
      },
    )
    .refine((it) => it.type === "webhook" || (it.method === undefined && it.body === undefined), {
      path: ["type"],
      error: "open_url takes no method and no body, they are a webhook's",
    });

export const action = button(opensFromActivity, "http://, https:// or shortcuts:// URLs");
const pushAction = button(opensFromPush, "http, https, shortcuts or app URLs");

const channels = z
  .array(z.string(), { error: "must be an array of channel slugs" })
  .min(1, "must contain at least one channel");
const target = z.strictObject({ channels });
const alertPayload = z.strictObject({ title: z.string().optional(), body: z.string().optional() });
const TAG_RULE =
  "must use 1-64 lowercase letters, numbers, dashes, underscores, periods, or colons";
/**
 * Labels of a push or an activity, for the API's history: left out, they stay; `[]` clears them.
 */
const tags = z
  .array(z.string().regex(TAG, TAG_RULE))
  .max(MAX_TAGS, `must contain at most ${MAX_TAGS} unique values`)
  .refine((it) => new Set(it).size === it.length, {
    error: `must contain at most ${MAX_TAGS} unique values`,
  });

const utf8 = new TextEncoder();
/**
 * Facts beside a push or an activity, for the API's history: left out, they stay; `{}` clears them.
 */
const metadata = z
  .unknown()
  // A record would drop this key without a word.
  .refine((it) => !Object.hasOwn(Object(it), "__proto__"), { error: "must not have __proto__" })
  .pipe(
    z
      .record(
        z.string().min(1).max(100),
        z.union([z.string().max(4000), z.number(), z.boolean()], {
          error: "must be a string of at most 4000 characters, a finite number or a boolean",
        }),
      )
      .refine((it) => Object.keys(it).length <= MAX_METADATA_ENTRIES, {
        error: `must have at most ${MAX_METADATA_ENTRIES} entries`,
      })
      .refine((it) => utf8.encode(JSON.stringify(it)).length <= MAX_METADATA_BYTES, {
        error: `must be at most ${MAX_METADATA_BYTES} bytes of JSON`,
      }),
  );
/** What the history of a push or an activity may carry; never shown on the phone. */
const historyFields = { tags: tags.optional(), metadata: metadata.optional() };

export const pushRequest = z
  .strictObject({
    title: z.string(),
    message: z.string().optional(),
    subtitle: z.string().optional(),
    icon: iconUrl.optional(),
    interruption_level: z.enum(INTERRUPTION_LEVELS).optional(),
    media: httpsUrl.optional(),
    redirection: redirectionUrl.optional(),
    actions: z.array(pushAction).max(4, "must be at most 4").optional(),
    payload: z.record(z.string(), z.unknown()).optional(),
    badge: z.number().int().min(0).max(MAX_BADGE).optional(),
    sound: z.string().optional(),
    target: target.optional(),
    ...historyFields,
  })
  // An empty list is none: the SDK sends it so.
  .refine((it) => it.media === undefined || (it.actions ?? []).length === 0, {
    path: ["media"],
    error: "media cannot be combined with actions",
  });

export const streamRequest = z
  .strictObject({
    content_state: streamContentState,
    action: action.optional(),
    secondary_action: action.optional(),
    alert: alertPayload.optional(),
    channels: channels.optional(),
    target: target.optional(),
    ...historyFields,
  })
  .refine(
    (it) =>
      !it.channels ||
      !it.target ||
      JSON.stringify(it.channels) === JSON.stringify(it.target.channels),
    { path: ["channels"], error: "channels and target.channels must match" },
  );

export const streamEndRequest = z.strictObject({
  content_state: streamContentState.optional(),
  action: action.optional(),
  secondary_action: action.optional(),
  alert: alertPayload.optional(),
  ...historyFields,
});

/**
 * The classic lifecycle, where the caller keeps `activity_id`. We never send these; the preview
 * core answers them.
 */
export const activityStartRequest = z.strictObject({
  content_state: contentStateStart,
  action: action.optional(),
  secondary_action: action.optional(),
  alert: alertPayload.optional(),
  target: target.optional(),
  ...historyFields,
});

const activityById = {
  activity_id: z.string(),
  action: action.optional(),
  secondary_action: action.optional(),
  ...historyFields,
};
export const activityUpdateRequest = z.strictObject({
  ...activityById,
  content_state: contentStateUpdate,
});
export const activityEndRequest = z.strictObject({
  ...activityById,
  content_state: contentStateEnd,
});

export const metricValueRequest = z.strictObject({
  value: z.union([z.number(), z.string().min(1).max(64)]),
  timestamp: z.iso.datetime({ offset: true }).optional(),
});

export const badgeRequest = z.strictObject({
  badge: z.number().int().min(0).max(MAX_BADGE),
  target: target.optional(),
});

export const streamKey = z
  .string()
  .min(1)
  .max(MAX_STREAM_KEY_LENGTH)
  .regex(/^[A-Za-z0-9_-]+$/);
export const metricKey = z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/);

/** What a 200 may say; open, so that an answer with news in it is no failure. */
export const coreAnswer = z.looseObject({
  success: z.boolean().optional(),
  operation: z.string().optional(),
  activity_id: z.string().nullish(),
});

/** The API's error body; 429 with `limit` speaks of Live Activities, without it of calls. */
export const coreError = z.looseObject({
  error: z.string().optional(),
  message: z.string().optional(),
  code: z.string().optional(),
  limit: z.number().optional(),
  active: z.number().optional(),
  blocked_devices: z.number().optional(),
  targeted_devices: z.number().optional(),
  /** Of a 402: where the account is paid for. */
  upgrade_url: z.string().optional(),
});

export type Color = z.infer<typeof color>;
export type StreamContentState = z.infer<typeof streamContentState>;
export type Action = z.infer<typeof action>;
export type Metadata = z.infer<typeof metadata>;
export type PushRequest = z.infer<typeof pushRequest>;
export type StreamRequest = z.infer<typeof streamRequest>;
export type StreamEndRequest = z.infer<typeof streamEndRequest>;
export type ActivityStartRequest = z.infer<typeof activityStartRequest>;
export type ActivityUpdateRequest = z.infer<typeof activityUpdateRequest>;
export type ActivityEndRequest = z.infer<typeof activityEndRequest>;
export type MetricValueRequest = z.infer<typeof metricValueRequest>;
export type AlertPayload = z.infer<typeof alertPayload>;
export type ActivityType = (typeof ACTIVITY_TYPES)[number];
export type CoreAnswer = z.infer<typeof coreAnswer>;
