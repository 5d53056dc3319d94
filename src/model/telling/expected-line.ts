/**
 * What an operator expects to come: a line that is to start every so often or at times of a clock.
 * Schema, and when it is due next. Pure: times are the caller's.
 */
import { Cron } from "croner";
import * as z from "zod";
import { isZone } from "../zone.ts";

const MINUTE_MS = 60_000;
const UNITS_MS = { m: MINUTE_MS, h: 60 * MINUTE_MS, d: 24 * 60 * MINUTE_MS } as const;
const DURATION = /^(\d{1,5})([mhd])$/;

/** "90m", "24h", "7d" in ms; undefined for anything else. */
function durationMs(text: string): number | undefined {
  const [, count, letter] = DURATION.exec(text) ?? [];
  const unit = letter === "m" || letter === "h" || letter === "d" ? UNITS_MS[letter] : undefined;
  return unit && Number(count) * unit;
}

const durationBetween = (least: string, most: string) =>
  z.string().refine((text) => {
    const [ms = NaN, min = NaN, max = NaN] = [text, least, most].map(durationMs);
    return ms >= min && ms <= max;
  }, `a duration such as 90m, 24h or 7d, from ${least} to ${most}`);

const name = z
  .string()
  .min(1)
  .max(100)
  .describe("An exact name or id; a `*` stands for any run of characters.");

const cron = z
  .string()
  .max(100)
  .refine(isCron, "a cron expression of five fields that comes to pass, such as 10 3 * * 1-5")
  .describe("Minute, hour, day of the month, month, day of the week.");

export const expectedLine = z
  .strictObject({
    project: name.optional(),
    line: name.optional().describe("A workflow, a service."),
    event: name.optional(),
    environment: name.optional(),
    branch: name.optional(),
    every: durationBetween("5m", "366d").optional().describe("After its last start."),
    cron: cron.optional(),
    zone: z
      .string()
      .refine(isZone, "a time zone such as Europe/Berlin")
      .optional()
      .describe("Of `cron`; UTC where absent."),
    grace: durationBetween("1m", "30d")
      .optional()
      .describe("So late it may come; 1h where absent."),
  })
  .refine((it) => (it.every === undefined) !== (it.cron === undefined), {
    error: "say when: either `every` (such as 24h) or `cron` (such as 10 3 * * *)",
  })
  .refine((it) => it.zone === undefined || it.cron !== undefined, {
    path: ["zone"],
    error: "a zone belongs to `cron`; `every` needs none",
  });

export type ExpectedLine = z.infer<typeof expectedLine>;

export const expectedLines = z
  .array(expectedLine)
  .max(20)
  .describe("Lines that are to start again and again; one that does not is an incident.");

const DEFAULT_GRACE_MS = UNITS_MS.h;

/** How late it may come, in ms. */
export const graceOf = ({ grace }: ExpectedLine): number =>
  (grace === undefined ? undefined : durationMs(grace)) ?? DEFAULT_GRACE_MS;

/** When it is to start next after this, in ms since the epoch. */
export function nextStart({ every, cron: pattern, zone }: ExpectedLine, after: number): number {
  const period = every === undefined ? undefined : durationMs(every);
  if (period !== undefined) return after + period;
  return (
    cronOf(pattern ?? "", zone)
      .nextRun(new Date(after))
      ?.getTime() ?? Infinity
  );
}

/** Never runs by itself: it only reckons. */
const cronOf = (pattern: string, zone = "UTC"): Cron =>
  new Cron(pattern, { timezone: zone, paused: true, mode: "5-part" });

function isCron(pattern: string): boolean {
  try {
    return cronOf(pattern).nextRun(new Date(Date.UTC(2026, 0, 1))) !== null;
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return false;
    throw error;
  }
}
