/**
 * The endpoint's rules: which one decides about something, and the settings that are in force then.
 * Pure.
 */
import type { EndpointSettings, Rule } from "../model/endpoint.ts";
import { matchesAny } from "./filter.ts";
import type { Filtered } from "./filter.ts";

/** What a rule looks at; what is not known is absent, and matches nothing. */
export interface Ruled extends Filtered {
  readonly event?: string | undefined;
  readonly authors: readonly string[];
  /** Only where something is told: what is shown has no outcome yet. */
  readonly outcome?: string | undefined;
  /** By the gateway's clock, in ms. */
  readonly now: number;
}

export interface Governed {
  readonly settings: EndpointSettings;
  /** `rule 2`, counted from one; undefined where no rule matched. */
  readonly by: string | undefined;
  readonly isMuted: boolean;
  readonly level: "passive" | "active" | "time-sensitive" | undefined;
  /**
   * How long a result stays on the screen, whichever it is; undefined: as long as the settings say.
   */
  readonly lingerMinutes: number | undefined;
}

const UNRULED = {
  by: undefined,
  isMuted: false,
  level: undefined,
  lingerMinutes: undefined,
} as const;

/** The first rule that matches decides, else the endpoint's own settings hold. */
export function governed(endpoint: EndpointSettings, it: Ruled): Governed {
  const at = endpoint.rules.findIndex(({ when }) => matchesRule(when, it));
  const then = endpoint.rules[at]?.then;
  if (!then) return { ...UNRULED, settings: endpoint };
  const settings: EndpointSettings = {
    ...endpoint,
    ...(then.deliver && { deliver: then.deliver }),
    ...(then.notify && { notify: then.notify }),
    ...(then.channels && { channels: then.channels }),
    ...(then.mapping && { mapping: then.mapping }),
  };
  const isMuted = then.mute === true;
  const { interruption_level: level, linger_minutes: lingerMinutes } = then;
  return { settings, by: `rule ${at + 1}`, isMuted, level, lingerMinutes };
}

function matchesRule(when: Rule["when"], it: Ruled): boolean {
  const checks: readonly (readonly [
    readonly string[] | undefined,
    readonly (string | undefined)[],
  ])[] = [
    [when.events, [it.event]],
    [when.projects, [it.project?.id, it.project?.name]],
    [when.environments, [it.environment?.name, it.environment?.kind]],
    [when.branches, [it.branch]],
    [when.authors, it.authors],
    [when.outcomes, [it.outcome]],
  ];
  return (
    checks.every(([patterns, values]) => matchesAny(patterns, values)) &&
    (!when.between || isBetween(when.between, it.now))
  );
}

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/**
 * From `from` to before `to` in the rule's zone; over midnight the day is that on which it began.
 */
export function isBetween(
  { from, to, days, zone }: NonNullable<Rule["when"]["between"]>,
  now: number,
): boolean {
  const { minute, day } = clockIn(zone, now);
  const [begin, end] = [minuteOf(from), minuteOf(to)];
  const isOvernight = begin >= end;
  const isInside = isOvernight ? minute >= begin || minute < end : minute >= begin && minute < end;
  if (!isInside || !days) return isInside;
  const begunOn = isOvernight && minute < end ? (day + 6) % 7 : day;
  return days.some((name) => name === DAYS[begunOn]);
}

const minuteOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
};

function clockIn(zone: string, now: number): { readonly minute: number; readonly day: number } {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    weekday: "short",
    hour: "numeric",
    minute: "numeric",
    hourCycle: "h23",
  }).formatToParts(now);
  const part = (type: string) => parts.find((it) => it.type === type)?.value ?? "";
  const day = DAYS.findIndex((name) => name === part("weekday").toLowerCase());
  return { minute: Number(part("hour")) * 60 + Number(part("minute")), day };
}
