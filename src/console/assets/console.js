// @ts-check
/**
 * What the console's pages do beyond reading: times in the viewer's zone, news, keys, copying,
 * playing, trying. Every page can be read and every form sent without it.
 */

/** @type {(selector: string, root?: ParentNode) => HTMLElement[]} */
const all = (selector, root = document) =>
  [...root.querySelectorAll(selector)].filter((it) => it instanceof HTMLElement);
/** @type {(selector: string, root?: ParentNode) => HTMLElement | undefined} */
const one = (selector, root = document) => all(selector, root)[0];

// Times

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "narrow" });
/** @type {readonly [number, Intl.RelativeTimeFormatUnit][]} */
const UNITS = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
  [1_000, "second"],
];

/** @param {Date} at */
function ago(at) {
  const ms = at.getTime() - Date.now();
  if (Math.abs(ms) < 1_500) return "now";
  const [size, unit] = UNITS.find(([it]) => Math.abs(ms) >= it) ?? [1_000, "second"];
  return relative.format(Math.round(ms / size), unit);
}

function showTimes() {
  for (const node of document.querySelectorAll("time[data-time]")) {
    if (!(node instanceof HTMLTimeElement)) continue;
    const at = new Date(node.dateTime);
    const style = node.dataset.time;
    const text = style === "ago" ? ago(at) : style === "clock" ? clock.format(at) : full.format(at);
    if (node.textContent !== text) node.textContent = text;
    node.title = full.format(at);
  }
  const now = new Date();
  const date = one("[data-date]");
  const time = one("[data-clock]");
  if (date)
    date.textContent = now.toLocaleDateString("en-GB", {
      weekday: "long",
      day: "numeric",
      month: "long",
    });
  if (time)
    time.textContent = now.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

// News: the page is asked for again, and what differs in its live regions is exchanged.

/**
 * Keeps what is equal, so that focus, opened details and the selection stay. @param {Element} old
 * @param {Element} fresh
 */
function exchange(old, fresh) {
  const kept = new Map([...old.children].filter((it) => it.id).map((it) => [it.id, it]));
  if (kept.size === 0 || [...fresh.children].some((it) => !it.id)) {
    if (old.innerHTML !== fresh.innerHTML) old.replaceChildren(...fresh.childNodes);
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

/** Without what this script writes itself. @param {Element} node */
function plain(node) {
  const copy = node.cloneNode(true);
  if (!(copy instanceof Element)) return "";
  copy.classList.remove("new");
  for (const time of copy.querySelectorAll("time")) {
    time.textContent = "";
    time.removeAttribute("title");
  }
  return copy.outerHTML.replace(' class=""', "");
}

let isReading = false;
let isStale = false;

async function refresh() {
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
const isReadingOn = () =>
  (one("[data-pauses]") !== undefined && scrollY > 240) ||
  (document.activeElement instanceof HTMLInputElement &&
    document.activeElement.closest("[data-region]") !== null);

/** @param {string} state @param {string} words */
function mark(state, words) {
  for (const node of all("[data-live-mark]")) {
    node.className = `live ${state}`;
    const label = node.lastElementChild;
    if (label && label.textContent !== words) label.textContent = words;
  }
}

const seen = new Set();
/** @param {{ data: { id: string, type: string }[] }} news */
function hear(news) {
  const hears = (document.body.dataset.hears ?? "").split(" ");
  const fresh = news.data.filter(({ id, type }) => hears.includes(type) && !seen.has(id));
  if (seen.size > 2_000) seen.clear();
  for (const { id } of news.data) seen.add(id);
  if (fresh.length > 0) void refresh();
}

const POLL_MS = 3_000;

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
        const answer = await fetch(`/live${cursor && `?after=${cursor}`}`, {
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

// Keys

const GO = {
  h: "/",
  p: "/projects",
  d: "/deliveries",
  t: "/try",
  e: "/endpoints",
  o: "/outbox",
  s: "/settings",
};
let isGoing = false;

/** @param {number} by */
function move(by) {
  const neighbour = one(by > 0 ? "[data-next]" : "[data-previous]");
  if (neighbour) return neighbour.click();
  const links = all("[data-list] .go");
  const at = links.findIndex((it) => it === document.activeElement);
  const next = links[at === -1 ? (by > 0 ? 0 : links.length - 1) : at + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

const toggleKeys = () => {
  const dialog = one("#keys");
  if (!(dialog instanceof HTMLDialogElement)) return;
  if (dialog.open) dialog.close();
  else dialog.showModal();
};

/** @type {Record<string, () => void>} */
const KEYS = {
  "?": toggleKeys,
  "/": () => one("[data-search]")?.focus(),
  j: () => move(1),
  k: () => move(-1),
  r: () => one("[data-key=r]")?.click(),
  c: () => one("[data-key=c]")?.click(),
  u: () => one("[data-key=u]")?.click(),
};

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const writes =
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select"));
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (writes) {
    if (key === "Escape") target.blur();
    return;
  }
  if (isGoing) {
    isGoing = false;
    const path = Object.entries(GO).find(([it]) => it === key)?.[1];
    if (path) location.assign(path);
    return;
  }
  if (key === "g") {
    isGoing = true;
    setTimeout(() => (isGoing = false), 1_200);
    return;
  }
  const act = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  if (!act) return;
  event.preventDefault();
  act();
});

// Clicks

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (!button) return;
  if ("keys" in button.dataset) toggleKeys();
  if (button.dataset.copy) void copy(button, button.dataset.copy);
});

/** @param {HTMLButtonElement} button @param {string} id */
async function copy(button, id) {
  const source = document.getElementById(id);
  const words = button.textContent;
  const text = source instanceof HTMLTextAreaElement ? source.value : (source?.textContent ?? "");
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Select it and copy";
    if (source) getSelection()?.selectAllChildren(source);
  }
  setTimeout(() => (button.textContent = words), 1_600);
}

/** What was to be confirmed is asked for in the form's own words. */
document.addEventListener("submit", (event) => {
  const { target: form } = event;
  if (!(form instanceof HTMLFormElement)) return;
  const { confirm: question } = form.dataset;
  if (question !== undefined && !window.confirm(question)) event.preventDefault();
});

// Searching a payload

for (const field of all("[data-tree-search]")) {
  field.addEventListener("input", () => {
    if (!(field instanceof HTMLInputElement)) return;
    const wanted = field.value.trim().toLowerCase();
    const tree = document.getElementById(field.dataset.treeSearch ?? "");
    if (!tree) return;
    let first;
    for (const leaf of all("[data-leaf]", tree)) {
      const isHit = wanted !== "" && (leaf.textContent ?? "").toLowerCase().includes(wanted);
      leaf.classList.toggle("hit", isHit);
      if (!isHit) continue;
      first ??= leaf;
      for (let up = leaf.parentElement; up && up !== tree; up = up.parentElement)
        if (up instanceof HTMLDetailsElement) up.open = true;
    }
    first?.scrollIntoView({ block: "nearest" });
  });
}

// Playing: this page is the clock, so that a recorded story can be played on any runtime.

/** @param {HTMLFormElement} form */
async function play(form) {
  const status = one("[data-play-status]");
  const say = (/** @type {string} */ words) => status && (status.textContent = words);
  const buttons = all("[data-play] button");
  for (const it of buttons) it.setAttribute("disabled", "");
  try {
    say("Making an endpoint for it…");
    const begun = await post("/play", new FormData(form));
    const startedAt = Date.now();
    for (const [index, step] of begun.steps.entries()) {
      const waitMs = step.afterMs - (Date.now() - startedAt);
      if (waitMs > 0) await new Promise((done) => setTimeout(done, waitMs));
      const body = new FormData(form);
      body.set("started_at", String(begun.startedAt));
      body.set("step", String(index));
      const { status: answered } = await post("/play/step", body);
      say(`${step.event}: answered ${answered} (${index + 1} of ${begun.steps.length})`);
      void refresh();
    }
    say(
      "Played. What it put on the lock screen goes when you play the next one, or with “Clean up”.",
    );
  } catch (error) {
    say(`It could not be played: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    for (const it of buttons) it.removeAttribute("disabled");
  }
}

/** The fields that are texts. @param {FormData} form */
const encoded = (form) =>
  new URLSearchParams(
    [...form].flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );

/** @param {string} path @param {FormData} form */
async function post(path, form) {
  const body = encoded(form);
  const answer = await fetch(path, {
    method: "POST",
    body,
    headers: { accept: "application/json" },
  });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.message ?? json.error);
  return json;
}

for (const form of all("form[data-play]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form instanceof HTMLFormElement) void play(form);
  });
}

// Trying: the result follows what is written.

for (const form of all("form[data-try]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  let timer = 0;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const body = encoded(new FormData(form));
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { accept: "text/html" },
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("tried");
    const old = document.getElementById("tried");
    if (mine === asked && fresh && old) old.replaceWith(document.importNode(fresh, true));
    showTimes();
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask().catch(() => undefined), 250);
  });
}

// The scrubber: what the lock screen showed when.

for (const range of all("input[data-scrub]")) {
  if (!(range instanceof HTMLInputElement)) continue;
  const frames = all("[data-frame]");
  const show = () => {
    for (const [index, frame] of frames.entries()) frame.hidden = index !== Number(range.value);
  };
  range.addEventListener("input", show);
  show();
}

showTimes();
setInterval(showTimes, 1_000);
for (const toast of all(".toast")) setTimeout(() => toast.remove(), 6_000);
if (document.body.dataset.live === "stream") listen();
if (document.body.dataset.live === "poll") void poll();
// What is no news, such as a refused request, is looked for while a page waits for it.
if (one("[data-awaits]")) setInterval(() => void refresh(), POLL_MS);
document.addEventListener("visibilitychange", () => isStale && void refresh());
addEventListener("scroll", () => isStale && !isReadingOn() && void refresh(), { passive: true });
