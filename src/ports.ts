/** The small ports through which every stage meets its runtime. Types only. */

export interface Clock {
  /** ms since the epoch. */
  now(): number;
}

/** What there may be work on. */
export type WakeReason = "deliveries" | "commands";

/**
 * Tells the digester and the dispatcher that there may be work. Losing a wake-up only costs time: a
 * sweep finds the work.
 */
export interface Waker {
  wake(what: WakeReason): void;
}

export interface Logger {
  info(message: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
  error(message: string, facts?: Readonly<Record<string, unknown>>): void;
}
