// @ts-check
/**
 * News: the page is asked for again when something moved, and what differs in its live regions is
 * exchanged.
 */
import { all, one } from "./elements.js";
import { showOnPhone } from "./lock-screen.js";
import { showTimes } from "./times.js";

const POLL_MS = 3_000;
/** Whoever has scrolled down so far reads on. */
const READS_FROM_PX = 240;
const REMEMBERED = 2_000;

/**
 * Keeps what is equal, so that focus, opened details and the selection stay.
 * @param {Element} old
 * @param {Element} fresh
 */
function exchange(old, fresh) {
  if (showOnPhone(old, fresh)) return;
  const kept = new Map([...old.children].filter((it) => it.id).map((it) => [it.id, it]));
  if (kept.size === 0 || [...fresh.children].some((it) => !it.id)) {
    if (plain(old) !== plain(fresh)) old.replaceChildren(...fresh.childNodes);
    return;
  }
  const children = [...fresh.children].map((child) => {
    const known = kept.get(child.id);
    if (known && plain(known) === plain(child)) return known;
    if (!known) child.classList.add("new");
    return child;
  });
  for (const [index, child] of children.entries())
    if (old.children[index] !== child) old.insertBefore(child, old.children[index] ?? null);
  while (old.children.length > children.length) old.lastElementChild?.remove();
}

/**
 * Without what the scripts write themselves.
 * @param {Element} node
 */
function plain(node) {
  const copy = node.cloneNode(true);
  if (!(copy instanceof Element)) return "";
  copy.classList.remove("new");
  for (const time of copy.querySelectorAll("time")) {
    time.textContent = "";
    time.removeAttribute("title");
  }
  return copy.outerHTML.replaceAll(' class=""', "");
}

let isReading = false;
let isStale = false;

export async function refresh() {
  isStale = true;
  if (isReading || document.hidden || isReadingOn()) return;
  isReading = true;
  isStale = false;
  try {
    const answer = await fetch(location.href, {
      headers: { accept: "text/html" },
      cache: "no-store",
    });
    if (!answer.ok || answer.redirected) return mark("lost", "Log in again");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const region of all("[data-region]")) {
      const fresh = page.getElementById(region.id);
      if (fresh) exchange(region, fresh);
    }
    showTimes();
  } catch {
    mark("lost", "Reconnecting");
  } finally {
    isReading = false;
    if (isStale) setTimeout(() => void refresh(), 250);
  }
}

/** Whoever has scrolled down or writes something reads on; the list waits. */
function isReadingOn() {
  const isScrolled = one("[data-pauses]") !== undefined && scrollY > READS_FROM_PX;
  if (isScrolled) mark("lost", "Paused while you read");
  return (
    isScrolled ||
    (document.activeElement instanceof HTMLInputElement &&
      document.activeElement.closest("[data-region]") !== null)
  );
}

/** @param {string} state @param {string} words */
function mark(state, words) {
  for (const node of all("[data-live-mark]")) {
    node.className = `live ${state}`;
    const label = node.lastElementChild;
    if (label && label.textContent !== words) label.textContent = words;
  }
}

/** @type {Set<string>} */
const seen = new Set();

/** @param {{ data: { id: string, type: string }[] }} news */
function hear(news) {
  const hears = (document.body.dataset.hears ?? "").split(" ");
  const fresh = news.data.filter(({ id, type }) => hears.includes(type) && !seen.has(id));
  if (seen.size > REMEMBERED) seen.clear();
  for (const { id } of news.data) seen.add(id);
  if (fresh.length > 0) void refresh();
}

function listen() {
  const source = new EventSource("/live");
  source.addEventListener("open", () => mark("on", "Live"));
  source.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    mark("lost", "Reconnecting");
    // The browser tries again by itself, except after an answer that was no stream.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2_000);
  });
  addEventListener("pagehide", () => source.close(), { once: true });
}

async function poll() {
  let cursor = "";
  for (;;) {
    if (!document.hidden) {
      try {
        const answer = await fetch(`/live${cursor && `?after=${encodeURIComponent(cursor)}`}`, {
          headers: { accept: "application/json" },
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const news = await answer.json();
        ({ cursor } = news);
        hear(news);
        mark("on", "Live");
      } catch {
        mark("lost", "Reconnecting");
      }
    }
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

export function followNews() {
  if (document.body.dataset.live === "stream") listen();
  if (document.body.dataset.live === "poll") void poll();
  // What is no news, such as a refused request, is looked for while a page waits for it.
  if (one("[data-awaits]")) setInterval(() => void refresh(), POLL_MS);
  document.addEventListener("visibilitychange", () => isStale && void refresh());
  addEventListener("scroll", () => isStale && scrollY <= READS_FROM_PX && void catchUp(), {
    passive: true,
  });
}

async function catchUp() {
  mark("on", "Live");
  await refresh();
}
