/**
 * How many deliveries and commands there are by status, Postgres dialect. What is open or failed is
 * counted; what is over is estimated from a sample, exact for a small store: to count it would need
 * an index that every delivery pays for.
 */
import type { Sql } from "postgres";
import type { Store } from "../../port.ts";
import { statement } from "../driver/statement.ts";
import { percentOf, sampleOf } from "./sample.ts";

const toCount = ([status, count]: readonly unknown[]) => [String(status), Number(count)] as const;

const deliveries = statement(
  `select 'received', count(*) from deliveries where status = 'received'
   union all
   select status, count(*) from deliveries where status in ('failed', 'invalid') group by status
   union all
   select status, round(count(*) * 100 / ${percentOf("deliveries")})::bigint
   from ${sampleOf("deliveries")}
   where status not in ('received', 'failed', 'invalid') group by status`,
  toCount,
);

const commands = statement(
  `select 'pending', count(*) from commands where status = 'pending'
   union all
   select 'sending', count(*) from commands where status = 'sending'
   union all
   select 'dead', count(*) from commands where status = 'dead'
   union all
   select status, round(count(*) * 100 / ${percentOf("commands")})::bigint
   from ${sampleOf("commands")}
   where status not in ('pending', 'sending', 'dead') group by status`,
  toCount,
);

const oldestPending = statement(
  `select min(created_at) from commands where status = 'pending'`,
  ([at]) => (at === null ? undefined : Number(at)),
);

export function countsStep(client: Sql): Store["counts"] {
  return async () => {
    const [byDelivery, byCommand, [oldestPendingAt]] = await Promise.all([
      deliveries(client, {}),
      commands(client, {}),
      oldestPending(client, {}),
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
