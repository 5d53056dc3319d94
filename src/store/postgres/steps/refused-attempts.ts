/** Requests that were refused: a ring of the newest for each endpoint, Postgres dialect. */
import type { Sql } from "postgres";
import { REFUSED_ATTEMPTS_KEPT } from "../../../model/refused-attempt.ts";
import type { RefusedAttempt } from "../../../model/refused-attempt.ts";
import type { RefusedAttemptStore } from "../../port.ts";
import { rowFormat } from "../../sql/statement.ts";
import { waitForAll } from "../../../util/async/wait-for-all.ts";
import { statement } from "../driver/statement.ts";
import { refusedAttempts, refusedTotals } from "../schema.ts";

const KEPT = rowFormat(refusedAttempts);
const TOTALS = rowFormat(refusedTotals);

const addTotal = statement(
  `insert into refused_totals (endpoint_id, total, last_at, last_reason)
   select id, :count::integer, :at::bigint, :reason from endpoints where id = :endpointId for share
   on conflict (endpoint_id) do update set
     total = refused_totals.total + excluded.total, last_at = excluded.last_at,
     last_reason = excluded.last_reason`,
);

/**
 * Numbers follow one another, however many were counted and not kept between two. Two processes
 * that add at once do so one after the other: the total's row holds the second back.
 */
const keep = statement(
  `insert into refused_attempts
     (endpoint_id, slot, number, "at", reason, status, header_names, sender, event)
   select endpoint_id, next % ${REFUSED_ATTEMPTS_KEPT}, next, :at::bigint, :reason, :status::integer,
     :headerNames, :sender, :event
   from (select endpoint_id, coalesce((select max(number) from refused_attempts as kept
     where kept.endpoint_id = refused_totals.endpoint_id), -1) + 1 as next
     from refused_totals where endpoint_id = :endpointId) as following
   on conflict (endpoint_id, slot) do update set
     number = excluded.number, "at" = excluded."at", reason = excluded.reason,
     status = excluded.status, header_names = excluded.header_names,
     sender = excluded.sender, event = excluded.event`,
);

const listKept = statement(
  `select ${KEPT.list} from refused_attempts where endpoint_id = :endpointId order by number desc`,
  (values): RefusedAttempt => {
    const { endpointId: _endpointId, slot: _slot, number: _number, ...kept } = KEPT.toRow(values);
    return kept;
  },
);

const listTotals = statement(
  `select ${TOTALS.list} from refused_totals order by endpoint_id`,
  TOTALS.toRow,
);

export function refusedAttemptSteps(client: Sql): RefusedAttemptStore {
  return {
    async addRefusedAttempts(endpointId, count, latest) {
      const last = latest.at(-1);
      if (!last) return;
      const kept = latest.slice(-REFUSED_ATTEMPTS_KEPT);
      await client.begin((tx) =>
        waitForAll([
          addTotal(tx, { endpointId, count, at: last.at, reason: last.reason }),
          ...kept.map((it) => keep(tx, { ...it, endpointId })),
        ]),
      );
    },
    listRefusedAttempts: (endpointId) => listKept(client, { endpointId }),
    refusedTotals: () => listTotals(client, {}),
  };
}
