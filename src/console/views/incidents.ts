/** Incidents: what is wrong now and what was, to be acknowledged or muted. Pure. */
import { html } from "hono/html";
import type { IncidentModel } from "../../api/models/incident-models.ts";
import { counted, dot, foreign, outside, pill, time, withQuery } from "./parts/html.ts";
import type { Html, Tone } from "./parts/html.ts";
import { heading, liveMark } from "./parts/layout.ts";
import type { Page } from "./parts/layout.ts";

export const INCIDENT_TABS = [
  { show: "open", words: "Open" },
  { show: "resolved", words: "Over" },
] as const;
export type IncidentTab = (typeof INCIDENT_TABS)[number]["show"];

export interface IncidentsModel {
  readonly tab: IncidentTab;
  readonly rows: readonly IncidentModel[];
  readonly next: string | undefined;
  readonly mayAct: boolean;
}

export function incidentsPage(model: IncidentsModel): Page {
  const { tab, rows, next } = model;
  return {
    title: "Incidents",
    section: "incidents",
    hears: ["delivery", "call"],
    body: html`${heading("Incidents", "What is wrong, and was. One rings when it begins, when it gets worse and when it is over; never by repetition.", liveMark)}
      <nav class="tabs" aria-label="Which ones">
        ${INCIDENT_TABS.map(({ show, words }) => html`<a href="${withQuery("/incidents", { show })}" ${show === tab ? html` aria-current="page"` : ""}>${words}</a>`)}
      </nav>
      <section class="panel flush" aria-label="Incidents">
        <ul class="list" id="incidents" data-region data-list>
          ${rows.map((it) => incidentRow(it, model.mayAct))} ${rows.length === 0 ? EMPTY[tab] : ""}
        </ul>
        ${next === undefined ? "" : html`<nav class="pages" aria-label="Pages of the list"><span></span><a rel="next" href="${withQuery("/incidents", { show: tab, cursor: next })}">Older →</a></nav>`}
      </section>`,
  };
}

const EMPTY: Readonly<Record<IncidentTab, Html>> = {
  open: html`<li class="empty" id="none">
    <strong>Nothing is wrong</strong
    ><span>A crash, an alert or a usage limit shows up here when a provider tells of it.</span>
  </li>`,
  resolved: html`<li class="empty" id="none"><strong>Nothing was wrong lately</strong></li>`,
};

function incidentRow(it: IncidentModel, mayAct: boolean): Html {
  return html`<li id="${it.id}">
    <div class="line">
      ${dot(toneOf(it), it.state)}
      <span class="what"
        ><span class="strong">${foreign(it.title)}</span
        ><span class="under"
          >${factsOf(it)} ${outside(it.url ?? undefined, "At the provider")}</span
        ></span
      >
      <span class="effects"
        >${pill(SEVERITY[it.severity], it.severity)}${it.muted ? pill("off", "muted") : ""}${it.state === "acknowledged" ? pill("wait", "acknowledged") : ""}</span
      >
      <span class="when">${time(it.since, "since")}</span>
      ${mayAct && it.state !== "resolved" ? buttons(it) : ""}
    </div>
  </li>`;
}

const SEVERITY: Readonly<Record<IncidentModel["severity"], Tone>> = {
  critical: "bad",
  warning: "wait",
  info: "off",
};

function toneOf({ state, muted }: IncidentModel): Tone {
  if (state === "resolved") return "ok";
  return muted ? "off" : state === "acknowledged" ? "wait" : "bad";
}

/** Whom it concerns, how often it was reported, who was told and when it closes. */
function factsOf(it: IncidentModel): Html {
  const told =
    it.last_told_at === null ? html`nobody was told` : html`told ${time(it.last_told_at, "since")}`;
  return html`${it.environment === null ? "" : html`${foreign(it.environment)} · `}${counted(it.count, "report")},
  ${told}${it.state === "resolved" || it.closes_at === null ? "" : html`, closes ${time(it.closes_at)} unless it is reported again`}.`;
}

function buttons({ id, state, muted }: IncidentModel): Html {
  return html`<div class="act row">
    ${
      state === "firing"
        ? html`<form method="post" action="/incidents/${id}/acknowledge">
            <button class="slim">Acknowledge</button>
          </form>`
        : ""
    }
    <form method="post" action="/incidents/${id}/${muted ? "unmute" : "mute"}">
      <button class="slim">${muted ? "Unmute" : "Mute"}</button>
    </form>
  </div>`;
}
