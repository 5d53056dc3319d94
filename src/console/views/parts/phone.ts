/**
 * The lock screen as we believe it to be: cards and pushes drawn from what the core API confirmed.
 * Pure.
 */
import { html } from "hono/html";
import type { ScreenView } from "../../../api/screen.ts";
import { foreign, time } from "./html.ts";
import type { Html } from "./html.ts";

export type ContentState = NonNullable<ScreenView["activities"][number]["content_state"]>;
export type Push = ScreenView["pushes"][number]["body"];

/** Beyond this a bar is drawn as shares: nobody counts thinner segments. */
const MAX_SEGMENTS = 40;
const BAR_WIDTH = 300;

/** Strokes on a grid of 24 for what the gateway sends; a dot for anything else. */
const GLYPHS: readonly (readonly [RegExp, string])[] = [
  [/checkmark/, "M5 13l4.5 4.5L19 7"],
  [/xmark/, "M6 6l12 12M18 6L6 18"],
  [/hammer|wrench|gear/, "M4 10l6-6 4 4-6 6zM12 12l8 8"],
  [/hand|person/, "M8 12V6M12 11V4M16 12V6M6 12c0 5 2 8 6 8s6-3 6-8"],
  [/exclamation|bell/, "M12 4v10M12 19v.1"],
  [/clock|hourglass/, "M12 6v6l4 2"],
  [/slash|minus|nosign/, "M5 12h14"],
  [/question/, "M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 18v.1"],
  [/arrow/, "M5 12a7 7 0 0 1 12-5M19 12a7 7 0 0 1-12 5M17 3v4h-4M7 21v-4h4"],
  [/stack/, "M4 8l8-4 8 4-8 4zM4 13l8 4 8-4"],
  [/play/, "M9 6l9 6-9 6z"],
];

const glyph = (symbol: string, color: string): Html =>
  html`<span class="glyph c-${color}"
    ><svg viewBox="0 0 24 24" aria-hidden="true">
      <path d="${GLYPHS.find(([name]) => name.test(symbol))?.[1] ?? "M12 12v.1"}" /></svg
  ></span>`;

/** One Live Activity. `when` stands at its right, e.g. the time of its last update. */
export function activityCard(
  state: ContentState,
  buttons: readonly string[],
  when: Html | string = "",
): Html {
  const color = state.color ?? state.icon?.color ?? "blue";
  return html`<article class="card" data-card>
    <div class="top">
      ${glyph(state.icon?.symbol ?? "", state.icon?.color ?? color)}
      <div class="words">
        <p class="title clip">${foreign(state.title)}</p>
        ${
          state.subtitle === undefined
            ? ""
            : html`<p class="subtitle">${foreign(state.subtitle)}</p>`
        }
      </div>
      ${state.badge === undefined ? "" : html`<span class="badge c-${state.badge.color ?? "gray"}">${foreign(state.badge.title)}</span>`}
    </div>
    ${bar(state, color)}
    ${state.message === undefined ? "" : html`<p class="subtitle">${foreign(state.message)}</p>`}
    ${metrics(state)} ${buttonRow(buttons)} ${when === "" ? "" : html`<p class="when">${when}</p>`}
  </article>`;
}

/** A push as the lock screen shows it. */
export function pushCard(push: Push, when: Html | string = ""): Html {
  return html`<article class="card" data-push>
    <div class="top">
      ${glyph("bell", "gray")}
      <div class="words">
        <p class="title">${foreign(push.title)}</p>
        ${
          push.subtitle === undefined ? "" : html`<p class="subtitle">${foreign(push.subtitle)}</p>`
        }${push.message === undefined ? "" : html`<p class="subtitle">${foreign(push.message)}</p>`}
      </div>
    </div>
    ${buttonRow((push.actions ?? []).map((it) => it.title))}
    ${when === "" ? "" : html`<p class="when">${when}</p>`}
  </article>`;
}

const buttonRow = (titles: readonly string[]): Html =>
  titles.length === 0
    ? html``
    : html`<p class="buttons">${titles.map((title) => html`<span>${foreign(title)}</span>`)}</p>`;

function bar(state: ContentState, color: string): Html {
  const total = state.number_of_steps;
  if (total === undefined) return shareBar(state, color);
  const done = Math.min(state.current_step ?? 0, total);
  const label = `${done} of ${total} steps done`;
  if (total > MAX_SEGMENTS) return share(done / total, color, label);
  const step = BAR_WIDTH / total;
  const segments = Array.from({ length: total }, (_, index) => {
    const current = index === done ? state.step_color : undefined;
    const own = state.step_colors?.[index] ?? (index < done ? color : current);
    return html`<rect
      class="c-${own ?? "rest"}"
      x="${(index * step).toFixed(2)}"
      width="${Math.max(1, step - 4).toFixed(2)}"
      height="8"
      rx="4"
    />`;
  });
  return svgBar(label, segments);
}

function shareBar(state: ContentState, color: string): Html {
  const { percentage, value, upper_limit: limit } = state;
  if (percentage !== undefined)
    return share(percentage / 100, color, `${Math.round(percentage)} %`);
  if (value === undefined || limit === undefined) return html``;
  return share(Number(value) / limit, color, `${value} of ${limit}`);
}

const share = (part: number, color: string, label: string): Html =>
  svgBar(label, [
    html`<rect class="c-rest" width="${BAR_WIDTH}" height="8" rx="4" />`,
    html`<rect
      class="c-${color}"
      width="${(Math.min(1, Math.max(0, part)) * BAR_WIDTH).toFixed(1)}"
      height="8"
      rx="4"
    />`,
  ]);

const svgBar = (label: string, content: readonly Html[]): Html =>
  html`<svg
    class="bar"
    viewBox="0 0 ${BAR_WIDTH} 8"
    preserveAspectRatio="none"
    role="img"
    aria-label="${label}"
  >
    ${content}
  </svg>`;

function metrics({ metrics: values }: ContentState): Html {
  if (values === undefined) return html``;
  return html`<p class="subtitle">
    ${values.map(({ label, value, unit }) => html`${label} <strong>${value}${unit ?? ""}</strong> `)}
  </p>`;
}

/** The whole phone: cards first, then the last pushes. */
export function phone({ activities, pushes }: Pick<ScreenView, "activities" | "pushes">): Html {
  const cards = activities.flatMap((it) =>
    it.content_state === null
      ? []
      : [activityCard(it.content_state, it.buttons, html`Confirmed ${time(it.confirmed_at)}`)],
  );
  const told = pushes.map((it) => pushCard(it.body, time(it.at)));
  const isEmpty = cards.length + told.length === 0;
  return html`<section class="phone" aria-label="The lock screen as we believe it to be">
    <div class="glass" tabindex="0">
      <div class="island" aria-hidden="true"></div>
      <p class="date" aria-hidden="true" data-date></p>
      <p class="clock" aria-hidden="true" data-clock></p>
      ${isEmpty ? html`<div class="none"><strong>Nothing on it</strong><span>The next deployment shows up here by itself.</span></div>` : [...cards, ...told]}
    </div>
  </section>`;
}
