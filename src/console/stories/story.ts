/**
 * A story: recorded lifecycles, made new and played step by step. Whoever plays keeps the time;
 * nothing is kept here. Pure.
 */
import { freshId, replaceIds, shiftTimes } from "../../util/freshen.ts";

export interface Lifecycle {
  readonly provider: string;
  readonly startsAt: string;
  /** Ids that are made new for each playing. */
  readonly fresh: readonly string[];
  readonly deliveries: readonly RecordedDelivery[];
}

export interface RecordedDelivery {
  readonly afterMs: number;
  readonly event: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Step {
  /** When it is sent, in ms after the beginning. */
  readonly afterMs: number;
  readonly provider: string;
  readonly event: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A story takes about so long, whatever time its recording took. */
const LENGTH_MS = 12_000;

/**
 * The steps of a story in order. The same beginning gives the same ids, so that each step can be
 * made by itself.
 */
export function stepsOf(scenes: readonly Lifecycle[], startedAt: number): Step[] {
  const longest = Math.max(
    ...scenes.flatMap(({ deliveries }) => deliveries.map((it) => it.afterMs)),
  );
  const speed = Math.max(1, longest / LENGTH_MS);
  return scenes
    .flatMap((scene) => sceneSteps(scene, startedAt, speed))
    .toSorted((a, b) => a.afterMs - b.afterMs);
}

function sceneSteps(
  { provider, startsAt, fresh, deliveries }: Lifecycle,
  startedAt: number,
  speed: number,
): Step[] {
  const random = seeded(startedAt);
  const ids = new Map(fresh.map((id) => [id, freshId(id, random)]));
  const freshen = (text: string) =>
    shiftTimes(replaceIds(text, ids), Date.parse(startsAt), startedAt, speed);
  return deliveries.map(({ afterMs, event, headers, body }) => ({
    afterMs: Math.round(afterMs / speed),
    provider,
    event,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, freshen(value)]),
    ),
    body: freshen(body),
  }));
}

/** Mulberry32: small, and good enough for ids that only have to differ. */
function seeded(seed: number): () => number {
  let state = seed % 2 ** 32;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
