/** One run with what moved it and the calls that it led to. Reads only. */
import type { CallModel } from "../../api/commands.ts";
import type { DeliveryDetail } from "../../api/deliveries.ts";
import type { RunModel, TrackModel } from "../../api/models/track-models.ts";
import { ApiError } from "../../api/routing/api-error.ts";
import { isoTime } from "../../api/routing/models.ts";
import { idFloor } from "../../util/id.ts";
import type { ConsoleDeps } from "../deps.ts";

export interface RunPageModel {
  readonly track: TrackModel;
  readonly run: RunModel;
  /** Those that moved it, oldest first. */
  readonly deliveries: readonly DeliveryDetail[];
  /** Calls for the card of its track while it was shown, oldest first. */
  readonly calls: readonly CallModel[];
  /** There may be older ones that were not looked for. */
  readonly hasMoreCalls: boolean;
  readonly now: number;
}

/** What moved a run stands in deliveries that name it: at most so many are read. */
const MOVED_BY = 50;
/** Other processes' clocks may be so far ahead. */
const CLOCKS_APART_MS = 60_000;

export async function runModel(
  deps: ConsoleDeps,
  id: string,
  runId: string,
): Promise<RunPageModel | ApiError> {
  const { operations, clock } = deps;
  const [track, run] = await Promise.all([
    operations.getTrack.handle({ params: { id } }),
    operations.getRun.handle({ params: { id, run: runId } }),
  ]);
  if (track instanceof ApiError) return track;
  if (run instanceof ApiError) return run;
  const deliveries = await movedBy(deps, track, run);
  const calls = await callsOf(deps, id, run, deliveries);
  return { track, run, deliveries, ...calls, now: clock.now() };
}

/** A provider's clock may be so far ahead: what made the run came no earlier. */
const EARLIEST_MS = 10 * 60_000;

/**
 * Looked for between the run's last change and when it was made, so that an old one is found as
 * well, and nothing older is looked through; oldest first.
 */
async function movedBy(
  { operations }: ConsoleDeps,
  track: TrackModel,
  run: RunModel,
): Promise<DeliveryDetail[]> {
  const cursor = idFloor("dlv", Date.parse(run.updated_at) + CLOCKS_APART_MS);
  const named = await operations.listDeliveries.handle({
    query: {
      endpoint: track.endpoint_id,
      q: searchable(run.id),
      limit: MOVED_BY,
      cursor,
      since: isoTime(Date.parse(run.created_at) - EARLIEST_MS),
    },
  });
  const found = named instanceof ApiError ? [] : named.data;
  const details = await Promise.all(
    found.map((it) => operations.getDelivery.handle({ params: { id: it.id } })),
  );
  return details
    .flatMap((it) => (it instanceof ApiError ? [] : [it]))
    .filter(({ signals }) => signals?.some((it) => it.kind === "progress" && it.run.id === run.id))
    .toReversed();
}

/**
 * How many calls of a track are looked through for those of one run, and how long after its last
 * change: by then its card has left.
 */
const CALLS = 200;
const CALL_PAGES = 4;
const CARD_STAYS_MS = 2 * 60 * 60_000;

type Calls = Pick<RunPageModel, "calls" | "hasMoreCalls">;

/**
 * The calls for the track's card that the run's deliveries asked for, oldest first, and those that
 * nobody asked for between them and the next run's.
 */
async function callsOf(
  deps: ConsoleDeps,
  id: string,
  run: RunModel,
  deliveries: readonly DeliveryDetail[],
): Promise<Calls> {
  const [first] = deliveries;
  if (!first) return { calls: [], hasMoreCalls: false };
  const since = isoTime(Date.parse(first.received_at) - CLOCKS_APART_MS);
  const until = isoTime(Date.parse(run.updated_at) + CARD_STAYS_MS);
  const { calls, hasMoreCalls } = await newestCalls(deps, id, { since, until });
  const moved = new Set(deliveries.map((it) => it.id));
  let isOfRun = false;
  const ofRun = calls.toReversed().filter((call) => {
    if (call.delivery_id !== null) isOfRun = moved.has(call.delivery_id);
    return isOfRun;
  });
  return { calls: ofRun, hasMoreCalls };
}

/** A page of calls that are long ago may be short. */
async function newestCalls(
  { operations }: ConsoleDeps,
  id: string,
  between: { readonly since: string; readonly until: string },
): Promise<Calls> {
  const calls: CallModel[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < CALL_PAGES && calls.length < CALLS; page++) {
    const query = { limit: CALLS - calls.length, cursor, ...between };
    const found = await operations.listCalls.handle({ params: { id }, query });
    if (found instanceof ApiError) break;
    calls.push(...found.data);
    cursor = found.next_cursor ?? undefined;
    if (cursor === undefined) break;
  }
  return { calls, hasMoreCalls: cursor !== undefined };
}

/** The part of a run's id that stands in payloads: adapters may put a word before it. */
const searchable = (runId: string): string => (runId.split(":").at(-1) ?? runId).slice(0, 200);
