/** From a story's lines to webhooks with their times: dates, repetitions, and words that need not be said twice. Pure. */
import type { HttpFixture } from "../fixtures.ts";
import { payloadsOf } from "./payloads/index.ts";
import { readWords } from "./words.ts";
import type { Subject } from "./words.ts";

export interface Webhook {
  /** When the provider sends it, in ms since the epoch. */
  readonly at: number;
  /** By its name in the story. */
  readonly endpoint: string;
  readonly request: HttpFixture;
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const LINE = /^(\d\d:\d\d:\d\d)\s+(\S+)\s+(.+?)(?:\s+\(([^()]+)\))?$/;
const END = /^(\d\d:\d\d:\d\d)\s+end$/;
const REPEAT = /^(\d+) times, (\d+) ?s apart(?:, from (\d+))?$/;
const SECOND = 1_000;

interface Planned {
  readonly at: number;
  readonly endpoints: string;
  readonly text: string;
}

/**
 * All webhooks of the story in the order of their times.
 *
 * @param providerOf the provider of an endpoint by its name in the story
 * @throws Error with the line that nobody can read
 */
export function webhooksOf(
  lines: readonly string[],
  providerOf: (endpoint: string) => string,
): readonly Webhook[] {
  const planned = plannedOf(lines).toSorted((a, b) => a.at - b.at);
  const known = new Map<string, Subject>();
  return planned.flatMap(({ at, endpoints, text }, index) =>
    endpoints.split(",").flatMap((endpoint) => {
      const provider = providerOf(endpoint);
      const said = readWords(text, at, provider, known);
      return payloadsOf(provider, said, index).map(({ afterMs, request }) => ({
        at: at + afterMs,
        endpoint,
        request,
      }));
    }),
  );
}

/** Until when the phone is watched, where the story says so: its last line is a time and `end`. */
export function endOf(lines: readonly string[]): number | undefined {
  const time = END.exec(lines.at(-1) ?? "")?.[1];
  const date = lines.findLast((line) => DATE.test(line)) ?? FIRST_DATE;
  return time === undefined ? undefined : Date.parse(`${date}T${time}Z`);
}

const FIRST_DATE = "2026-11-02";

function plannedOf(lines: readonly string[]): Planned[] {
  let date = FIRST_DATE;
  return lines.flatMap((line) => {
    if (DATE.test(line)) date = line;
    if (DATE.test(line) || END.test(line)) return [];
    const [, time, endpoints, text, repeat] = LINE.exec(line) ?? [];
    if (time === undefined || endpoints === undefined || text === undefined)
      throw new Error(`no webhook: ${line}`);
    return repeated({ at: Date.parse(`${date}T${time}Z`), endpoints, text }, repeat);
  });
}

/** "(40 times, 90 s apart, from 3)" writes the line so often, each with its number for `{n}`. */
function repeated(one: Planned, repeat: string | undefined): Planned[] {
  if (repeat === undefined) return [one];
  const [, times, apart, from = "1"] = REPEAT.exec(repeat) ?? [];
  if (times === undefined || apart === undefined) throw new Error(`no repetition: (${repeat})`);
  return Array.from({ length: Number(times) }, (_, index) => ({
    ...one,
    at: one.at + index * Number(apart) * SECOND,
    text: one.text.replaceAll("{n}", String(Number(from) + index)),
  }));
}
