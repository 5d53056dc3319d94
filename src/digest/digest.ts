/**
 * Digesting: from stored deliveries to merged runs and commands. Repeatable at will: what has been
 * digested changes nothing when it is digested again. Knows no provider's name and makes no call.
 */
import type { Adapter } from "../adapter/contract.ts";
import { hasUnsignedId } from "../adapter/payload.ts";
import { sha256Hex } from "../util/hash.ts";
import { waitForAll } from "../util/async/wait-for-all.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { ClaimedDelivery } from "../model/delivery.ts";
import type { Logger } from "../ports.ts";
import type { DigestCommit } from "../store/port.ts";
import { isRowError } from "../model/errors/row-rejected-error.ts";
import type { ProgressSignal, Signal } from "../model/signal.ts";
import { advance, NOTHING } from "./advance.ts";
import type { Advanced } from "./advance.ts";
import { commitWithRetry } from "./commit-with-retry.ts";
import { checkRun, originOf } from "./run/check-run.ts";
import type { CheckDeps } from "./run/check-run.ts";
import { doDue } from "./due/do-due.ts";
import { lanesOf } from "./lanes.ts";
import type { Origin } from "./origin.ts";
import { readDelivery } from "./read-delivery.ts";
import type { DeliveryReading } from "./read-delivery.ts";
import { stackOf } from "../util/error-text.ts";

export interface DigestDeps extends CheckDeps {
  readonly store: CheckDeps["store"];
  readonly adapters: ReadonlyMap<string, Adapter>;
  readonly log: Logger;
  /** The store's owner pays for each row that is written. */
  readonly isBilledByRows?: boolean;
}

/** Deliveries, and runs to look at, that one call of `digest` takes at most. */
export const DIGEST_BATCH = 50;
/** So many are digested without a claim at most; of more each of several processes takes its own. */
const MOST_UNCLAIMED = 10;
/** Longer than any digest takes; a process that dies leaves its claims for this long. */
const LEASE_MS = 15_000;
/**
 * A delivery whose reading throws this often is set aside as `failed`: a bug of ours must not block
 * what follows.
 */
const MAX_ATTEMPTS = 5;

/**
 * claim stored deliveries → read into signals → filter → merge each into its run → show and tell →
 * commit runs, memory, commands and the delivery's outcome in one step; then look at the runs of
 * which nothing was heard, and do what is due
 *
 * @returns how much was done: 0 means that nothing is left to do
 */
export async function digest(deps: DigestDeps): Promise<number> {
  const now = deps.clock.now();
  const claimed = await takeDeliveries(deps, now);
  const byEndpoint = Map.groupBy(claimed, ({ endpointId }) => endpointId);
  // Not before the last is over: the next digest must not run beside one.
  await waitForAll(Array.from(byEndpoint.values(), (own) => digestOfEndpoint(deps, own)));
  const looks = await deps.store.dueChecks({ now, limit: DIGEST_BATCH });
  let done = 0;
  for (const { track, run } of looks)
    if (
      await succeeds(deps, RUN_FAILED, { track: track.id, run: run.run.id }, () =>
        checkRun(deps, track, run),
      )
    )
      done++;
  const due = await deps.store.claimDue({ now, limit: DIGEST_BATCH, leaseMs: LEASE_MS });
  for (const it of due)
    if (await succeeds(deps, DUE_FAILED, { kind: it.kind, key: it.key }, () => doDue(deps, it)))
      done++;
  return claimed.length + done;
}

const RUN_FAILED = "a look at a run failed";
const DUE_FAILED = "what was due failed";

/**
 * A claim is a row for each delivery. Where these are billed and few wait, the commit alone decides
 * who has digested one.
 */
async function takeDeliveries(
  { store, isBilledByRows }: DigestDeps,
  now: number,
): Promise<readonly ClaimedDelivery[]> {
  if (isBilledByRows) {
    const few = await store.unclaimedDeliveries({ now, limit: MOST_UNCLAIMED });
    if (few.length < MOST_UNCLAIMED) return few;
  }
  return store.claimDeliveries({ now, limit: DIGEST_BATCH, leaseMs: LEASE_MS });
}

/**
 * Those of one project one after the other, as they may be of one run, and those of one commit or
 * one deployment, as they may share a card; others do not wait for each other. Where two touch the same track or
 * memory all the same, the store lets one through, and the other is digested anew on what that
 * wrote.
 */
async function digestOfEndpoint(
  deps: DigestDeps,
  deliveries: readonly ClaimedDelivery[],
): Promise<void> {
  const read = await Promise.all(deliveries.map((it) => readOne(deps, it)));
  const lanes = lanesOf(
    read.filter((it) => it !== undefined),
    keysOf,
  );
  await waitForAll(lanes.map((own) => digestInOrder(deps, own)));
}

async function digestInOrder(deps: DigestDeps, own: readonly Read[]): Promise<void> {
  for (const it of own) await digestOne(deps, it);
}

interface Read {
  readonly delivery: ClaimedDelivery;
  /** Undefined where it was deleted. */
  readonly endpoint: Endpoint | undefined;
  readonly reading: DeliveryReading;
}

const keysOf = ({ reading }: Read): readonly string[] =>
  (reading.signals ?? []).flatMap((it) => [
    `project ${it.project?.id}`,
    ...(it.kind === "progress" ? sharedBy(it) : []),
  ]);

/** What tracks may share a card by: see `card/card-group-key.ts`. */
const sharedBy = ({ facts, deployment }: ProgressSignal): readonly string[] => [
  ...(facts.commit ? [`commit ${facts.commit}`] : []),
  ...(deployment?.keys ?? []).map((key) => `deployment ${key}`),
];

/**
 * False where it failed: it is tried again with the next sweep, and what follows is done all the
 * same.
 */
async function succeeds(
  deps: DigestDeps,
  failed: string,
  what: Readonly<Record<string, string>>,
  step: () => Promise<void>,
): Promise<boolean> {
  try {
    await step();
    return true;
  } catch (error) {
    const detail = stackOf(error);
    deps.log.error(failed, { ...what, error: detail });
    return false;
  }
}

/** Undefined where it cannot be read now: it is put off. */
async function readOne(deps: DigestDeps, delivery: ClaimedDelivery): Promise<Read | undefined> {
  try {
    const endpoint = await deps.findEndpoint(delivery.endpointId);
    const adapter = deps.adapters.get(delivery.provider);
    const reading =
      endpoint && adapter
        ? blamed(() => readDelivery(adapter, endpoint.filters, delivery))
        : ENDPOINT_GONE;
    return { delivery, endpoint, reading };
  } catch (error) {
    await putOff(deps, delivery, error);
    return undefined;
  }
}

async function digestOne(deps: DigestDeps, { delivery, endpoint, reading }: Read): Promise<void> {
  try {
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

const ENDPOINT_GONE: DeliveryReading = {
  status: "ignored",
  detail: "the endpoint was deleted",
  signals: null,
};

function advanceBy(
  deps: DigestDeps,
  endpoint: Endpoint,
  delivery: ClaimedDelivery,
  signals: readonly Signal[],
): Promise<Advanced> {
  const origin: Origin = {
    ...originOf(deps, endpoint, endpoint.id),
    event: delivery.event,
    deliveryId: delivery.id,
    occurrenceKey: occurrenceKeyOf(deps.adapters.get(delivery.provider), delivery),
  };
  return advance(origin, signals, deps.store);
}

/**
 * What makes the pushes of its notices one of a kind. Where the provider's id stands in a header
 * that nobody signed, whoever has once seen a delivery could send it again under another: there it
 * is known by its content, as no two events of a code host have the same body. A replay is a wish
 * to see it again: its notices are pushed anew.
 */
function occurrenceKeyOf(
  adapter: Adapter | undefined,
  { id, endpointId, body, replays }: ClaimedDelivery,
): string {
  if (!adapter || !hasUnsignedId(adapter)) return `delivery:${id}:${replays}`;
  return `body:${endpointId}:${sha256Hex(body)}:${replays}`;
}

function outcomeOf(
  delivery: ClaimedDelivery,
  reading: DeliveryReading,
  advanced: Advanced,
): DigestCommit["delivery"] {
  const { id, claim } = delivery;
  const { filteredBy, said } = advanced;
  return {
    id,
    claim,
    status: filteredBy === undefined ? reading.status : "filtered",
    detail: filteredBy ?? reading.detail ?? detailOf(said, advanced),
    signals: reading.signals,
  };
}

/** What was told and what was not; where neither the screen nor anybody heard of it, that. */
function detailOf(said: readonly string[], { commands }: Advanced): string | null {
  if (said.length > 0) return [...new Set(said)].join("; ");
  return commands.length > 0 ? null : NOTHING_NEW;
}

const NOTHING_NEW = "recorded: nothing that is shown or told has changed";

/**
 * It is tried again when its lease is over. Not for ever where the delivery is to blame; a store
 * that is away never counts against a delivery.
 */
async function putOff(deps: DigestDeps, delivery: ClaimedDelivery, error: unknown): Promise<void> {
  const { id, claim, attempts } = delivery;
  const isToBlame = error instanceof DeliveryError || isRowError(error);
  const cause = error instanceof DeliveryError ? error.cause : error;
  const detail = stackOf(cause);
  deps.log.error("digest failed", { delivery_id: id, attempts, error: detail });
  if (!isToBlame || attempts < MAX_ATTEMPTS) {
    const until = deps.clock.now() + LEASE_MS;
    if (deps.isBilledByRows) await deps.store.putOffDelivery(delivery, until);
    return;
  }
  const outcome = { id, claim, status: "failed" as const, detail, signals: null };
  await deps.store.commitDigest({
    delivery: outcome,
    tracks: [],
    commands: [],
    now: deps.clock.now(),
  });
}
