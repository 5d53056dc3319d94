/**
 * Small pieces that every page uses. Texts are escaped by `html`; what others sent is isolated in
 * `<bdi>`. Pure.
 */
import { html } from "hono/html";

/** Markup that is safe to place into other markup. */
export type Html = ReturnType<typeof html>;

/** How something stands: one colour and one word each. */
export type Tone = "ok" | "bad" | "wait" | "busy" | "off";

const TONES: Readonly<Record<string, Tone>> = {
  succeeded: "ok",
  processed: "ok",
  done: "ok",
  failed: "bad",
  invalid: "bad",
  dead: "bad",
  refused: "bad",
  unknown: "wait",
  waiting: "wait",
  pending: "wait",
  received: "busy",
  running: "busy",
  sending: "busy",
};

/** The tone of a state, status or outcome of the API; `off` for what is merely over. */
export const toneOf = (state: string): Tone => TONES[state] ?? "off";

export const pill = (tone: Tone, words: string): Html =>
  html`<span class="pill ${tone}">${words}</span>`;

/** A coloured dot that a screen reader hears as its words. */
export const dot = (tone: Tone, words: string): Html =>
  html`<span class="dot ${tone}" role="img" aria-label="${words}" title="${words}"></span>`;

/** Text that others sent: shown as it is, without turning the text around it. */
export const foreign = (text: string): Html => html`<bdi>${text}</bdi>`;

/**
 * A time in UTC that the page's script turns into the viewer's zone; `ago` asks for "3 min ago" or
 * "in 3 min", `since` for what cannot be to come.
 */
export function time(iso: string | null, style: "clock" | "ago" | "since" | "full" = "ago"): Html {
  if (iso === null) return html`<span class="dim">–</span>`;
  const text =
    style === "clock" ? `${iso.slice(11, 19)} UTC` : `${iso.slice(0, 16).replace("T", " ")} UTC`;
  return html`<time datetime="${iso}" data-time="${style}">${text}</time>`;
}

/** A text that can be copied with one click. */
export const copyable = (id: string, text: string): Html =>
  html`<div class="copy">
    <code id="${id}">${text}</code><button type="button" data-copy="${id}">Copy</button>
  </div>`;

const SECOND = 1000;

/** "850 ms", "12 s", "3 min 4 s", "2 h 5 min"; rounded first, so that no part says 60. */
export function durationWords(ms: number | null): string {
  if (ms === null) return "–";
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / SECOND);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What is known by its end alone has no duration to tell of. */
export const lastedWords = (ms: number | null): string => durationWords(ms === 0 ? null : ms);

/** "1 run", "3 runs". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

export const shortCommit = (commit: string | undefined): string => commit?.slice(0, 7) ?? "";

/** A link only where it leads to a web page: what others sent may hold any scheme. */
export function outside(url: string | undefined, words: string): Html {
  if (url === undefined || !/^https?:\/\//i.test(url)) return html``;
  return html`<a href="${url}" target="_blank" rel="noreferrer noopener">${words} ↗</a>`;
}

/** The address of this page with some of its parameters changed; undefined or "" takes one away. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | undefined>>,
): string {
  const given = Object.entries(query).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "",
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}
