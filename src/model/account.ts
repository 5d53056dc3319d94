/**
 * What is known of one feature of an account of a destination: calls, limits, pauses, places.
 * Schema and types only.
 */
import * as z from "zod";

/** The account of endpoints without an API key of their own. */
export const DEFAULT_ACCOUNT = "default";

const milliseconds = z.number().int().nonnegative();

/**
 * Why an account makes no calls until a given time; `probing`: one call is under way that tells
 * whether there may be more.
 */
export const PAUSES = ["rate_limited", "unauthorized", "unavailable", "probing"] as const;

export const accountState = z.object({
  /** When the calls of the last window were made, ascending. */
  calls: z.array(milliseconds),
  /**
   * Calls a minute that are believed to be allowed: the configured ones, or fewer after the API
   * refused some.
   */
  limit: z.number().int().positive(),
  /** When the limit was last changed. */
  limitChangedAt: milliseconds,
  pause: z.object({ until: milliseconds, reason: z.enum(PAUSES) }).nullable(),
  /** How many calls in a row found no API at the other end. */
  failures: z.number().int().nonnegative(),
  /**
   * The API refused a call for too many of them: until one is answered well, there is one at a
   * time.
   */
  halfOpen: z.boolean().optional(),
  /**
   * What the API itself says is left until its window ends; believed where it is less than what we
   * count.
   */
  told: z.object({ left: z.number().int(), until: milliseconds }).optional(),
  /**
   * When calls of the last window were refused for too many of them, and when they found no API,
   * ascending.
   */
  refused: z.array(milliseconds).optional(),
  missed: z.array(milliseconds).optional(),
  /**
   * The API asks for payment: until then no push, update or badge goes out, and then one looks
   * whether that is over.
   */
  unpaid: z
    .object({ until: milliseconds, message: z.string(), upgradeUrl: z.string().optional() })
    .optional(),
  /** The last refusal that somebody has to see to, until a call of the same endpoint is taken. */
  refusal: z.object({ at: milliseconds, endpointId: z.string(), message: z.string() }).optional(),
  /**
   * How many activities are believed to fit: the configured ones, or fewer after the API refused
   * some.
   */
  slotLimit: z.number().int().nonnegative(),
  slotLimitChangedAt: milliseconds,
  /** Streams that hold a slot: whatever may be on the screen. */
  slots: z.array(
    z.object({
      streamKey: z.string(),
      importance: z.number(),
      /** From then on it matters less than any stream whose run is under way. */
      fadesAt: milliseconds.optional(),
      /** It shows a result. */
      lingers: z.boolean().optional(),
      since: milliseconds,
      /**
       * Until then at the latest no command may call the stream: it is being moved aside, and two
       * calls at once could overtake each other.
       */
      busyUntil: milliseconds.optional(),
      /**
       * When its end was called last. It is free from when the stream's record says that it was
       * confirmed (`card/has-left.ts`), and goes with a later write.
       */
      leavesAt: milliseconds.optional(),
    }),
  ),
  /**
   * The activity that counts the streams that wait: it keeps the last slot while it is wanted or
   * may be on the screen.
   */
  rollUp: z
    .object({
      streamKey: z.string(),
      /** Whose client shows it. */
      endpointId: z.string(),
      /** Which state of it was asked for last, and when. */
      wanted: z.string(),
      wantedAt: milliseconds,
    })
    .optional(),
});

export type AccountState = z.infer<typeof accountState>;
export type Pause = (typeof PAUSES)[number];
