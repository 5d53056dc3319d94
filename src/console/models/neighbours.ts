/**
 * The deliveries before and after one in the list. The list goes back in time only, so that the
 * next newer one is looked for in windows that grow. Reads only.
 */
import type { DeliveryDetail } from "../../api/deliveries.ts";
import type { ConsoleDeps } from "../deps.ts";
import { ask } from "./ask.ts";
import { idFloor, timeOfId } from "../../util/id.ts";

const FIRST_WINDOW_MS = 1_000;
const GROWTH = 8;
const PAGE = 50;
/** A window with more deliveries than so many pages is left alone: there is the list. */
const PAGES = 10;

export interface Neighbours {
  /** Ids; undefined at an end of the list. */
  readonly newer: string | undefined;
  readonly older: string | undefined;
}

export async function neighboursOf(
  deps: ConsoleDeps,
  { id }: Pick<DeliveryDetail, "id">,
): Promise<Neighbours> {
  const { listDeliveries } = deps.operations;
  const [[newest], older] = await Promise.all([
    ask(listDeliveries, { query: { limit: 1 } }).then(({ data }) => data),
    ask(listDeliveries, { query: { limit: 1, cursor: id } }),
  ]);
  const isNewest = newest === undefined || newest.id <= id;
  return { newer: isNewest ? undefined : await newerOf(deps, id), older: older.data[0]?.id };
}

async function newerOf(deps: ConsoleDeps, id: string): Promise<string | undefined> {
  const at = timeOfId(id);
  // One window reaches beyond now: other processes' clocks may be ahead.
  for (let width = FIRST_WINDOW_MS; ; width *= GROWTH) {
    const found = await oldestWithin(deps, id, idFloor("dlv", at + width));
    if (found !== undefined || at + width / GROWTH > deps.clock.now()) return found;
  }
}

/** Of the deliveries after `id` and before `end` the oldest. */
async function oldestWithin(
  { operations }: ConsoleDeps,
  id: string,
  end: string,
): Promise<string | undefined> {
  let oldest: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const query = { limit: PAGE, cursor: oldest ?? end };
    const { data } = await ask(operations.listDeliveries, { query });
    const newer = data.filter((it) => it.id > id);
    oldest = newer.at(-1)?.id ?? oldest;
    if (newer.length < PAGE) break;
  }
  return oldest;
}
