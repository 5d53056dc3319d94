/** Plays a recorded lifecycle at a hook URL, as the provider would send it now: fresh ids, shifted times, real signatures. */
import type { Adapter } from "../adapter/contract.ts";
import { sign } from "../verify/sign.ts";
import { deliveriesOf } from "./recordings.ts";
import type { HttpFixture, Lifecycle } from "./recordings.ts";

export interface PlayOptions {
  readonly adapter: Adapter;
  readonly lifecycle: Lifecycle;
  /** The endpoint's URL, with its token where it has one. */
  readonly hookUrl: string;
  /** Undefined where the URL carries the token. */
  readonly secret: string | undefined;
  /** How many times faster than recorded; provider times are shortened alike. */
  readonly speed: number;
  readonly onAnswer: (delivery: PlayedDelivery) => void;
}

export interface PlayedDelivery {
  readonly name: string;
  readonly status: number;
  readonly answer: string;
}

/** Resolves when the last delivery is answered. Rejects where the gateway cannot be reached. */
export async function playLifecycle(options: PlayOptions): Promise<void> {
  const { lifecycle, speed } = options;
  const startedAt = Date.now();
  const recordedAt = Date.parse(lifecycle.startsAt);
  const ids = new Map(lifecycle.fresh.map((id) => [id, freshId(id)]));
  const freshen = (text: string) => shiftTimes(replaceIds(text, ids), recordedAt, startedAt, speed);
  for (const [index, fixture] of deliveriesOf(lifecycle).entries()) {
    const afterMs = lifecycle.deliveries[index]?.afterMs ?? 0;
    await sleepUntil(startedAt + afterMs / speed);
    options.onAnswer(await send(options, fixture, freshen));
  }
}

async function send(
  { adapter, hookUrl, secret }: PlayOptions,
  fixture: HttpFixture,
  freshen: (text: string) => string,
): Promise<PlayedDelivery> {
  const body = new TextEncoder().encode(freshen(fixture.body));
  const headers = Object.entries(fixture.headers).map(
    ([name, value]) => [name, freshen(value)] as const,
  );
  const signed =
    secret === undefined ? {} : sign(adapter.verify, secret, { body, nowMs: Date.now() }).headers;
  const response = await fetch(hookUrl, {
    method: "POST",
    headers: { ...Object.fromEntries(headers), ...signed },
    body,
  });
  return { name: fixture.name, status: response.status, answer: await response.text() };
}

/** The longest first, so that an id within another one is not torn out of it. */
function replaceIds(text: string, ids: ReadonlyMap<string, string>): string {
  const longestFirst = [...ids].toSorted(([a], [b]) => b.length - a.length);
  return longestFirst.reduce((done, [id, fresh]) => done.replaceAll(id, fresh), text);
}

/** A random text of the same shape: hex stays hex, digits stay digits, and a prefix such as `dpl_` stays. */
export function freshId(id: string): string {
  const prefix = /^[a-z]+_/i.exec(id)?.[0] ?? "";
  const rest = id.slice(prefix.length);
  const isHex = /^[0-9a-f-]+$/.test(rest) && /[a-f]/.test(rest);
  return (
    prefix +
    rest.replace(/[0-9a-z]/gi, (character, at: number) =>
      freshCharacter(character, isHex, at === 0),
    )
  );
}

function freshCharacter(character: string, isHex: boolean, isFirst: boolean): string {
  if (isHex) return pick("0123456789abcdef");
  if (/[0-9]/.test(character)) return pick(isFirst ? "123456789" : "0123456789");
  return pick(
    character === character.toLowerCase() ? "abcdefghjkmnpqrstvwxyz" : "ABCDEFGHJKMNPQRSTVWXYZ",
  );
}

const pick = (alphabet: string): string =>
  alphabet.charAt(Math.floor(Math.random() * alphabet.length));

const HOUR_MS = 3_600_000;
const ISO_TIME = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)/g;
const EPOCH_MS = /(?<![\d.])\d{13}(?!\d)/g;

/** Moves the times of the story to now; dates far from it (a repository's birthday) stay. */
export function shiftTimes(
  text: string,
  recordedAt: number,
  startedAt: number,
  speed: number,
): string {
  const isOfStory = (at: number) => at >= recordedAt - HOUR_MS && at <= recordedAt + 24 * HOUR_MS;
  const shifted = (at: number) => Math.round(startedAt + (at - recordedAt) / speed);
  return text
    .replace(ISO_TIME, (time, local: string, zone: string) => {
      const at = Date.parse(time);
      if (!isOfStory(at)) return time;
      const zoneOffset = Date.parse(`${local}Z`) - at;
      const iso = new Date(shifted(at) + zoneOffset).toISOString().slice(0, -1);
      return (local.includes(".") ? iso : iso.replace(/\.\d+/, "")) + zone;
    })
    .replace(EPOCH_MS, (digits) =>
      isOfStory(Number(digits)) ? String(shifted(Number(digits))) : digits,
    );
}

function sleepUntil(at: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, at - Date.now()));
  });
}
