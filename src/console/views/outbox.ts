/** The outbox: what waits, what was given up and why, what was sent. Pure. */
import { html } from "hono/html";
import type { CommandModel } from "../../api/commands.ts";
import { counted, dot, foreign, time, toneOf, withQuery } from "./parts/html.ts";
import type { Html } from "./parts/html.ts";
import { heading, liveMark } from "./parts/layout.ts";
import type { Page } from "./parts/layout.ts";

export const OUTBOX_TABS = [
  { status: "pending", words: "Waiting" },
  { status: "dead", words: "Given up" },
  { status: "done", words: "Sent" },
  { status: "skipped", words: "Not needed" },
] as const;
export type OutboxStatus = (typeof OUTBOX_TABS)[number]["status"];

/** How many there are; undefined of those that are not counted. */
export interface TabCount {
  readonly count: number;
  /** There are more than were counted. */
  readonly isAtLeast: boolean;
}

export interface OutboxModel {
  readonly status: OutboxStatus;
  readonly counts: Readonly<Partial<Record<OutboxStatus, TabCount>>>;
  readonly rows: readonly CommandModel[];
  readonly next: string | undefined;
  readonly isFirstPage: boolean;
  readonly mayAct: boolean;
}

export function outboxPage(model: OutboxModel): Page {
  const { status, counts, rows, next, isFirstPage, mayAct } = model;
  const canRetry = mayAct && status === "dead";
  return {
    title: "Outbox",
    section: "outbox",
    ...(isFirstPage && { hears: ["delivery", "call"] as const }),
    body: html`${heading("Outbox", "Calls that are wanted of ActivitySmith, and what became of them.", html`${isFirstPage ? liveMark : ""}${canRetry && rows.length > 0 ? html`<form method="post" action="/outbox/retry"><button class="primary">Retry all</button></form>` : ""}`)}
      <nav class="tabs" aria-label="Which ones" id="tabs" data-region>
        ${OUTBOX_TABS.map((tab) => html`<a href="/outbox?status=${tab.status}" ${tab.status === status ? html` aria-current="page"` : ""}>${tab.words}${countMark(counts[tab.status])}</a>`)}
      </nav>
      <div id="outbox" data-region class="stack">
        ${groups(model).map(([reason, group]) => section(reason, group, canRetry))}${rows.length === 0 ? html`<p class="panel empty" id="none"><strong>${EMPTY[status]}</strong></p>` : ""}
      </div>
      ${next === undefined ? "" : html`<nav class="panel pages" aria-label="Pages of the list"><span></span><a rel="next" href="${withQuery("/outbox", { status, cursor: next })}">Older →</a></nav>`}`,
  };
}

const countMark = (counted: TabCount | undefined): Html | string =>
  counted === undefined
    ? ""
    : html` <small>${counted.count}${counted.isAtLeast ? "+" : ""}</small>`;

const EMPTY: Readonly<Record<OutboxStatus, string>> = {
  pending: "All is sent.",
  dead: "Nothing was given up.",
  done: "Nothing was sent yet.",
  skipped: "Nothing was left out.",
};

/** What was given up stands together by its reason: one cause, one look. */
function groups({ status, rows }: OutboxModel): [string, readonly CommandModel[]][] {
  if (rows.length === 0) return [];
  if (status !== "dead") return [["", rows]];
  return [...Map.groupBy(rows, ({ reason }) => reason ?? "No reason was given")];
}

function section(reason: string, rows: readonly CommandModel[], canRetry: boolean): Html {
  return html`<section class="panel flush">
    ${reason === "" ? "" : html`<header><h2>${foreign(reason)}</h2></header>`}
    <ul class="list" data-list>
      ${rows.map((it) => commandRow(it, canRetry))}
    </ul>
  </section>`;
}

function commandRow(it: CommandModel, canRetry: boolean): Html {
  const why = it.reason ?? (it.status === "pending" ? waitsFor(it) : "");
  const title = html`<span class="kind">${CALLS[it.call]}</span> ${foreign(titleOf(it))}`;
  return html`<li id="${it.id}">
    <div class="line">
      ${dot(isScheduled(it) ? "off" : toneOf(it.status), it.status)}
      ${
        it.delivery_id === null
          ? html`<span class="what clip">${title}</span>`
          : html`<a class="go what clip" href="/deliveries/${it.delivery_id}">${title}</a>`
      }
      <span class="effects dim"
        >${canRetry ? counted(it.attempts, "attempt") : html`<span class="clip">${foreign(why)}</span>`}</span
      >
      <span class="when"
        >${it.status === "pending" ? time(it.not_before) : time(it.settled_at ?? it.created_at)}</span
      >
      ${
        canRetry
          ? html`<form class="act" method="post" action="/outbox/${it.id}/retry">
              <button class="slim">Retry</button>
            </form>`
          : ""
      }
    </div>
  </li>`;
}

/** The end of a card waits for its time, everything else for its turn. */
const isScheduled = ({ call, attempts, status }: CommandModel): boolean =>
  status === "pending" && call === "stream_end" && attempts === 0;

const waitsFor = (it: CommandModel): string =>
  isScheduled(it) ? "It leaves the screen" : "Its turn comes";

const CALLS: Readonly<Record<CommandModel["call"], string>> = {
  push: "Push",
  stream_update: "Card",
  stream_end: "End",
  metric_value: "Metric",
  badge: "Badge",
};

function titleOf({ body, stream_key: key, metric_key: metric }: CommandModel): string {
  if ("content_state" in body && body.content_state) {
    const { title, subtitle } = body.content_state;
    return [title, subtitle].filter((it) => it !== undefined).join(": ");
  }
  if ("title" in body) return body.title;
  return key ?? metric ?? "";
}
