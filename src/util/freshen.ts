/**
 * Recorded payloads made new: fresh ids of the same shape, and times moved to now. Pure but for the
 * randomness given.
 */

/** The longest first, so that an id within another one is not torn out of it. */
export function replaceIds(text: string, ids: ReadonlyMap<string, string>): string {
  const longestFirst = [...ids].toSorted(([a], [b]) => b.length - a.length);
  return longestFirst.reduce((done, [id, fresh]) => done.replaceAll(id, fresh), text);
}

/**
 * A text of the same shape: hex stays hex, digits stay digits, and a prefix such as `dpl_` stays.
 *
 * @param random between 0 and 1, as `Math.random`
 */
export function freshId(id: string, random: () => number = Math.random): string {
  const prefix = /^[a-z]+_/i.exec(id)?.[0] ?? "";
  const rest = id.slice(prefix.length);
  const isHex = /^[0-9a-f-]+$/.test(rest) && /[a-f]/.test(rest);
  return (
    prefix +
    rest.replace(/[0-9a-z]/gi, (character, at: number) =>
      freshCharacter(character, isHex, at === 0, random),
    )
  );
}

function freshCharacter(
  character: string,
  isHex: boolean,
  isFirst: boolean,
  random: () => number,
): string {
  const pick = (alphabet: string) => alphabet.charAt(Math.floor(random() * alphabet.length));
  if (isHex) return pick("0123456789abcdef");
  if (/[0-9]/.test(character)) return pick(isFirst ? "123456789" : "0123456789");
  return pick(
    character === character.toLowerCase() ? "abcdefghjkmnpqrstvwxyz" : "ABCDEFGHJKMNPQRSTVWXYZ",
  );
}

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
