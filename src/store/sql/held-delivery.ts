/**
 * By what a delivery is held that is being digested, as SQL text of both dialects. Pure.
 */

/**
 * Its claim; of one that is free, what a replay changes, so that a digest of what was there before
 * does not settle it.
 */
export const HOLD = `coalesce(claim, 'free ' || replays)`;
