/** Recorded deliveries with other values in their places, so that what a story sends has the provider's real shape. */
import * as z from "zod";
import { freshId, replaceIds, shiftTimes } from "../../../../src/util/freshen.ts";
import { deliveriesOf, httpFixture, readLifecycle } from "../../fixtures.ts";
import type { HttpFixture } from "../../fixtures.ts";
import { randomness } from "../../simulation/randomness.ts";
import type { Said } from "../words.ts";

/** A webhook, and how long after the line's own time it is sent. */
export interface Payload {
  readonly afterMs: number;
  readonly request: HttpFixture;
}

const json = z.record(z.string(), z.unknown());

/** Values by their path: `{ "workflow_run.head_branch": "main" }`. */
export type Values = Readonly<Record<string, unknown>>;

/** The recorded delivery with these values and headers in the place of its own. */
export function recorded(
  provider: string,
  name: string,
  values: Values,
  headers: Readonly<Record<string, string>> = {},
): HttpFixture {
  const fixture = httpFixture(provider, name);
  const body = json.parse(JSON.parse(fixture.body));
  const changed = Object.entries(values).reduce(
    (done, [path, value]) => withValue(done, path.split("."), value),
    body,
  );
  return {
    ...fixture,
    headers: { ...fixture.headers, ...headers },
    body: JSON.stringify(changed),
  };
}

function withValue(
  object: Readonly<Record<string, unknown>>,
  [name = "", ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const inner = json.safeParse(object[name]).data ?? {};
  return { ...object, [name]: rest.length === 0 ? value : withValue(inner, rest, value) };
}

/** "recorded NAME": one delivery as it was recorded, with its times moved. */
export function asRecorded(provider: string, { id, words, at }: Said): Payload[] {
  const fixture = httpFixture(provider, id);
  const recordedAt = Date.parse(words["of"] ?? "");
  if (Number.isNaN(recordedAt)) throw new Error(`${id}: say with of= when it was recorded`);
  const body = shiftTimes(fixture.body, recordedAt, at, 1);
  return [{ afterMs: 0, request: { ...fixture, body } }];
}

/** "lifecycle NAME": a whole recorded lifecycle from now on, with ids of its own for every `as`. */
export function lifecycle(provider: string, { id, words, at }: Said): Payload[] {
  const it = readLifecycle(provider, id);
  const random = seeded(`${id} ${words["as"] ?? ""} ${at}`);
  const ids = new Map(
    it.fresh.map((known) => [known, words["as"] ? freshId(known, random) : known]),
  );
  const startsAt = Date.parse(it.startsAt);
  const moved = (text: string) => replaceIds(shiftTimes(text, startsAt, at, 1), ids);
  return deliveriesOf(it).map((fixture, index) => ({
    afterMs: it.deliveries[index]?.afterMs ?? 0,
    request: {
      ...fixture,
      headers: Object.fromEntries(
        Object.entries(fixture.headers).map(([name, value]) => [name, moved(value)]),
      ),
      body: moved(fixture.body),
    },
  }));
}

/** Numbers between 0 and 1 that are the same for the same text. */
const seeded = (text: string): (() => number) => randomness(numberOf(text));

/** A number of up to nine digits for a text; for digits themselves these (FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv). */
export function numberOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  let hash = 0x811c9dc5;
  for (const character of text)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0) % 1_000_000_000;
}

/** Hexadecimal digits for a text: a commit of its own for everything a story names. */
export function hexOf(text: string, length: number): string {
  if (/^[0-9a-f]{7,}$/.test(text)) return text.padEnd(length, text).slice(0, length);
  const random = seeded(text);
  return Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join("");
}

export const uuidOf = (text: string): string =>
  hexOf(text, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
