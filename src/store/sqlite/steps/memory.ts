/** What a digest remembers from one delivery to the next, SQLite dialect. */
import type { IncidentList, MemoryWrites } from "../../port.ts";
import { allMemoryTexts, loadLists, planWrites } from "../../sql/memory-tables.ts";
import { incidentList, incidentPage } from "../../lists/incident-list.ts";
import type { MemoryStore } from "../../port.ts";
import { EMPTY_PAGE } from "../../lists/page.ts";
import { rowFormat } from "../../sql/statement.ts";
import type { Parameters } from "../../sql/statement.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { runQuery, statement } from "../driver/statement.ts";
import type { Query } from "../driver/statement.ts";
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
  keyRows: "json_each(:keys) as k",
  keyValue: (at) => `k.value ->> ${at}`,
});

const openIncidents = statement(
  `select ${FORMATS.incidents.list} from incidents
   where endpoint_id = :endpointId and line_key = :lineKey and state <> 'resolved'
   order by since, incident_key`,
  FORMATS.incidents.toRow,
);

const listIncidents = statement(
  `select ${FORMATS.incidents.list} from incidents
   where (:anyEndpoint or endpoint_id = :endpointId) and (:anyState or state = :state)
     and (since, endpoint_id, incident_key) < (:since, :afterEndpoint, :afterKey)
   order by since desc, endpoint_id desc, incident_key desc limit :limit`,
  FORMATS.incidents.toRow,
);

const claimDue = statement(
  `update due set due_at = :leaseEnd, attempts = attempts + 1, version = version + 1
   where (kind, "key") in
     (select kind, "key" from due where due_at <= :now order by due_at, kind, "key" limit :limit + 0)
   returning ${FORMATS.due.list}`,
  FORMATS.due.toRow,
);

const earliestDue = statement(`select min(due_at) from due`, ([at]) =>
  at === null || at === undefined ? undefined : Number(at),
);

export function memorySteps(driver: SqliteDriver): MemoryStore & IncidentList {
  return {
    loadMemory: (keys) =>
      loadLists(keys, FORMATS, (asked) =>
        driver.batch(asked.map((it) => ask(TEXTS[it.of].load, { keys: it.keys }))),
      ),

    openIncidents: (endpointId, lineKey) =>
      runQuery(driver, openIncidents({ endpointId, lineKey })),

    claimDue: ({ now, limit, leaseMs }) =>
      runQuery(driver, claimDue({ now, limit, leaseEnd: now + leaseMs })),

    async listIncidents(filter) {
      const values = incidentList(filter);
      if (!values) return EMPTY_PAGE;
      return incidentPage(await runQuery(driver, listIncidents(values)), filter.limit);
    },

    async nextDue() {
      const [at] = await runQuery(driver, earliestDue({}));
      return at;
    },
  };
}

/**
 * Guards that undo the batch where a row is not as it was loaded, and the writes that follow them.
 */
export function memoryStatements(
  writes: MemoryWrites | undefined,
  now: number,
): { readonly guards: Query<unknown>[]; readonly writes: Query<unknown>[] } {
  const planned = planWrites(writes, now);
  return {
    guards: planned.map(({ of, step, values }) => {
      const refused =
        step === "insert" ? `exists (${TEXTS[of].isThere})` : `not exists (${TEXTS[of].isUnmoved})`;
      return ask(`insert into refusals select 'conflict' where ${refused}`, values);
    }),
    writes: planned.map(({ of, step, values }) => ask(TEXTS[of][step], values)),
  };
}

const asked = new Map<string, (values: Parameters) => Query<unknown>>();

/** The texts are few, and each is parsed once. */
function ask(text: string, values: Parameters): Query<unknown> {
  const known = asked.get(text) ?? statement(text);
  asked.set(text, known);
  return known(values);
}
