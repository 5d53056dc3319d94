// @ts-check
/** The keyboard: `?` shows what there is. */
import { all, one } from "./elements.js";

/** How long after `g` the second key counts. */
const GO_MS = 1_200;
/** Leads from a page without a search to the one that has it. */
const TO_SEARCH = "#search";
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

function toggleKeys() {
  const dialog = one("#keys");
  if (!(dialog instanceof HTMLDialogElement)) return;
  if (dialog.open) dialog.close();
  else dialog.showModal();
}

function search() {
  const field = one("[data-search]");
  if (field) field.focus();
  else location.assign(`/deliveries${TO_SEARCH}`);
}

/** @param {string} key */
const press = (key) => () => one(`[data-key=${key}]`)?.click();

/** @type {Record<string, () => void>} */
const KEYS = {
  "?": toggleKeys,
  "/": search,
  j: () => move(1),
  k: () => move(-1),
  r: press("r"),
  c: press("c"),
  u: press("u"),
  y: press("y"),
};

/** @param {KeyboardEvent} event */
function handle({ target, key }) {
  const writes =
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select"));
  if (writes) {
    if (key === "Escape") target.blur();
    return false;
  }
  if (isGoing) {
    isGoing = false;
    one(`[data-go="${CSS.escape(key)}"]`)?.click();
    return true;
  }
  if (key === "g") {
    isGoing = true;
    setTimeout(() => (isGoing = false), GO_MS);
    return true;
  }
  const act = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  act?.();
  return act !== undefined;
}

export function hearKeys() {
  if (location.hash === TO_SEARCH) one("[data-search]")?.focus();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (handle(event)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-keys]")) toggleKeys();
  });
}
