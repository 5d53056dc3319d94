/** Now: the phone as we believe it to be, how everything stands, and what waits for what. Pure. */
import { html } from "hono/html";
import type { DeliverySummary } from "../../api/deliveries.ts";
import type { ScreenView } from "../../api/screen.ts";
import { counted, dot, foreign, time } from "./parts/html.ts";
import type { Html, Tone } from "./parts/html.ts";
import { DEFAULT_ACCOUNT } from "../../model/account.ts";
import { heading, liveMark } from "./parts/layout.ts";
import type { Page } from "./parts/layout.ts";
import { phone } from "./parts/phone.ts";
import { deliveryRow } from "./deliveries/deliveries.ts";

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
  /** What is sent goes to the built-in preview core. */
  readonly hasPreview: boolean;
}

/** As many as a person reads at a glance; the outbox has all. */
const SHOWN_WAITING = 6;

export function homePage({ screen, health, latest, hasPreview }: HomeModel): Page {
  return {
    title: "Now",
    section: "now",
    hears: ["delivery", "call"],
    body: html`${heading("Now", "", html`${liveMark}<a class="button" href="/why" data-key="y">Why did nothing come?</a>`)}
      <div class="with-phone">
        <div>
          ${phone(screen)}
          <p class="under-phone">
            ${hasPreview ? html`Nothing is sent to a phone yet: <a href="/settings">no API key is set</a>.` : "As ActivitySmith confirmed it."}
          </p>
        </div>
        <div class="stack">
          <section class="panel" aria-labelledby="health-title">
            <h2 id="health-title">How it stands</h2>
            <ul class="list" id="health" data-region>
              ${health.map(healthItem)}
            </ul>
          </section>
          <section class="panel" aria-labelledby="limits-title">
            <h2 id="limits-title">Budgets and places</h2>
            <div id="limits" data-region>${limits(screen)}</div>
          </section>
          <section class="panel flush" aria-labelledby="waiting-title">
            <header>
              <h2 id="waiting-title">Who waits for what</h2>
              <a href="/outbox">Outbox</a>
            </header>
            <ul class="list" id="waiting" data-region>
              ${waiting(screen)}
            </ul>
          </section>
        </div>
        <section class="panel flush latest" aria-labelledby="latest-title">
          <header>
            <h2 id="latest-title">Latest deliveries</h2>
            <a href="/deliveries">All deliveries</a>
          </header>
          <ol class="list" id="latest" data-region data-list>
            ${latest.length > 0 ? latest.map(deliveryRow) : html`<li class="empty" id="none">Nothing has arrived yet.</li>`}
          </ol>
        </section>
      </div>`,
  };
}

export const healthItem = ({ tone, words, next }: HealthItem): Html =>
  html`<li class="health">
    ${dot(tone, TONE_WORDS[tone])}<span
      >${words} ${next ? html`<a href="${next.path}">${next.words}</a>` : ""}</span
    >
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
  const words = FEATURE_WORDS[feature ?? ""] ?? "Live Activity calls";
  return key === DEFAULT_ACCOUNT
    ? html`${words}`
    : html`${words}, key <code>${key.slice(0, 12)}</code>`;
}

export function limits({ accounts }: Pick<ScreenView, "accounts">): Html {
  if (accounts.length === 0)
    return html`<p class="dim">Nothing was sent yet, so no budget was touched.</p>`;
  return html`<div class="gauges-of">
    ${accounts.map(
      ({ account, calls, places, pause }) =>
        html`${account.includes("#") ? "" : gauge(html`Places on the screen`, places, "Live Activities at once")}
        ${gauge(accountWords(account), calls, pause ? html`paused (${pause.reason.replace("_", " ")}) until ${time(pause.until, "clock")}` : "in the last minute")}`,
    )}
  </div>`;
}

function gauge(
  words: Html,
  { used, limit }: { readonly used: number; readonly limit: number },
  note: Html | string,
): Html {
  return html`<div class="gauge-of">
    <span class="dim small">${words}</span>
    <span><b>${used}</b> <span class="dim">of ${limit}</span></span>
    <meter min="0" max="${limit}" value="${used}" high="${limit * 0.9}" aria-hidden="true"></meter>
    ${note === "" ? "" : html`<span class="dim small">${note}</span>`}
  </div>`;
}

/** What is to be told or shown; the cards that leave by themselves are said in one line. */
function waiting({ waiting: rows }: ScreenView): Html {
  if (rows.length === 0)
    return html`<li class="pad dim" id="all-sent">Nothing waits: all is sent.</li>`;
  const leaving = rows.filter(({ call }) => call === "stream_end");
  const owed = rows.filter(({ call }) => call !== "stream_end");
  const more = owed.length - SHOWN_WAITING;
  return html`${owed.slice(0, SHOWN_WAITING).map(waitingRow)}${more > 0 ? html`<li id="more-waiting" class="pad"><a href="/outbox?status=pending">${counted(more, "more", "more")}</a></li>` : ""}${leaving.length > 0 ? leavingRow(leaving) : ""}`;
}

type Waiting = ScreenView["waiting"][number];

const waitingRow = ({ command_id: id, what, why, not_before: due }: Waiting): Html =>
  html`<li id="${id}">
    <div class="line">
      ${dot("wait", "waits")}
      <span class="what">${foreign(what)}</span>
      <span class="effects dim">${foreign(why)}</span><span class="when">${time(due)}</span>
    </div>
  </li>`;

function leavingRow(leaving: readonly Waiting[]): Html {
  const [next] = leaving.map((it) => it.not_before).toSorted();
  const words =
    leaving.length === 1
      ? "One card leaves the screen by itself"
      : `${leaving.length} cards leave the screen by themselves, the next`;
  return html`<li id="leaving">
    <div class="line">
      ${dot("off", "leaves")}
      <a class="go what" href="/outbox?status=pending">${words}</a>
      <span class="when">${time(next ?? null)}</span>
    </div>
  </li>`;
}
