/** The flags of the phone's commands, named as those of ActivitySmith's own command line. */
import {
  ACTIVITY_TYPES,
  COLORS,
  INTERRUPTION_LEVELS,
} from "../../destinations/activitysmith/contract.ts";
import {
  gatewayFlags,
  jsonFlag,
  listFlag,
  optionalNumber,
  optionalSwitch,
  optionalText,
  text,
} from "../terminal/flags.ts";
import type { GatewayFlags } from "../admin/client.ts";
import type { CoreApiFlags } from "./core-api.ts";

/** Of the commands that the gateway's outbox can make. */
export interface QueueFlags extends GatewayFlags {
  readonly queue: boolean;
  /** Seconds; not at all without. */
  readonly wait?: number;
  readonly idempotencyKey?: string;
}

export interface ChannelFlags {
  readonly channels?: readonly string[];
}

export interface HistoryFlags extends CoreApiFlags {
  readonly tags?: readonly string[];
  readonly metadata?: string;
  readonly metadataFile?: string;
}

export type MetricFlags = CoreApiFlags & QueueFlags;
export type BadgeFlags = MetricFlags & ChannelFlags;

export interface PushFlags extends HistoryFlags, ChannelFlags, QueueFlags {
  readonly title: string;
  readonly message?: string;
  readonly subtitle?: string;
  readonly icon?: string;
  readonly interruptionLevel?: (typeof INTERRUPTION_LEVELS)[number];
  readonly media?: string;
  readonly redirection?: string;
  readonly actions?: string;
  readonly actionsFile?: string;
}

/** Of all activity commands together: each has those of them that its call takes. */
export interface ActivityFlags extends HistoryFlags, ChannelFlags {
  readonly clearTags?: boolean;
  readonly activityId?: string;
  readonly contentState?: string;
  readonly contentStateFile?: string;
  readonly title?: string;
  readonly subtitle?: string;
  readonly type?: (typeof ACTIVITY_TYPES)[number];
  readonly message?: string;
  readonly numberOfSteps?: number;
  readonly currentStep?: number;
  readonly percentage?: number;
  readonly value?: string;
  readonly upperLimit?: number;
  readonly metrics?: string;
  readonly metricsFile?: string;
  readonly durationSeconds?: number;
  readonly countsDown?: boolean;
  readonly isRunning?: boolean;
  readonly color?: (typeof COLORS)[number];
  readonly stepColor?: (typeof COLORS)[number];
  readonly icon?: string;
  readonly badge?: string;
  readonly action?: string;
  readonly actionFile?: string;
  readonly secondaryAction?: string;
  readonly secondaryActionFile?: string;
  readonly autoDismissMinutes?: number;
  readonly autoDismissSeconds?: number;
}

type Dismiss = "autoDismissMinutes" | "autoDismissSeconds";
export type StreamFlags = Omit<ActivityFlags, "activityId"> & QueueFlags;
export type EndStreamFlags = Omit<ActivityFlags, "activityId" | "channels"> & QueueFlags;
export type StartFlags = Omit<ActivityFlags, "activityId" | "clearTags" | Dismiss>;
export type UpdateFlags = Omit<ActivityFlags, "channels" | Dismiss>;
export type EndFlags = Omit<ActivityFlags, "channels" | "autoDismissSeconds">;

export const coreApiFlags = {
  ...jsonFlag,
  apiKey: optionalText("ActivitySmith API key (else ACTIVITYSMITH_API_KEY)", "key"),
} as const;

export const queueFlags = {
  ...gatewayFlags,
  queue: {
    kind: "boolean",
    default: false,
    withNegated: false,
    brief: "Leave it to a running gateway, which paces it and tries it again; not sent yet then",
  },
  wait: optionalNumber("With --queue: wait so many seconds until it is sent"),
  idempotencyKey: optionalText("With --queue: what has the same key is sent once", "key"),
} as const;

export const channelFlags = {
  channels: listFlag("Channel slugs; everybody that the key reaches without"),
} as const;

const historyFlags = {
  ...coreApiFlags,
  tags: listFlag("Tags for the history"),
  metadata: optionalText("Facts for the history", "json"),
  metadataFile: optionalText("The same from a file", "file"),
} as const;

const clearTags = { clearTags: optionalSwitch("Take all tags off") } as const;

const optionalChoice = <const Values extends readonly string[]>(values: Values, brief: string) =>
  ({ kind: "enum", values, optional: true, brief }) as const;

export const metricFlags = { ...coreApiFlags, ...queueFlags } as const;
export const badgeFlags = { ...metricFlags, ...channelFlags } as const;

export const pushFlags = {
  ...historyFlags,
  ...queueFlags,
  ...channelFlags,
  title: { kind: "parsed", parse: text, brief: "First line", placeholder: "text" },
  message: optionalText("Body of the notification"),
  subtitle: optionalText("Second line"),
  icon: optionalText("Image in place of the app's icon, https", "url"),
  interruptionLevel: optionalChoice(INTERRUPTION_LEVELS, "How much it may disturb"),
  media: optionalText("Image, audio or video, https; not together with actions", "url"),
  redirection: optionalText("What a tap opens", "url"),
  actions: optionalText("Up to four buttons", "json"),
  actionsFile: optionalText("The same from a file", "file"),
} as const;

const stateFlags = {
  contentState: optionalText("The whole content state; single flags win over it", "json"),
  contentStateFile: optionalText("The same from a file; - is standard input", "file"),
  title: optionalText("First line"),
  subtitle: optionalText("Second line"),
  type: optionalChoice(ACTIVITY_TYPES, "Which kind of card"),
  message: optionalText("Text of an alert"),
  numberOfSteps: optionalNumber("Segments of a segmented_progress"),
  currentStep: optionalNumber("How many of them are completed"),
  percentage: optionalNumber("0 to 100, of a progress"),
  value: optionalText("Value of a progress or value card"),
  upperLimit: optionalNumber("What the value of a progress counts up to"),
  metrics: optionalText("One to eight {label, value, unit?}", "json"),
  metricsFile: optionalText("The same from a file", "file"),
  durationSeconds: optionalNumber("How long a timer runs"),
  countsDown: optionalSwitch("Whether a timer counts down"),
  isRunning: optionalSwitch("Whether a timer runs"),
  color: optionalChoice(COLORS, "Colour of the card"),
  stepColor: optionalChoice(COLORS, "Colour of the current step"),
  icon: optionalText('{"symbol": "hammer.fill", "color"?}', "json"),
  badge: optionalText('{"title": "Production", "color"?}', "json"),
} as const;

const buttonFlags = {
  action: optionalText("First button", "json"),
  actionFile: optionalText("The same from a file", "file"),
  secondaryAction: optionalText("Second button", "json"),
  secondaryActionFile: optionalText("The same from a file", "file"),
} as const;

const autoDismissMinutes = optionalNumber("Minutes until an ended card leaves; 0 is at once");
const autoDismissSeconds = optionalNumber("The same in seconds; wins over minutes");
const activityId = { activityId: optionalText("Which activity, as start answered", "id") } as const;

const frameFlags = { ...historyFlags, ...stateFlags, ...buttonFlags } as const;

export const streamFlags = {
  ...frameFlags,
  ...queueFlags,
  ...channelFlags,
  ...clearTags,
  autoDismissMinutes,
  autoDismissSeconds,
} as const;
export const endStreamFlags = {
  ...frameFlags,
  ...queueFlags,
  ...clearTags,
  autoDismissMinutes,
  autoDismissSeconds,
} as const;
export const startFlags = { ...frameFlags, ...channelFlags } as const;
export const updateFlags = { ...frameFlags, ...activityId, ...clearTags } as const;
export const endFlags = { ...frameFlags, ...activityId, ...clearTags, autoDismissMinutes } as const;
