/**
 * The frame of every page: navigation, the keys, what was just done, style and script by address.
 * Pure.
 */
import { html, raw } from "hono/html";
import { ASSETS_FOLDER } from "../../assets.ts";
import type { Html } from "./html.ts";

/** Whoever looks: `viewer` sees all and changes nothing. */
export interface Frame {
  readonly role: "operator" | "viewer";
  /** How the page hears of news: a stream, or asking every few seconds. */
  readonly live: "stream" | "poll";
  /** A sentence about what was just done. */
  readonly said?: string | undefined;
  /** Deliveries to the built-in preview core, so that there is a lock screen at `/preview`. */
  readonly hasPreview: boolean;
}

export interface Page {
  readonly title: string;
  /** Which entry of the navigation it belongs to. */
  readonly section: Section;
  /** Which news make it stale; none: the page is not live. */
  readonly hears?: readonly ("delivery" | "call")[];
  readonly body: Html;
}

/** Icons are strokes on a grid of 16. */
const NAVIGATION = [
  {
    group: "Watch",
    entries: [
      { section: "now", path: "/", words: "Now", key: "h", icon: "M5 1.8h6v12.4H5zM7.2 12.2h1.6" },
      {
        section: "projects",
        path: "/projects",
        words: "Projects",
        key: "p",
        icon: "M2.5 13.5v-4M6.2 13.5v-8M9.8 13.5v-6M13.5 13.5v-11",
      },
      {
        section: "deliveries",
        path: "/deliveries",
        words: "Deliveries",
        key: "d",
        icon: "M2 9.5h3.4l1.2 2h2.8l1.2-2H14M2 9.5l2-6.5h8l2 6.5v4H2z",
      },
      {
        section: "incidents",
        path: "/incidents",
        words: "Incidents",
        key: "i",
        icon: "M8 2.2l6.3 11.3H1.7zM8 6.6v3M8 11.5v.1",
      },
    ],
  },
  {
    group: "Set up",
    entries: [
      {
        section: "endpoints",
        path: "/endpoints",
        words: "Endpoints",
        key: "e",
        icon: "M5.5 2v4M10.5 2v4M3.5 6h9v2.5a4.5 4.5 0 0 1-9 0zM8 13v2",
      },
      {
        section: "try",
        path: "/try",
        words: "Try",
        key: "t",
        icon: "M6 2h4M6.8 2v4L2.8 13.2a.8.8 0 0 0 .7 1.2h9a.8.8 0 0 0 .7-1.2L9.2 6V2M5 10h6",
      },
    ],
  },
  {
    group: "Run",
    entries: [
      {
        section: "outbox",
        path: "/outbox",
        words: "Outbox",
        key: "o",
        icon: "M14 2L2 7l4.6 2.2L14 2l-4.6 12-2.8-4.8",
      },
      {
        section: "settings",
        path: "/settings",
        words: "Settings",
        key: "s",
        icon: "M2 4.5h7M12.5 4.5H14M2 11.5h1.5M7 11.5h7M9 4.5a1.75 1.75 0 1 0 3.5 0a1.75 1.75 0 1 0-3.5 0M3.5 11.5a1.75 1.75 0 1 0 3.5 0a1.75 1.75 0 1 0-3.5 0",
      },
    ],
  },
] as const;

type Entry = (typeof NAVIGATION)[number]["entries"][number];
export type Section = Entry["section"];

const DOCTYPE = raw("<!doctype html>\n");
const BOLT = html`<svg viewBox="0 0 24 24" aria-hidden="true">
  <path d="M13.5 1.5L4 13.8h6.2L9.3 22.5L20 9.6h-6.6z" />
</svg>`;

export function renderPage(frame: Frame, page: Page): Html {
  const { hears = [] } = page;
  return html`${DOCTYPE}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title} · ActivitySmith webhooks</title>
        <link rel="icon" href="${ASSETS_FOLDER}/icon.svg" />
        <link rel="stylesheet" href="${ASSETS_FOLDER}/phone.css" />
        <link rel="stylesheet" href="${ASSETS_FOLDER}/console.css" />
        <script type="module" src="${ASSETS_FOLDER}/main.js"></script>
      </head>
      <body data-live="${hears.length > 0 ? frame.live : "off"}" data-hears="${hears.join(" ")}">
        <a class="skip" href="#main">Skip to content</a>
        <div class="frame">
          ${sidebar(frame, page.section)}
          <main id="main" tabindex="-1">${page.body}</main>
          ${barBelow(frame, page.section)}
        </div>
        ${frame.said === undefined ? "" : html`<p class="toast" role="status">${frame.said}</p>`}
        ${keysDialog}
      </body>
    </html>`;
}

const entry = ({ section, path, words, key, icon }: Entry, current: Section): Html =>
  html`<a href="${path}" data-go="${key}" ${section === current ? raw(' aria-current="page"') : ""}
    >${strokes(icon)}${words}</a
  >`;

const strokes = (icon: string): Html =>
  html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${icon}" /></svg>`;

function sidebar({ role, hasPreview }: Frame, current: Section): Html {
  return html`<header class="side">
    <div>
      <a class="brand" href="/" aria-label="ActivitySmith webhooks"
        >${BOLT}<span>ActivitySmith</span></a
      >
      <nav aria-label="Pages">
        ${NAVIGATION.map(
          ({ group, entries }) =>
            html`<p class="group">${group}</p>
              ${entries.map((it) => entry(it, current))}`,
        )}
      </nav>
      <div class="foot">
        ${besides(hasPreview)}
        <button type="button" class="link" data-keys>Keys <kbd>?</kbd></button>
        ${role === "viewer" ? html`<span>Read-only</span>` : ""} ${logOut}
      </div>
    </div>
  </header>`;
}

const MORE_ICON = "M3.2 8h.1M8 8h.1M12.8 8h.1";

/** On a phone, within a thumb's reach: what is watched, and the rest behind one button. */
function barBelow({ role, hasPreview }: Frame, current: Section): Html {
  const [watched, ...rest] = NAVIGATION;
  const others = rest.flatMap(({ entries }): readonly Entry[] => entries);
  const isBehind = others.some(({ section }) => section === current);
  return html`<nav class="bar-below" aria-label="Pages">
    ${watched.entries.map((it) => entry(it, current))}
    <button type="button" popovertarget="more" ${isBehind ? raw(' aria-current="true"') : ""}>
      ${strokes(MORE_ICON)}More
    </button>
    <div id="more" popover>
      ${others.map((it) => entry(it, current))}
      <div class="foot">
        ${besides(hasPreview)} ${role === "viewer" ? html`<span>A viewer’s access</span>` : ""}
        ${logOut}
      </div>
    </div>
  </nav>`;
}

const besides = (hasPreview: boolean): Html =>
  html`${hasPreview ? html`<a href="/preview">Lock screen ↗</a>` : ""}<a href="/docs">API</a>`;

const logOut = html`<form method="post" action="/logout">
  <button class="link">Log out</button>
</form>`;

const keysDialog = html`<dialog id="keys" aria-labelledby="keys-title">
  <h2 id="keys-title">Keys</h2>
  <dl class="keys">
    <dt><kbd>?</kbd></dt>
    <dd>These keys</dd>
    <dt><kbd>/</kbd></dt>
    <dd>Search</dd>
    <dt><kbd>j</kbd> <kbd>k</kbd></dt>
    <dd>Next, previous</dd>
    <dt><kbd>Enter</kbd></dt>
    <dd>Open</dd>
    <dt><kbd>r</kbd></dt>
    <dd>Replay the delivery</dd>
    <dt><kbd>c</kbd></dt>
    <dd>Copy it as curl</dd>
    <dt><kbd>y</kbd></dt>
    <dd>Why did nothing come?</dd>
    <dt><kbd>u</kbd></dt>
    <dd>Up to the list</dd>
    ${NAVIGATION.flatMap(({ entries }) => [...entries]).map(
      ({ words, key }) =>
        html`<dt><kbd>g</kbd> <kbd>${key}</kbd></dt>
          <dd>${words}</dd>`,
    )}
  </dl>
  <form method="dialog"><button>Close</button></form>
</dialog>`;

/** The heading of a page, with what can be done on it at the right. */
export const heading = (
  title: Html | string,
  sub: Html | string = "",
  actions: Html | string = "",
): Html =>
  html`<header class="head">
    <h1>${title}</h1>
    <div class="row">${actions}</div>
    ${sub === "" ? "" : html`<p class="sub">${sub}</p>`}
  </header>`;

/** What the page says while it hears of news. */
export const liveMark = html`<span class="live" role="status" data-live-mark
  ><i></i><span>Live</span></span
>`;
