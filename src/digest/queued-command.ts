/** A command that an operator puts into the outbox, with no delivery behind it. Pure. */
import { IMPORTANCE } from "../compose/linger.ts";
import { isOfStream, NO_ENDPOINT, PRIORITY } from "../model/command.ts";
import type { Intent, NewCommand } from "../model/command.ts";

const PRIORITIES = {
  push: PRIORITY.push,
  show: PRIORITY.streamUpdate,
  end: PRIORITY.streamEnd,
  metric: PRIORITY.metric,
  badge: PRIORITY.badge,
} as const satisfies Record<Intent["kind"], number>;

export interface Queued {
  readonly id: string;
  /** That of the gateway's own API key. */
  readonly account: string;
  readonly intent: Intent;
  /** Two with the same are one; absent: it stands for itself. */
  readonly idempotencyKey?: string | undefined;
  /** ms since the epoch. */
  readonly now: number;
}

/** Due at once; its card matters as much as a run of CI. */
export function queuedCommand(queued: Queued): NewCommand & { readonly dedupeKey: string } {
  const { id, account, intent, idempotencyKey = id, now } = queued;
  return {
    id,
    endpointId: NO_ENDPOINT,
    account,
    deliveryId: null,
    trackId: null,
    streamKey: isOfStream(intent) ? intent.streamKey : null,
    priority: PRIORITIES[intent.kind],
    intent: intent.kind === "show" ? { ...intent, importance: IMPORTANCE.other } : intent,
    dedupeKey: `queued:${idempotencyKey}`,
    notBefore: now,
    createdAt: now,
  };
}
