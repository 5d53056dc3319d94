/** Incidents: listed, acknowledged and muted through the admin API's own operations. */
import type { Hono } from "hono";
import { ApiError } from "../../api/routing/api-error.ts";
import type { ConsoleDeps } from "../deps.ts";
import { ask } from "../models/ask.ts";
import { INCIDENT_TABS, incidentsPage } from "../views/incidents.ts";
import type { IncidentsModel, IncidentTab } from "../views/incidents.ts";
import { back, mayAct, refused, show } from "./answer.ts";

const PAGE = 50;

export function mountIncidents(app: Hono, deps: ConsoleDeps): void {
  const { operations } = deps;
  app.get("/incidents", async (c) => {
    const { show: asked, cursor } = c.req.query();
    const tab = INCIDENT_TABS.find((it) => it.show === asked)?.show ?? "open";
    const list = await listOf(deps, tab, cursor);
    if (list instanceof ApiError) return refused(deps, c, list);
    return show(deps, c, incidentsPage({ tab, ...list, mayAct: await mayAct(deps, c) }));
  });
  app.post("/incidents/:id/acknowledge", async (c) => {
    const answer = await operations.acknowledgeIncident.handle({ params: c.req.param() });
    return back(c, "/incidents", answer instanceof ApiError ? "incident_over" : "acknowledged");
  });
  for (const [path, muted, said] of [
    ["mute", true, "muted"],
    ["unmute", false, "unmuted"],
  ] as const) {
    app.post(`/incidents/:id/${path}`, async (c) => {
      const answer = await operations.muteIncident.handle({
        params: { id: c.req.param("id") },
        body: { muted },
      });
      return back(c, "/incidents", answer instanceof ApiError ? "incident_over" : said);
    });
  }
}

type List = Pick<IncidentsModel, "rows" | "next">;

/** Open are those that fire, and behind them those that somebody works on. */
async function listOf(
  { operations }: ConsoleDeps,
  tab: IncidentTab,
  cursor: string | undefined,
): Promise<List | ApiError> {
  const query = (state: string) => ({ query: { limit: PAGE, state, ...(cursor && { cursor }) } });
  const first = await operations.listIncidents.handle(
    query(tab === "open" ? "firing" : "resolved"),
  );
  if (first instanceof ApiError) return first;
  const isLast = tab === "resolved" || cursor !== undefined;
  const worked = isLast ? [] : (await ask(operations.listIncidents, query("acknowledged"))).data;
  return { rows: [...first.data, ...worked], next: first.next_cursor ?? undefined };
}
