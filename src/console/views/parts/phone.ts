/**
 * The lock screen as we believe it to be: cards and pushes drawn from what the core API confirmed,
 * in the markup of the preview's phone, whose style and script the page has too. Pure.
 */
import { html, raw } from "hono/html";
import type { ScreenView } from "../../../api/screen.ts";
import { ASSETS_FOLDER } from "../../assets.ts";
import { foreign } from "./html.ts";
import type { Html } from "./html.ts";

export type ContentState = NonNullable<ScreenView["activities"][number]["content_state"]>;
export type Push = ScreenView["pushes"][number]["body"];

/** Beyond this a bar is drawn as shares: nobody counts thinner segments. */
const MAX_SEGMENTS = 40;
const BAR_WIDTH = 300;
/** Pushes lie on one another; without a script the first ones are to be seen. */
const SHOWN_PUSHES = 2;

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
  [/bolt/, "M13 2L5 14h6l-1 8 8-12h-6z"],
];

const glyph = (symbol: string): Html =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true">
    <path class="line" d="${GLYPHS.find(([name]) => name.test(symbol))?.[1] ?? "M12 12v.1"}" />
  </svg>`;

/** Cards as they lie on the lock screen, without the phone around them. */
export const cards = (content: readonly Html[]): Html =>
  html`<div class="phone bare">${content}</div>`;

/** One Live Activity. */
export function activityCard(state: ContentState, buttons: readonly string[]): Html {
  const color = state.color ?? state.icon?.color ?? "blue";
  return html`<article
    class="card activity is-${state.type ?? "segmented_progress"} t-${color}"
    data-card
  >
    <div class="head with-icon">
      <span class="icon t-${state.icon?.color ?? color}">${glyph(state.icon?.symbol ?? "")}</span>
      <h2>${foreign(state.title)}</h2>
      ${state.badge === undefined ? "" : html`<span class="pill t-${state.badge.color ?? "gray"}">${foreign(state.badge.title)}</span>`}
      ${
        state.subtitle === undefined ? "" : html`<p class="subtitle">${foreign(state.subtitle)}</p>`
      }
    </div>
    ${bar(state, color)}
    ${state.message === undefined ? "" : html`<p class="subtitle">${foreign(state.message)}</p>`}
    ${metrics(state)} ${buttonRow(buttons)}
  </article>`;
}

/** A push as the lock screen shows it. */
export function pushCard(push: Push): Html {
  return html`<article class="card push" data-push>
    <div class="head">
      <span class="appicon">${glyph("bolt")}</span>
      <div class="words">
        <h2>${foreign(push.title)}</h2>
        ${
          push.subtitle === undefined ? "" : html`<p class="subtitle">${foreign(push.subtitle)}</p>`
        }${push.message === undefined ? "" : html`<p class="message">${foreign(push.message)}</p>`}
      </div>
      ${push.interruption_level === "passive" ? html`<span class="when">silent</span>` : ""}
    </div>
    ${buttonRow((push.actions ?? []).map((it) => it.title))}
  </article>`;
}

const buttonRow = (titles: readonly string[]): Html =>
  titles.length === 0
    ? html``
    : html`<div class="actions">
        ${titles.map((title) => html`<span class="action">${foreign(title)}</span>`)}
      </div>`;

function bar(state: ContentState, color: string): Html {
  const total = state.number_of_steps;
  if (total === undefined) return shareBar(state, color);
  const done = Math.min(state.current_step ?? 0, total);
  const label = `${done} of ${total} steps done`;
  if (total > MAX_SEGMENTS) return share(done / total, color, label);
  const segments = Array.from({ length: total }, (_, index) => {
    const current = index === done ? state.step_color : undefined;
    const own = state.step_colors?.[index] ?? (index < done ? color : current);
    return own === undefined ? html`<i></i>` : html`<i class="done t-${own}"></i>`;
  });
  return html`<div class="segments" role="img" aria-label="${label}">${segments}</div>`;
}

function shareBar(state: ContentState, color: string): Html {
  const { percentage, value, upper_limit: limit } = state;
  if (percentage !== undefined)
    return share(percentage / 100, color, `${Math.round(percentage)} %`);
  if (value === undefined || limit === undefined) return html``;
  return share(Number(value) / limit, color, `${value} of ${limit}`);
}

const share = (part: number, color: string, label: string): Html =>
  html`<svg
    class="share t-${color}"
    viewBox="0 0 ${BAR_WIDTH} 8"
    preserveAspectRatio="none"
    role="img"
    aria-label="${label}"
  >
    <rect class="rest" width="${BAR_WIDTH}" height="8" rx="4" />
    <rect
      class="part"
      width="${(Math.min(1, Math.max(0, part)) * BAR_WIDTH).toFixed(1)}"
      height="8"
      rx="4"
    />
  </svg>`;

function metrics({ metrics: values }: ContentState): Html {
  if (values === undefined) return html``;
  return html`<div class="stats t-white">
    ${values.map(({ label, value, unit }) => html`<div><span>${label}</span><b>${value}${unit ?? ""}</b></div>`)}
  </div>`;
}

/**
 * The whole phone. The page's script makes it live; without one the picture stays, without a clock:
 * only the browser knows the viewer's zone.
 */
export function phone(screen: ScreenView): Html {
  const { activities, pushes } = screen;
  const shown = pushes.slice(0, SHOWN_PUSHES);
  return html`<div id="phone" data-region data-phone="${ASSETS_FOLDER}/phone.js">
    <section class="phone readonly still" aria-label="iPhone lock screen">
      <div class="wallpaper" aria-hidden="true"></div>
      <div class="island"></div>
      <div class="screen" tabindex="0">
        <div class="list">
          <section class="cards" aria-label="Live Activities">
            ${activities.map(({ content_state: state, buttons }) =>
              state === null ? "" : activityCard(state, buttons),
            )}
          </section>
          <section class="cards pushes" aria-label="Notifications">
            ${shown.map(({ body }) => pushCard(body))}
          </section>
          ${activities.length + shown.length === 0 ? html`<p class="empty">No notifications</p>` : ""}
        </div>
      </div>
      <div class="home" aria-hidden="true"></div>
    </section>
    <script type="application/json" data-phone-state>
      ${raw(dataIn(phoneState(screen)))}
    </script>
  </div>`;
}

/** Within a script element only `<` can do harm: it might close the element or open a comment. */
const dataIn = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c");

/** What the phone's script draws: the form of `GET /preview/state`. */
function phoneState({ activities, pushes }: ScreenView) {
  const oldestFirst = activities.toReversed();
  return {
    activities: oldestFirst.flatMap((it) => {
      if (it.content_state === null) return [];
      const at = Date.parse(it.confirmed_at ?? "") || 0;
      return [
        {
          id: it.stream_key,
          streamKey: it.stream_key,
          contentState: { type: "segmented_progress", ...it.content_state },
          timer: null,
          actions: it.actions,
          alert: null,
          startedAt: at,
          updatedAt: at,
          endedAt: null,
          dismissAt: null,
          press: null,
        },
      ];
    }),
    pushes: pushes.map(({ command_id: id, at, body }) => ({
      id,
      at: Date.parse(at),
      body,
      press: null,
    })),
    badge: 0,
    widgets: [],
  };
}
