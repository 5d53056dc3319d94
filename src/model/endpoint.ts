/**
 * The settings of an endpoint: one inbound webhook URL with its provider, filters, and how and to
 * whom it delivers. Schemas shared by the admin API, the pipeline and the store.
 */
import * as z from "zod";
import { expectedLines } from "./telling/expected-line.ts";
import { isZone } from "./zone.ts";
import { MAX_DELIVERY_BYTES } from "../util/body/read-body.ts";
import { TEMPLATE_WORDS, unknownWords } from "./template-words.ts";

export const DELIVER = ["auto", "live_activity", "push"] as const;
export const NOTIFY = ["failures", "outcomes", "all", "none"] as const;

const patterns = z
  .array(z.string().min(1).max(200))
  .min(1)
  .max(100)
  .describe("Exact names; a `*` stands for any run of characters. One match is enough.");

export const filters = z.strictObject({
  events: patterns.optional(),
  environments: patterns.optional(),
  branches: patterns.optional(),
  projects: patterns.optional(),
});

const template = z
  .string()
  .min(1)
  .max(1000)
  .superRefine((text, context) => {
    for (const word of unknownWords(text))
      context.addIssue({
        code: "custom",
        message: `There is no {{${word}}}; the words are ${TEMPLATE_WORDS.join(", ")}.`,
      });
  });

/**
 * Texts that replace the composed ones. `{{name}}` placeholders only: nothing in them loops,
 * fetches or evaluates.
 */
export const mapping = z.strictObject({
  title: template.optional(),
  subtitle: template.optional(),
  message: template.optional(),
  redirection: template.optional(),
});

export const channels = z.array(z.string().min(1).max(100)).min(1).max(50);

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time such as 22:00");

const zone = z.string().refine(isZone, "a time zone such as Europe/Berlin");

export const OUTCOMES = [
  "failed",
  "recovered",
  "succeeded",
  "canceled",
  "rolled_back",
  "asked",
  "waiting",
  "started",
  "alert",
  "notice",
] as const;

/**
 * Settings that hold where something matches all of `when`; what is not known of it matches
 * nothing.
 */
export const rule = z.strictObject({
  when: z.strictObject({
    events: patterns.optional(),
    environments: patterns.optional(),
    branches: patterns.optional(),
    projects: patterns.optional(),
    authors: patterns.optional().describe("Login or name."),
    outcomes: z.array(z.enum(OUTCOMES)).min(1).optional(),
    between: z
      .strictObject({
        from: clockTime,
        to: clockTime,
        days: z
          .array(z.enum(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]))
          .min(1)
          .optional(),
        zone,
      })
      .optional(),
  }),
  then: z
    .strictObject({
      mute: z.boolean().optional().describe("Neither shown nor told."),
      deliver: z.enum(DELIVER).optional(),
      notify: z.enum(NOTIFY).optional(),
      channels: channels.optional(),
      interruption_level: z.enum(["passive", "active", "time-sensitive"]).optional(),
      linger_minutes: z.number().int().min(0).max(480).optional(),
      mapping: mapping.optional(),
    })
    .refine((then) => Object.keys(then).length > 0, "says nothing")
    .refine((then) => !then.mute || Object.keys(then).length === 1, "mute stands alone"),
});
export type Rule = z.infer<typeof rule>;

export const rules = z.array(rule).max(100).describe("Ordered: the first that matches decides.");
export const me = z
  .array(z.string().min(1).max(200))
  .max(20)
  .describe("Logins and names of the person whose runs ring; empty: everybody's do.");

/** What an operator may set; the provider is fixed once made. */
export const endpointSettings = z.strictObject({
  name: z.string().min(1).max(200),
  deliver: z
    .enum(DELIVER)
    .describe("auto: progress becomes a Live Activity, notices and alerts become pushes."),
  notify: z.enum(NOTIFY).describe("Which ends of a run also push."),
  channels: channels.nullable().describe("Channel slugs; null: everyone the API key reaches."),
  filters,
  mapping: mapping.nullable(),
  enabled: z.boolean(),
  max_body_bytes: z
    .number()
    .int()
    .min(1024)
    .max(MAX_DELIVERY_BYTES)
    .nullable()
    .describe("Lowers the limit of 25 MiB."),
  rules,
  me,
  expect: expectedLines,
});

export type Filters = z.infer<typeof filters>;
export type Mapping = z.infer<typeof mapping>;
export type EndpointSettings = z.infer<typeof endpointSettings>;

/** What the store keeps and the admin API does not offer yet. */
export interface EndpointExtras {
  readonly options: Readonly<Record<string, unknown>>;
}

/** An endpoint as the pipeline knows it: settings, opened secrets and the key it forwards with. */
export interface Endpoint extends EndpointSettings, EndpointExtras {
  /** Unguessable, at least 128 random bits. */
  readonly id: string;
  readonly provider: string;
  /** All secrets that have not expired, newest first. */
  readonly secrets: readonly LiveSecret[];
  /** The core API key to forward with; undefined: the gateway's own. */
  readonly apiKey: string | undefined;
  /** Which budget its calls draw on: `default`, or a fingerprint of its own API key. */
  readonly account: string;
  /** The sender's account or project heard first, where the adapter pins one. */
  readonly pin: string | null;
}

export interface LiveSecret {
  readonly id: string;
  readonly value: string;
  /** ms since the epoch; null: does not expire. */
  readonly expiresAt: number | null;
}

/** An endpoint as stored: everything secret is sealed (encrypted) before it gets here. */
export interface EndpointRecord extends EndpointSettings, EndpointExtras {
  readonly id: string;
  readonly provider: string;
  readonly sealedApiKey: string | null;
  readonly account: string;
  readonly pin: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface SecretRecord {
  readonly id: string;
  readonly endpointId: string;
  readonly sealed: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
}

export type EndpointPatch = Partial<
  EndpointSettings & EndpointExtras & Pick<EndpointRecord, "sealedApiKey" | "account" | "pin">
>;
