/** Lists deliveries, newest first, SQLite dialect. */
import { and, desc, eq, gte, lt, sql } from "drizzle-orm";
import type { Store } from "../../port.ts";
import { SEARCH_WINDOW, toPage, widenSearch } from "../../page.ts";
import { toDelivery } from "../../records.ts";
import type { Database } from "../driver/database.ts";
import { deliveries } from "../schema.ts";

type Filter = Parameters<Store["listDeliveries"]>[0];

/**
 * A text search looks through a window of the newest rows per page, so that a text that is nowhere
 * does not read the whole table: such a page may be short and still have a `next`.
 */
export function listDeliveriesStep(db: Database): Store["listDeliveries"] {
  return async (filter) => {
    const windowEnd = filter.q ? await findWindowEnd(db, filter) : undefined;
    const [found] = await db.batch([
      db
        .select()
        .from(deliveries)
        .where(and(matches(filter), reaches(windowEnd), holds(filter.q)))
        .orderBy(desc(deliveries.id))
        .limit(filter.limit + 1),
    ]);
    const page = toPage(found.map(toDelivery), filter.limit, (it) => it.id);
    return widenSearch(page, windowEnd);
  };
}

/** The last id that a search looks at, undefined where fewer rows than a window are left. */
async function findWindowEnd(db: Database, filter: Filter): Promise<string | undefined> {
  const [[last]] = await db.batch([
    db
      .select({ id: deliveries.id })
      .from(deliveries)
      .where(matches(filter))
      .orderBy(desc(deliveries.id))
      .limit(1)
      .offset(SEARCH_WINDOW - 1),
  ]);
  return last?.id;
}

function matches({ endpointId, status, event, cursor }: Filter) {
  return and(
    cursor === undefined ? undefined : lt(deliveries.id, cursor),
    endpointId === undefined ? undefined : eq(deliveries.endpointId, endpointId),
    status === undefined ? undefined : eq(deliveries.status, status),
    event === undefined ? undefined : eq(deliveries.event, event),
  );
}

function reaches(windowEnd: string | undefined) {
  return windowEnd === undefined ? undefined : gte(deliveries.id, windowEnd);
}

/**
 * Not LIKE: its wildcards would need escaping, and D1 limits its patterns to 50 bytes. ASCII
 * letters match in any case.
 */
function holds(q: string | undefined) {
  if (!q) return undefined;
  const { body, event, providerDeliveryId } = deliveries;
  return sql`(instr(lower(${event}), lower(${q})) > 0 or instr(lower(${providerDeliveryId}), lower(${q})) > 0
    or instr(lower(${body}), lower(${q})) > 0)`;
}
