/** Lines that are expected: which run is one, when the next is overdue, and what is said. Pure. */
import type { ExpectedLine } from "../model/telling/expected-line.ts";
import { graceOf, nextStart } from "../model/telling/expected-line.ts";
import type { AlertSignal } from "../model/signal.ts";
import { duration } from "../util/duration.ts";
import { sha256Hex } from "../util/hash.ts";

/** The sender's clock may be ahead of the schedule's by so much, in ms. */
const EARLY_MS = 60_000;
/** It is over when the line starts, however long that takes. */
const OPEN_MS = 366 * 24 * 60 * 60_000;

/** What is waited for, as it is kept. */
export interface Awaited {
  /** When it is to start, in ms. */
  readonly startsAt: number;
  /** The last start that was heard of, by the provider's clock; null before the first. */
  readonly lastAt: number | null;
  /** As a person calls it, once a run has told. */
  readonly name: string | null;
}

/** Identity of an expectation: what it says. */
export const expectedKeyOf = (line: ExpectedLine): string =>
  sha256Hex(JSON.stringify(line)).slice(0, 16);

export const EXPECTED = "expected:";

export const incidentKeyOfLine = (line: ExpectedLine): string =>
  `${EXPECTED}${expectedKeyOf(line)}`;

export const overdueAt = (line: ExpectedLine, { startsAt }: Awaited): number =>
  startsAt + graceOf(line);

/** From when it is asked for. */
export const firstAwaited = (line: ExpectedLine, now: number): Awaited => ({
  startsAt: nextStart(line, now),
  lastAt: null,
  name: null,
});

/** After a run has started; undefined where it is not the one that is waited for. */
export function afterStart(
  line: ExpectedLine,
  before: Awaited,
  startedAt: number,
  name: string,
): Awaited | undefined {
  if (before.lastAt !== null && startedAt <= before.lastAt) return undefined;
  const isEarly = line.cron !== undefined && startedAt < before.startsAt - EARLY_MS;
  const after = Math.max(startedAt, before.startsAt);
  const startsAt = line.cron === undefined ? nextStart(line, startedAt) : nextStart(line, after);
  return { startsAt: isEarly ? before.startsAt : startsAt, lastAt: startedAt, name };
}

/** It has not come: the next time that it may. */
export const afterMissed = (line: ExpectedLine, before: Awaited, now: number): Awaited => ({
  ...before,
  startsAt: nextStart(line, Math.max(now, before.startsAt)),
});

/** As a person calls it. */
export const expectedName = (line: ExpectedLine, { name }: Awaited, endpoint: string): string =>
  name ?? [line.project, line.line ?? line.event ?? line.environment].find(isPlain) ?? endpoint;

const isPlain = (it: string | undefined): it is string => it !== undefined && !it.includes("*");

/** What is said where it did not come, or came after all. */
export function expectedAlert(
  line: ExpectedLine,
  awaited: Awaited,
  told: { readonly state: "firing" | "resolved"; readonly at: number; readonly endpoint: string },
): AlertSignal {
  const name = expectedName(line, awaited, told.endpoint);
  const isMissed = told.state === "firing";
  return {
    kind: "alert",
    title: isMissed ? `${name} did not start` : `${name} has started`,
    message: isMissed ? missedMessage(line, awaited) : undefined,
    at: told.at,
    incident: incidentKeyOfLine(line),
    state: told.state,
    severity: "critical",
    quietAfterMs: OPEN_MS,
  };
}

function missedMessage(line: ExpectedLine, { startsAt, lastAt }: Awaited): string {
  const zone = line.zone ?? "UTC";
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
  });
  const expected = `Expected at ${clock.format(startsAt)} (${zone})`;
  return lastAt === null
    ? expected
    : `${expected}, the last one was ${duration(startsAt - lastAt)} before`;
}
