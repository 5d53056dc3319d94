/**
 * The frame of every page: navigation, the keys, what was just done, style and script by address.
 * Pure.
 */
import { html, raw } from "hono/html";
import { ASSET_PATHS } from "../../assets.ts";
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

const NAVIGATION = [
  { section: "now", path: "/", words: "Now", key: "h" },
  { section: "projects", path: "/projects", words: "Projects", key: "p" },
  { section: "deliveries", path: "/deliveries", words: "Deliveries", key: "d" },
  { section: "try", path: "/try", words: "Try", key: "t" },
  { section: "endpoints", path: "/endpoints", words: "Endpoints", key: "e" },
  { section: "outbox", path: "/outbox", words: "Outbox", key: "o" },
  { section: "settings", path: "/settings", words: "Settings", key: "s" },
] as const;

export type Section = (typeof NAVIGATION)[number]["section"];

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
        <link rel="icon" href="${ASSET_PATHS.icon}" />
        <link rel="stylesheet" href="${ASSET_PATHS.css}" />
        <script type="module" src="${ASSET_PATHS.js}"></script>
      </head>
      <body data-live="${hears.length > 0 ? frame.live : "off"}" data-hears="${hears.join(" ")}">
        <a class="skip" href="#main">Skip to content</a>
        <div class="frame">
          ${sidebar(frame, page.section)}
          <main id="main" tabindex="-1">${page.body}</main>
        </div>
        ${frame.said === undefined ? "" : html`<p class="toast" role="status">${frame.said}</p>`}
        ${keysDialog}
      </body>
    </html>`;
}

function sidebar({ role, hasPreview }: Frame, current: Section): Html {
  const entry = ({ section, path, words }: (typeof NAVIGATION)[number]) =>
    html`<a href="${path}" ${section === current ? raw(' aria-current="page"') : ""}>${words}</a>`;
  return html`<header class="side">
    <a class="brand" href="/" aria-label="ActivitySmith webhooks"
      >${BOLT}<span>ActivitySmith</span></a
    >
    <nav aria-label="Pages">${NAVIGATION.map(entry)}</nav>
    <div class="foot">
      ${hasPreview ? html`<a class="hide" href="/preview">Lock screen ↗</a>` : ""}
      <a class="hide" href="/docs">API</a>
      <button type="button" class="link hide" data-keys>Keys <kbd>?</kbd></button>
      ${role === "viewer" ? html`<span>Read-only</span>` : ""}
      <form method="post" action="/logout"><button class="link">Log out</button></form>
    </div>
  </header>`;
}

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
    <dt><kbd>u</kbd></dt>
    <dd>Up to the list</dd>
    ${NAVIGATION.map(
      ({ words, key }) =>
        html`<dt><kbd>g</kbd> <kbd>${key}</kbd></dt>
          <dd>Go to ${words}</dd>`,
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
