/** Now: the phone as we believe it to be, how everything stands, and what waits for what. Pure. */
import { html } from "hono/html";
import type { DeliverySummary } from "../../api/deliveries.ts";
import type { ScreenView } from "../../api/screen.ts";
import { counted, dot, foreign, time } from "./parts/html.ts";
import type { Html, Tone } from "./parts/html.ts";
import { heading, liveMark } from "./parts/layout.ts";
import type { Page } from "./parts/layout.ts";
import { phone } from "./parts/phone.ts";
import { deliveryRow } from "./deliveries.ts";

/** How one thing stands, and what to do about it. */
export interface HealthItem {
  readonly tone: Tone;
  readonly words: string;
  readonly next?: { readonly path: string; readonly words: string } | undefined;
}

export interface HomeModel {
  readonly screen: ScreenView;
  readonly health: readonly HealthItem[];
  readonly latest: readonly DeliverySummary[];
}

/** As many as a person reads at a glance; the outbox has all. */
const SHOWN_WAITING = 8;

export function homePage({ screen, health, latest }: HomeModel): Page {
  return {
    title: "Now",
    section: "now",
    hears: ["delivery", "call"],
    body: html`${heading("Now", "", liveMark)}
      <div class="with-phone">
        <div id="phone" data-region>${phone(screen)}</div>
        <div class="stack">
          <section class="panel" aria-labelledby="health-title">
            <h2 id="health-title">How it stands</h2>
            <ul class="list stack" id="health" data-region>
              ${health.map(healthItem)}
            </ul>
          </section>
          <section class="panel" aria-labelledby="limits-title">
            <header><h2 id="limits-title">Budgets and places</h2></header>
            <div class="stack" id="limits" data-region>${limits(screen)}</div>
          </section>
          <section class="panel flush" aria-labelledby="waiting-title">
            <header class="row between">
              <h2 id="waiting-title">Waits to be sent</h2>
              <a href="/outbox">Outbox</a>
            </header>
            <ul class="list" id="waiting" data-region>
              ${waiting(screen)}
            </ul>
          </section>
          <section class="panel flush" aria-labelledby="latest-title">
            <header class="row between">
              <h2 id="latest-title">Latest deliveries</h2>
              <a href="/deliveries">All</a>
            </header>
            <ol class="list" id="latest" data-region data-list>
              ${latest.length > 0 ? latest.map(deliveryRow) : html`<li class="empty" id="none">Nothing has arrived yet.</li>`}
            </ol>
          </section>
        </div>
      </div>`,
  };
}

export const healthItem = ({ tone, words, next }: HealthItem): Html =>
  html`<li class="row">
    ${dot(tone, TONE_WORDS[tone])}<span>${words}</span>${next ? html`<a href="${next.path}">${next.words}</a>` : ""}
  </li>`;

const TONE_WORDS: Readonly<Record<Tone, string>> = {
  ok: "well",
  bad: "broken",
  wait: "needs a look",
  busy: "at work",
  off: "off",
};

const FEATURE_WORDS: Readonly<Record<string, string>> = {
  notifications: "Pushes",
  metrics: "Metrics",
  badges: "Badges",
};

/** Budgets are kept for each key and feature: `default`, `default#notifications`. */
function accountWords(account: string): Html {
  const [key = "", feature] = account.split("#");
  const words = FEATURE_WORDS[feature ?? ""] ?? "Live Activities";
  return key === "default" ? html`${words}` : html`${words}, key <code>${key.slice(0, 12)}</code>`;
}

export function limits({ accounts }: Pick<ScreenView, "accounts">): Html {
  if (accounts.length === 0) return html`<p class="dim">Nothing was sent yet.</p>`;
  return html`${accounts.map(
    ({ account, calls, places, pause }) =>
      html`<dl class="facts">
        <dt>${accountWords(account)}</dt>
        <dd>
          ${pause ? html`Paused (${pause.reason.replace("_", " ")}) until ${time(pause.until, "clock")}` : "sends"}
        </dd>
        <dt>Calls in a minute</dt>
        <dd>
          <meter
            min="0"
            max="${calls.limit}"
            value="${calls.used}"
            high="${calls.limit * 0.8}"
            aria-label="Calls in the last minute"
          ></meter>
          ${calls.used} of ${calls.limit}
        </dd>
        ${account.includes("#") ? "" : placesOf(places)}
      </dl>`,
  )}`;
}

/** Only Live Activities have places. */
const placesOf = (places: ScreenView["accounts"][number]["places"]): Html =>
  html`<dt>Places on the screen</dt>
    <dd>
      <meter
        min="0"
        max="${places.limit}"
        value="${places.used}"
        aria-label="Live Activities in use"
      ></meter>
      ${places.used} of ${places.limit}
    </dd>`;

function waiting({ waiting: rows }: ScreenView): Html {
  if (rows.length === 0) return html`<li class="empty" id="all-sent">All is sent.</li>`;
  const more = rows.length - SHOWN_WAITING;
  return html`${rows.slice(0, SHOWN_WAITING).map(
    (it) =>
      html`<li id="${it.command_id}">
        <div class="row between small pad" role="group">
          <span>${foreign(it.what)}</span
          ><span class="dim">${foreign(it.why)} ${time(it.not_before)}</span>
        </div>
      </li>`,
  )}${more > 0 ? html`<li id="more-waiting"><a href="/outbox?status=pending">${counted(more, "more", "more")}</a></li>` : ""}`;
}
