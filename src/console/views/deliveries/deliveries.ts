/**
 * The list of deliveries: one sentence a row, live, with a search whose state is the address. Pure.
 */
import { html } from "hono/html";
import type { DeliverySummary } from "../../../api/deliveries.ts";
import { dot, foreign, pill, time, toneOf, withQuery } from "../parts/html.ts";
import type { Html, Tone } from "../parts/html.ts";
import { heading, liveMark } from "../parts/layout.ts";
import type { Page } from "../parts/layout.ts";

export interface DeliveriesModel {
  readonly query: string;
  readonly problems: readonly string[];
  readonly rows: readonly DeliverySummary[];
  readonly next: string | undefined;
  /** How far a search looked, as an ISO time; undefined where it was none. */
  readonly lookedBackTo: "the beginning" | (string & {}) | undefined;
  readonly isFirstPage: boolean;
}

/** The words of the search, what they take, and an example each. */
const GRAMMAR = [
  ["provider:", "who sent it,", "provider:github"],
  ["outcome:", "how its run ended or stands,", "outcome:failed"],
  ["project:", "* stands for anything,", "project:web-*"],
  ["branch:", "of the run,", "branch:main"],
  ["event:", "the provider’s name for it,", "event:deployment.error"],
  ["before:", "a day or a time,", "before:2026-11-02"],
  ["has:", "push, activity, error or replay,", "has:push"],
  ["status:", "what became of it,", "status:ignored"],
] as const;

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
  const { query, rows, isFirstPage } = model;
  return {
    title: "Deliveries",
    section: "deliveries",
    ...(isFirstPage && { hears: ["delivery", "call"] as const }),
    body: html`${heading(
        "Deliveries",
        "What providers sent, and what came of it on the phone.",
        html`${isFirstPage ? liveMark : ""}<a class="button" href="/why" data-key="y"
            >Why did nothing come?</a
          >`,
      )}
      ${searchForm(query)}
      ${model.problems.map((problem) => html`<p class="note wait" role="alert">${problem}</p>`)}
      <section class="panel flush" aria-label="Deliveries">
        <ol class="list" id="deliveries" data-region data-list data-pauses>
          ${rows.map(deliveryRow)}
        </ol>
        <div id="none" data-region>${rows.length === 0 ? emptyList(model) : ""}</div>
        ${pager(model)}
      </section>`,
  };
}

const searchForm = (query: string): Html =>
  html`<form class="stack tight" method="get" action="/deliveries" role="search">
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
        placeholder="Search: web-shop, project:web-* outcome:failed, before:2026-11-02"
        aria-describedby="q-help"
      /><kbd aria-hidden="true">/</kbd>
    </div>
    <nav class="tabs" aria-label="Searches">
      ${SHORTCUTS.map(
        ([words, q]) =>
          html`<a
            href="${withQuery("/deliveries", { q })}"
            ${q === query ? html` aria-current="page"` : ""}
            >${words}</a
          >`,
      )}
    </nav>
    <details>
      <summary class="quiet" id="q-help">What can be searched for</summary>
      <dl class="facts small">
        ${GRAMMAR.map(
          ([term, words, example]) =>
            html`<dt><code>${term}</code></dt>
              <dd>
                ${words} <a href="${withQuery("/deliveries", { q: example })}">${example}</a>
              </dd>`,
        )}
      </dl>
    </details>
  </form>`;

function pager({ query, next, isFirstPage, lookedBackTo }: DeliveriesModel): Html {
  if (next === undefined && isFirstPage && lookedBackTo === undefined) return html``;
  return html`<nav class="pages" aria-label="Pages of the list">
    ${isFirstPage ? html`<span></span>` : html`<a href="${withQuery("/deliveries", { q: query })}">← Newest</a>`}
    ${lookedWords(lookedBackTo)}
    ${next === undefined ? html`<span></span>` : html`<a rel="next" href="${withQuery("/deliveries", { q: query, cursor: next })}">Older →</a>`}
  </nav>`;
}

function lookedWords(lookedBackTo: DeliveriesModel["lookedBackTo"]): Html {
  if (lookedBackTo === undefined) return html``;
  return lookedBackTo === "the beginning"
    ? html`<span class="dim">Everything was looked through.</span>`
    : html`<span class="dim">Looked back to ${time(lookedBackTo)}.</span>`;
}

export function deliveryRow(it: DeliverySummary): Html {
  return html`<li id="${it.id}">
    <div class="line">
      ${dot(rowTone(it), it.status)}
      <a class="go what clip" href="${addressOf(it)}" title="${it.summary}"
        >${foreign(it.summary)}</a
      >
      <span class="effects">${effectsWords(it)}</span>
      <span class="who clip">${it.provider}</span>
      <span class="when">${time(it.received_at, "clock")}</span>
    </div>
  </li>`;
}

/** What was refused is not stored and has no page; its endpoint’s page tells more of it. */
const addressOf = ({ id, status, endpoint_id: endpoint }: DeliverySummary): string =>
  status === "refused" ? `/endpoints/${endpoint}` : `/deliveries/${id}`;

/** A failed run is told by its colour even where its delivery was read without a fault. */
export function rowTone({ status, outcome }: DeliverySummary): Tone {
  if (status !== "processed") return toneOf(status);
  return outcome === null || outcome === "notice"
    ? "ok"
    : toneOf(outcome === "firing" ? "failed" : outcome);
}

/** What reached the phone stands out; what was not needed is said quietly. */
function effectsWords({ status, effects }: DeliverySummary): Html {
  if (status !== "processed" && effects.length === 0)
    return pill(toneOf(status), STATUS_WORDS[status]);
  const loud = effects.filter(isOfMoment).flatMap((words) => {
    const [, tone] = LOUD.find(([pattern]) => pattern.test(words)) ?? [];
    return tone === undefined ? [] : [pill(tone, words)];
  });
  if (loud.length > 0) return html`${loud}`;
  const quiet = effects.filter(isOfMoment);
  return html`<span class="dim">${quiet.join(", ") || "nothing sent"}</span>`;
}

/** A card that leaves the screen later is no news of its delivery. */
const isOfMoment = (words: string): boolean =>
  !words.startsWith("activity end") || words.endsWith("given up");

const LOUD: readonly (readonly [RegExp, Tone])[] = [
  [/given up$/, "bad"],
  [/(waiting|being sent)$/, "wait"],
  [/sent$/, "busy"],
];

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
    <strong>No delivery like this${next === undefined ? "" : " so far back"}</strong
    >${next === undefined ? "" : html`<a class="button" href="${withQuery("/deliveries", { q: query, cursor: next })}">Look further back</a>`}<a
      href="/deliveries"
      >Show all</a
    >
  </div>`;
}
