/** What a digest remembers from one delivery to the next, Postgres dialect. */
import type { Sql } from "postgres";
import type { IncidentList, MemoryWrites } from "../../port.ts";
import { allMemoryTexts, loadLists, planWrites } from "../../sql/memory-tables.ts";
import { incidentList, incidentPage } from "../../lists/incident-list.ts";
import type { MemoryStore } from "../../port.ts";
import { EMPTY_PAGE } from "../../lists/page.ts";
import { rowFormat } from "../../sql/statement.ts";
import { toStoredText } from "../driver/columns.ts";
import { Refusal } from "../driver/transaction.ts";
import { statement } from "../driver/statement.ts";
import type { Client } from "../driver/statement.ts";
import { cardGroups, due, folds, incidents, servings, standings, told } from "../schema.ts";

const FORMATS = {
  incidents: rowFormat(incidents),
  standings: rowFormat(standings),
  servings: rowFormat(servings),
  told: rowFormat(told),
  folds: rowFormat(folds),
  cardGroups: rowFormat(cardGroups),
  due: rowFormat(due),
};

const TEXTS = allMemoryTexts(FORMATS, {
  keyRows: "json_array_elements(:keys::text::json) as k",
  keyValue: (at, isNumber) => (isNumber ? `(k ->> ${at})::bigint` : `k ->> ${at}`),
});

const openIncidents = statement(
  `select ${FORMATS.incidents.list} from incidents
   where endpoint_id = :endpointId and line_key = :lineKey and state <> 'resolved'
   order by since, incident_key`,
  FORMATS.incidents.toRow,
);

const listIncidents = statement(
  `select ${FORMATS.incidents.list} from incidents
   where (:anyEndpoint::boolean or endpoint_id = :endpointId) and (:anyState::boolean or state = :state)
     and (since, endpoint_id, incident_key) < (:since::bigint, :afterEndpoint, :afterKey)
   order by since desc, endpoint_id desc, incident_key desc limit :limit`,
  FORMATS.incidents.toRow,
);

const DUE = rowFormat(due, "due");

const claimDue = statement(
  `with oldest as materialized (
     select kind, "key" from due where due_at <= :now
     order by due_at, kind, "key" limit :limit for update skip locked)
   update due set due_at = :leaseEnd, attempts = attempts + 1, version = version + 1
   from oldest where due.kind = oldest.kind and due."key" = oldest."key"
   returning ${DUE.list}`,
  DUE.toRow,
);

const earliestDue = statement(`select min(due_at) from due`, ([at]) =>
  at === null || at === undefined ? undefined : Number(at),
);

export function memorySteps(client: Sql): MemoryStore & IncidentList {
  return {
    loadMemory: (keys) =>
      loadLists(keys, FORMATS, (asked) =>
        Promise.all(
          asked.map((it) =>
            ask(TEXTS[it.of].load)(client, { keys: it.keys.map((row) => row.map(asStored)) }),
          ),
        ),
      ),

    openIncidents: (endpointId, lineKey) => openIncidents(client, { endpointId, lineKey }),

    claimDue: ({ now, limit, leaseMs }) =>
      claimDue(client, { now, limit, leaseEnd: now + leaseMs }),

    async listIncidents(filter) {
      const values = incidentList(filter);
      if (!values) return EMPTY_PAGE;
      return incidentPage(await listIncidents(client, values), filter.limit);
    },

    async nextDue() {
      const [at] = await earliestDue(client, {});
      return at;
    },
  };
}

const asStored = (value: unknown): unknown =>
  typeof value === "string" ? toStoredText(value) : value;

/**
 * Writes in the caller's transaction, which a row that is not as it was loaded undoes with a
 * Refusal.
 */
export function writeMemory(
  client: Client,
  writes: MemoryWrites | undefined,
  now: number,
): Promise<void>[] {
  return planWrites(writes, now).map(async ({ of, step, values }) => {
    const written = await ask(TEXTS[of][step])(client, values);
    if (written.length === 0) throw new Refusal("conflict");
  });
}

const asked = new Map<string, ReturnType<typeof statement>>();

/** The texts are few, and each is parsed once. */
function ask(text: string): ReturnType<typeof statement> {
  const known = asked.get(text) ?? statement(text);
  asked.set(text, known);
  return known;
}
