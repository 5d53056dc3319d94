/**
 * Digesting: from stored deliveries to merged runs and commands. Repeatable at will: what has been digested changes
 * nothing when it is digested again. Knows no provider's name and makes no call.
 */
import type { Adapter } from "../adapter/contract.ts";
import { allOf } from "../util/wait-for-all.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { ClaimedDelivery } from "../model/delivery.ts";
import type { RunRecord } from "../model/run-record.ts";
import type { Track } from "../model/track.ts";
import type { Logger } from "../ports.ts";
import type { DigestCommit } from "../store/port.ts";
import { blamesRow } from "../model/row-rejected-error.ts";
import type { ProgressSignal, Signal } from "../model/signal.ts";
import { trackKey } from "../tracking/track.ts";
import { advance, NOTHING, NOTHING_KNOWN } from "./apply-signals.ts";
import type { Advanced } from "./apply-signals.ts";
import { commitWithRetry } from "./commit-with-retry.ts";
import { loadKnowledge } from "./load-track-context.ts";
import { lookAgain } from "./check-run.ts";
import type { LookDeps } from "./check-run.ts";
import type { TrackKnowledge } from "./update-track.ts";
import { readDelivery } from "./read-delivery.ts";
import type { Reading } from "./read-delivery.ts";

export interface DigestDeps extends LookDeps {
  readonly store: LookDeps["store"];
  readonly adapters: ReadonlyMap<string, Adapter>;
  readonly log: Logger;
}

/** Deliveries, and runs to look at, that one call of `digest` takes at most. */
export const DIGEST_BATCH = 50;
/** Longer than any digest takes; a process that dies leaves its claims for this long. */
const LEASE_MS = 15_000;
/** A delivery whose reading throws this often is set aside as `failed`: a bug of ours must not block what follows. */
const MAX_ATTEMPTS = 5;

/**
 * claim stored deliveries → read into signals → filter → merge each into its run → compose commands →
 * commit runs, commands and the delivery's outcome in one step; then look at the runs of which nothing was heard
 *
 * @returns how much was done: 0 means that nothing is left to do
 */
export async function digest(deps: DigestDeps): Promise<number> {
  const now = deps.clock.now();
  const claimed = await deps.store.claimDeliveries({ now, limit: DIGEST_BATCH, leaseMs: LEASE_MS });
  const byEndpoint = Map.groupBy(claimed, ({ endpointId }) => endpointId);
  // Not before the last is over: the next digest must not run beside one.
  await allOf(Array.from(byEndpoint.values(), (own) => digestInOrder(deps, own)));
  const due = await deps.store.dueLooks({ now, limit: DIGEST_BATCH });
  let looked = 0;
  for (const { track, run } of due) if (await looksAgain(deps, track, run)) looked++;
  return claimed.length + looked;
}

/** Those of one endpoint one after the other: they may be of one track. Endpoints share none and do not wait for each other. */
async function digestInOrder(
  deps: DigestDeps,
  deliveries: readonly ClaimedDelivery[],
): Promise<void> {
  for (const delivery of deliveries) await digestOne(deps, delivery);
}

/** False where it failed: it is tried again with the next sweep, and the runs after it are looked at all the same. */
async function looksAgain(deps: DigestDeps, track: Track, record: RunRecord): Promise<boolean> {
  try {
    await lookAgain(deps, track, record);
    return true;
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    deps.log.error("a look at a run failed", {
      track: track.id,
      run: record.run.id,
      error: detail,
    });
    return false;
  }
}

async function digestOne(deps: DigestDeps, delivery: ClaimedDelivery): Promise<void> {
  try {
    const endpoint = await deps.findEndpoint(delivery.endpointId);
    const adapter = deps.adapters.get(delivery.provider);
    const reading =
      endpoint && adapter
        ? blamed(() => readDelivery(adapter, endpoint.filters, delivery))
        : ENDPOINT_GONE;
    const result = await commitWithRetry(
      deps,
      () =>
        endpoint && reading.signals
          ? advanceBy(deps, endpoint, delivery, reading.signals)
          : NOTHING,
      (advanced) => outcomeOf(delivery, reading, advanced),
    );
    if (result === "claim_lost")
      deps.log.warn("digest lost its claim", { delivery_id: delivery.id });
  } catch (error) {
    await putOff(deps, delivery, error);
  }
}

/** A step without I/O threw: whatever the store does, it will again. */
class DeliveryError extends Error {
  override readonly name = "DeliveryError";
}

function blamed<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw new DeliveryError("the delivery cannot be digested", { cause: error });
  }
}

const ENDPOINT_GONE: Reading = {
  status: "ignored",
  detail: "the endpoint was deleted",
  signals: null,
};

async function advanceBy(
  deps: DigestDeps,
  endpoint: Endpoint,
  delivery: ClaimedDelivery,
  signals: readonly Signal[],
): Promise<Advanced> {
  const known = new Map<string, TrackKnowledge>();
  const runKey = (signal: ProgressSignal) => `${trackKey(signal)}\n${signal.run.id}`;
  for (const signal of signals) {
    if (signal.kind !== "progress") continue;
    const before = signal.outcome?.at ?? signal.at;
    const key = trackKey(signal);
    known.set(
      runKey(signal),
      await loadKnowledge(deps.store, endpoint.id, key, signal.run.id, before),
    );
  }
  const origin = {
    endpoint,
    deliveryId: delivery.id,
    now: deps.clock.now(),
    watch: deps.watch,
    linger: deps.linger,
  };
  // A replay is a wish to see it again: its notices and alerts are pushed anew.
  const occurrenceKey = `delivery:${delivery.id}:${delivery.replays}`;
  return blamed(() =>
    advance(origin, signals, (it) => known.get(runKey(it)) ?? NOTHING_KNOWN, occurrenceKey),
  );
}

function outcomeOf(
  delivery: ClaimedDelivery,
  reading: Reading,
  advanced: Advanced,
): DigestCommit["delivery"] {
  const { id, claim } = delivery;
  const { filteredBy } = advanced;
  return {
    id,
    claim,
    status: filteredBy === undefined ? reading.status : "filtered",
    detail: filteredBy ?? reading.detail,
    signals: reading.signals,
  };
}

/**
 * Its claim runs out and it is tried again. Not for ever where the delivery is to blame; but a store that is away takes
 * nobody's delivery from him, however often it is.
 */
async function putOff(deps: DigestDeps, delivery: ClaimedDelivery, error: unknown): Promise<void> {
  const { id, claim, attempts } = delivery;
  const isToBlame = error instanceof DeliveryError || blamesRow(error);
  const cause = error instanceof DeliveryError ? error.cause : error;
  const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  deps.log.error("digest failed", { delivery_id: id, attempts, error: detail });
  if (!isToBlame || attempts < MAX_ATTEMPTS) return;
  const outcome = { id, claim, status: "failed" as const, detail, signals: null };
  await deps.store.commitDigest({
    delivery: outcome,
    tracks: [],
    commands: [],
    now: deps.clock.now(),
  });
}
