/** Requests that were refused: a ring of the newest for each endpoint, Postgres dialect. */
import type { Sql } from "postgres";
import { REFUSED_ATTEMPTS_KEPT } from "../../../model/refused-attempt.ts";
import type { RefusedAttempt } from "../../../model/refused-attempt.ts";
import type { RefusedAttemptStore } from "../../port.ts";
import { rowFormat } from "../../statement.ts";
import { allOf } from "../../../util/wait-for-all.ts";
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

/** `back`: how many come after it. Two processes that add at once each take numbers of their own. */
const keep = statement(
  `insert into refused_attempts
     (endpoint_id, slot, number, "at", reason, status, header_names, sender, event)
   select endpoint_id, (total - :back::integer) % ${REFUSED_ATTEMPTS_KEPT}, total - :back::integer, :at::bigint, :reason,
     :status::integer, :headerNames, :sender, :event
   from refused_totals where endpoint_id = :endpointId
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
        allOf([
          addTotal(tx, { endpointId, count, at: last.at, reason: last.reason }),
          ...kept.map((it, at) => keep(tx, { ...it, endpointId, back: kept.length - 1 - at })),
        ]),
      );
    },
    listRefusedAttempts: (endpointId) => listKept(client, { endpointId }),
    refusedTotals: () => listTotals(client, {}),
  };
}
