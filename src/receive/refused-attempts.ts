/**
 * Remembers the requests to known endpoints that were refused, and writes them in bulk: a flood of
 * forgeries costs a handful of rows every few seconds. What a process that dies had not written yet
 * is lost; no delivery is among it.
 */
import type { RefusedAttempt } from "../model/refused-attempt.ts";
import type { Clock, Logger } from "../ports.ts";
import type { RefusedAttemptStore } from "../store/port.ts";
import { toHttp } from "./result.ts";
import type { ReceiveResult } from "./result.ts";
import type { IncomingRequest, Received } from "./receive.ts";
import { messageOf } from "../util/error-text.ts";

/**
 * An endpoint that is refusing all the time is written so often. The first one is written at once.
 */
const WRITE_EVERY_MS = 5_000;
/** How many of those in between are kept one by one; the others are only counted. */
const KEPT_BETWEEN_WRITES = 10;
const RECENT_MS = 5 * 60_000;
const MAX_HEADER_NAMES = 60;
const MAX_NAME_LENGTH = 100;

interface RefusalWindow {
  readonly since: number;
  readonly count: number;
  readonly reason: string;
  readonly lastAt: number;
}

interface Unwritten {
  count: number;
  /** Oldest first. */
  latest: RefusedAttempt[];
  /** When the endpoint's refusals may be written again, in ms since the epoch. */
  readonly notBefore: number;
}

/**
 * What one process or isolate has not written yet, by endpoint. Plain data: invocations of a Worker
 * share it.
 */
export type RefusedMemory = Map<string, Unwritten>;

/** Refusals of one endpoint within the last minutes. */
export interface RecentRefusals {
  readonly endpointId: string;
  readonly count: number;
  /** The last one's. */
  readonly reason: string;
}

export interface RefusedAttempts {
  /** Endpoints that refused anything within the last five minutes, as this process saw it. */
  recent(): readonly RecentRefusals[];
  /** Remembers it where an endpoint refused it; anything else is none of its business. */
  note(request: Pick<IncomingRequest, "headers" | "sender">, received: Received): void;
  /** When something may be written, in ms since the epoch; undefined where nothing waits. */
  nextDue(): number | undefined;
  /**
   * Writes what may be written now, or all of it. Never rejects: while the store is away it is
   * kept.
   */
  write(everything?: boolean): Promise<void>;
}

export function createRefusedAttempts(options: {
  readonly store: Pick<RefusedAttemptStore, "addRefusedAttempts">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly memory?: RefusedMemory | undefined;
}): RefusedAttempts {
  const { store, clock, log, memory = new Map<string, Unwritten>() } = options;
  const counts = new RecentCounts(clock);
  return {
    note: (request, { outcome, endpoint, event }) => {
      const reason = refusalReason(outcome);
      if (!endpoint || reason === undefined) return;
      counts.add(endpoint.id, reason);
      keep(memory, endpoint.id, {
        at: clock.now(),
        reason,
        status: toHttp(outcome).status,
        headerNames: headerNames(request.headers),
        sender: request.sender ?? null,
        event: event ?? null,
      });
    },
    recent: () => counts.recent(),
    nextDue: () => {
      const waiting = [...memory.values()].filter(({ count }) => count > 0);
      if (waiting.length === 0) return undefined;
      return Math.min(...waiting.map(({ notBefore }) => notBefore));
    },
    write: async (everything = false) => {
      const now = clock.now();
      for (const [endpointId, entry] of memory) {
        // A clock that was set back must not keep anything waiting for longer.
        const isDue = entry.notBefore <= now || entry.notBefore > now + WRITE_EVERY_MS;
        if (!isDue && !everything) continue;
        if (entry.count === 0) memory.delete(endpointId);
        else await writeOne({ store, clock, log, memory }, endpointId, entry);
      }
    },
  };
}

function keep(memory: RefusedMemory, endpointId: string, attempt: RefusedAttempt): void {
  const entry = memory.get(endpointId) ?? { count: 0, latest: [], notBefore: 0 };
  entry.count += 1;
  entry.latest.push(attempt);
  if (entry.latest.length > KEPT_BETWEEN_WRITES) entry.latest.shift();
  memory.set(endpointId, entry);
}

interface Writing {
  readonly store: Pick<RefusedAttemptStore, "addRefusedAttempts">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly memory: RefusedMemory;
}

/** What the store did not take is kept, with what came meanwhile. */
async function writeOne(
  { store, clock, log, memory }: Writing,
  endpointId: string,
  { count, latest }: Unwritten,
): Promise<void> {
  const notBefore = clock.now() + WRITE_EVERY_MS;
  memory.set(endpointId, { count: 0, latest: [], notBefore });
  try {
    await store.addRefusedAttempts(endpointId, count, latest);
  } catch (error) {
    const since = memory.get(endpointId);
    const kept = [...latest, ...(since?.latest ?? [])].slice(-KEPT_BETWEEN_WRITES);
    memory.set(endpointId, { count: count + (since?.count ?? 0), latest: kept, notBefore });
    const detail = messageOf(error);
    log.warn("refused requests not written", { endpoint: endpointId, error: detail });
  }
}

/** How many were refused lately, in memory alone: a flood must not cost anything. */
class RecentCounts {
  readonly #clock: Clock;
  readonly #windows = new Map<string, RefusalWindow>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(endpointId: string, reason: string): void {
    const now = this.#clock.now();
    const known = this.#windows.get(endpointId);
    const isCurrent = known !== undefined && Math.abs(now - known.since) < RECENT_MS;
    this.#windows.set(endpointId, {
      since: isCurrent ? known.since : now,
      count: (isCurrent ? known.count : 0) + 1,
      reason,
      lastAt: now,
    });
  }

  recent(): readonly RecentRefusals[] {
    const now = this.#clock.now();
    return [...this.#windows].flatMap(([endpointId, { count, reason, lastAt }]) =>
      Math.abs(now - lastAt) < RECENT_MS ? [{ endpointId, count, reason }] : [],
    );
  }
}

/**
 * Why a request was refused, in a stable word; undefined where it was not, or by no fault of the
 * request.
 */
export function refusalReason(outcome: ReceiveResult): string | undefined {
  switch (outcome.kind) {
    case "verification_failed":
      return outcome.failure.reason;
    case "endpoint_unknown":
    case "endpoint_disabled":
    case "body_unreadable":
    case "body_too_large":
    case "unsupported_media_type":
    case "overloaded":
      return outcome.kind;
    case "accepted":
    case "duplicate":
    case "pong":
    case "store_unavailable":
      return undefined;
  }
}

function headerNames(headers: IncomingRequest["headers"]): string[] {
  const names = Object.keys(headers).slice(0, MAX_HEADER_NAMES);
  return names.map((name) => name.toLowerCase().slice(0, MAX_NAME_LENGTH));
}
