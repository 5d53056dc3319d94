/** Pages of incidents, the same in both dialects: by when they began, the newest first. Pure. */
import type { Incident } from "../../model/telling/incident.ts";
import { toPage } from "./page.ts";
import type { AdminStore, Paged } from "../port.ts";

/** Behind every row. */
const START = { since: Number.MAX_SAFE_INTEGER, endpointId: "", incidentKey: "" };

/** The statement's parameters; undefined for a cursor that is none of ours. */
export function incidentList({
  cursor,
  endpointId,
  state,
  limit,
}: Parameters<AdminStore["listIncidents"]>[0]) {
  const after = cursor === undefined ? START : parseCursor(cursor);
  return (
    after && {
      anyEndpoint: endpointId === undefined,
      endpointId: endpointId ?? "",
      anyState: state === undefined,
      state: state ?? "",
      since: after.since,
      afterEndpoint: after.endpointId,
      afterKey: after.incidentKey,
      limit: limit + 1,
    }
  );
}

/** Of rows of which one more was asked for than the page has. */
export const incidentPage = (rows: readonly Incident[], limit: number): Paged<Incident> =>
  toPage(rows, limit, ({ since, endpointId, incidentKey }) =>
    [since, endpointId, incidentKey].join("."),
  );

function parseCursor(cursor: string): typeof START | undefined {
  const [since = "", endpointId, ...key] = cursor.split(".");
  if (!/^\d{1,15}$/.test(since) || endpointId === undefined || key.length === 0) return undefined;
  return { since: Number(since), endpointId, incidentKey: key.join(".") };
}
