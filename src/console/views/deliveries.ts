/**
 * The list of deliveries: one sentence a row, live, with a search whose state is the address. Pure.
 */
import { html } from "hono/html";
import type { DeliverySummary } from "../../api/deliveries.ts";
import { dot, foreign, pill, time, toneOf, withQuery } from "./parts/html.ts";
import type { Html, Tone } from "./parts/html.ts";
import { heading, liveMark } from "./parts/layout.ts";
import type { Page } from "./parts/layout.ts";

export interface DeliveriesModel {
  readonly query: string;
  readonly problems: readonly string[];
  readonly rows: readonly DeliverySummary[];
  readonly next: string | undefined;
  /** Set where the search stopped before the end of the record. */
  readonly lookedAt: number | undefined;
  readonly isFirstPage: boolean;
}

/** What people look for most, as searches. */
const SHORTCUTS = [
  ["All", ""],
  ["Failed runs", "outcome:failed"],
  ["Pushed", "has:push"],
  ["Left alone", "status:ignored"],
  ["Unknown events", "status:unknown"],
  ["Broken", "has:error"],
  ["Refused", "status:refused"],
] as const;

export function deliveriesPage(model: DeliveriesModel): Page {
  const { query, rows, next, isFirstPage } = model;
  return {
    title: "Deliveries",
    section: "deliveries",
    ...(isFirstPage && { hears: ["delivery", "call"] as const }),
    body: html`${heading("Deliveries", "What providers sent, and what came of it.", isFirstPage ? liveMark : "")}
      <form class="row" method="get" action="/deliveries" role="search">
        <div class="search">
          <label class="visually-hidden" for="q">Search deliveries</label>
          <input
            id="q"
            name="q"
            type="search"
            value="${query}"
            data-search
            autocomplete="off"
            spellcheck="false"
            placeholder="project:web-shop outcome:failed before:2026-11-02"
            aria-describedby="q-help"
          />
        </div>
        <button>Search <kbd>/</kbd></button>
      </form>
      <p class="row" id="q-help">
        ${SHORTCUTS.map(
          ([words, q]) =>
            html`<a
              class="pill ${q === query ? "busy" : ""}"
              href="${withQuery("/deliveries", { q })}"
              >${words}</a
            >`,
        )}<span class="small dim"
          >provider: outcome: project: branch: event: status: before: has:</span
        >
      </p>
      ${model.problems.map((problem) => html`<p class="note wait" role="alert">${problem}</p>`)}
      <section class="panel flush" aria-label="Deliveries">
        <ol class="list" id="deliveries" data-region data-list data-pauses>
          ${rows.map(deliveryRow)}
        </ol>
        ${rows.length === 0 ? emptyList(model) : ""} ${pager(model)}
      </section>`,
  };

  function pager({ lookedAt }: DeliveriesModel): Html {
    if (next === undefined && isFirstPage) return html``;
    return html`<nav class="pages" aria-label="Pages of the list">
      ${isFirstPage ? html`<span></span>` : html`<a href="${withQuery("/deliveries", { q: query })}">← Newest</a>`}
      ${lookedAt === undefined ? "" : html`<span class="dim">The newest ${lookedAt} were looked at.</span>`}
      ${next === undefined ? html`<span></span>` : html`<a rel="next" href="${withQuery("/deliveries", { q: query, cursor: next })}">Older →</a>`}
    </nav>`;
  }
}

export function deliveryRow(it: DeliverySummary): Html {
  return html`<li id="${it.id}">
    <div class="line">
      ${dot(rowTone(it), it.status)} <span class="when dim">${time(it.received_at, "clock")}</span
      ><span class="who dim clip">${it.provider}</span>
      <a class="go what clip" href="${addressOf(it)}">${foreign(it.summary)}</a>
      <span class="dim small clip">${effectsWords(it)}</span>
    </div>
  </li>`;
}

/** What was refused is not stored and has no page; its endpoint’s page tells more of it. */
const addressOf = ({ id, status, endpoint_id: endpoint }: DeliverySummary): string =>
  status === "refused" ? `/endpoints/${endpoint}` : `/deliveries/${id}`;

/** A failed run is told by its colour even where its delivery was read without a fault. */
function rowTone({ status, outcome }: DeliverySummary): Tone {
  if (status !== "processed") return toneOf(status);
  return outcome === null || outcome === "notice"
    ? "ok"
    : toneOf(outcome === "firing" ? "failed" : outcome);
}

function effectsWords({ status, effects }: DeliverySummary): Html | string {
  if (effects.length > 0) return effects.join(", ");
  return status === "processed" ? "nothing sent" : pill(toneOf(status), STATUS_WORDS[status]);
}

export const STATUS_WORDS: Readonly<Record<DeliverySummary["status"], string>> = {
  received: "to be read",
  processed: "read",
  ignored: "left alone",
  unknown: "unknown event",
  filtered: "filtered out",
  invalid: "not as expected",
  failed: "could not be read",
  refused: "refused",
};

function emptyList({ query, next }: DeliveriesModel): Html {
  if (query === "") {
    return html`<div class="empty">
      <strong>Nothing has arrived yet</strong
      ><span>A delivery shows up here the moment it is stored.</span
      ><a class="button primary" href="/connect">Connect a provider</a>
    </div>`;
  }
  return html`<div class="empty">
    <strong>No delivery like this${next === undefined ? "" : " among the newest"}</strong
    ><a href="/deliveries">Show all</a>
  </div>`;
}
