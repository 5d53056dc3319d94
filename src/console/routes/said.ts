/**
 * What a page says about what was just done. The address carries a code, never a text that others
 * could write. Pure.
 */

const SENTENCES = {
  replayed: "It is read again now. What was told already is not told twice.",
  saved: "Saved. Deliveries are judged by it from now on.",
  paused: "Paused: its URL answers 404 until you resume it.",
  resumed: "Resumed: its URL takes deliveries again.",
  deleted: "Deleted. What it shows ends; its deliveries stay for the record.",
  secret_stored: "The secret is stored. Deliveries are verified with it from now on.",
  pin_reset: "The pin is gone: the next delivery pins the endpoint anew.",
  retried: "It waits for its turn again.",
  retried_all: "They wait for their turn again.",
  nothing_to_retry: "There was nothing to retry.",
  gone: "There is no such thing any more.",
  acknowledged: "Acknowledged: it rings again only if it gets worse, and when it is over.",
  muted: "Muted: it rings nobody any more until it is over.",
  unmuted: "It may ring again.",
  incident_over: "It is over, or there is no such incident.",
  cleaned: "What was played is gone; its cards end now.",
} as const;

export type Said = keyof typeof SENTENCES;

/** The sentence of a code; undefined where it is none of ours. */
export const saidBy = (code: string | undefined): string | undefined =>
  code !== undefined && isSaid(code) ? SENTENCES[code] : undefined;

const isSaid = (code: string): code is Said => Object.hasOwn(SENTENCES, code);
