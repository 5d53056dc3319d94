/** Seeded randomness, so that a printed seed gives the same run again. */

/** A stream of numbers in [0, 1), the same for the same seed (mulberry32, public domain). */
export function randomness(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number of at least `min` and less than `max`. */
export const between = (random: () => number, min: number, max: number): number =>
  min + Math.floor(random() * (max - min));
