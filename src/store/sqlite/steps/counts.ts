/**
 * How many deliveries and commands there are by status, SQLite dialect. What is open or failed is
 * counted; what is over is estimated from a sample, exact for a small store: to count it would need
 * an index that every delivery pays for.
 */
import { commandIdsOf } from "../../sql/delivery-commands.ts";
import type { Store } from "../../port.ts";
import type { SqliteDriver, SqliteRow } from "../driver/driver.ts";
import { runBatch, statement } from "../driver/statement.ts";
import { selectOpen, selectSending } from "./claimable.ts";
import { SAMPLED_DELIVERIES, SLICE_ROWS } from "./sample.ts";

const STANDS_FOR = `cast(round(sum(step) / ${SLICE_ROWS}.0) as integer)`;

const COUNT_SENDING = `select count(*) from (${selectSending("1", "true")})`;

const toCount = ([status, count]: SqliteRow) => [String(status), Number(count)] as const;

const deliveries = statement(
  `select 'received', count(*) from deliveries where status = 'received'
   union all
   select status, count(*) from deliveries where status in ('failed', 'invalid') group by status
   union all
   select status, ${STANDS_FOR} from ${SAMPLED_DELIVERIES}
   where status not in ('received', 'failed', 'invalid') group by status`,
  toCount,
);

const commands = statement(
  `select 'pending', (select count(*) from (${selectOpen("1", "true")})) - (${COUNT_SENDING})
   union all
   select 'sending', (${COUNT_SENDING})
   union all
   select 'dead', count(*) from commands where status = 'dead'
   union all
   select status, sum(n) from (
     select status, count(*) as n from commands
     where delivery_id is null and settled_at is not null and status <> 'dead' group by status
     union all
     select commands.status, ${STANDS_FOR} from ${SAMPLED_DELIVERIES}
     cross join commands on commands.id in (${commandIdsOf("deliveries.id")})
     where commands.status not in ('pending', 'sending', 'dead') group by commands.status
   ) group by status`,
  toCount,
);

const oldestPending = statement(
  `select min(created_at) from (${selectOpen("due.created_at", "due.status = 'pending'")})`,
  ([at]) => (typeof at === "number" ? at : undefined),
);

export function countsStep(driver: SqliteDriver): Store["counts"] {
  return async () => {
    const [byDelivery, byCommand, [oldestPendingAt]] = await runBatch(driver, [
      deliveries({}),
      commands({}),
      oldestPending({}),
    ]);
    return {
      deliveries: countsOf(byDelivery),
      commands: countsOf(byCommand),
      oldestPendingAt,
    };
  };
}

const countsOf = (counts: readonly (readonly [string, number])[]): Record<string, number> =>
  Object.fromEntries(counts.filter(([, count]) => count > 0));
