// @ts-check
/** Copying, confirming, offering words, adding parts of a form, searching a payload. */
import { all, one } from "./elements.js";

/** How long a button says what it did. */
const SAYS_MS = 1_600;

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
  setTimeout(() => (button.textContent = words), SAYS_MS);
}

/**
 * What was to be confirmed is asked for in the form's own words.
 * @param {SubmitEvent} event
 */
function confirmFirst(event) {
  const { target: form } = event;
  if (!(form instanceof HTMLFormElement)) return;
  const { confirm: question } = form.dataset;
  if (question !== undefined && !window.confirm(question)) event.preventDefault();
}

/**
 * A word that is offered goes to where the caret was in its field.
 * @param {HTMLElement} offer
 */
function write(offer) {
  const field = document.getElementById(offer.dataset.into ?? "");
  if (!(field instanceof HTMLInputElement)) return;
  const word = offer.dataset.word ?? "";
  const at = field.selectionStart ?? field.value.length;
  const typed = /(\{\{)?\w*$/.exec(field.value.slice(0, at))?.[0] ?? "";
  const start = word.startsWith(typed) ? at - typed.length : at;
  field.setRangeText(word, start, field.selectionEnd ?? at, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Only the words that begin as what is being written stay offered.
 * @param {HTMLInputElement} field
 */
function narrow(field) {
  const typed = /(\{\{)?\w*$/.exec(field.value.slice(0, field.selectionStart ?? 0))?.[0] ?? "";
  const name = typed.replace("{{", "");
  for (const offer of all(`[data-into="${CSS.escape(field.id)}"]`))
    offer.hidden = name !== "" && !(offer.dataset.word ?? "").startsWith(`{{${name}`);
}

/**
 * A further part is made of the form's template; its fields count on.
 * @param {HTMLElement} button
 */
function add(button) {
  const list = document.getElementById(button.dataset.add ?? "");
  const template = one(`template[data-for="${button.dataset.add}"]`);
  if (!list || !template) return;
  const count = String(list.children.length);
  list.insertAdjacentHTML("beforeend", template.innerHTML.replaceAll("__N__", count));
  const fresh = list.lastElementChild;
  if (fresh instanceof HTMLDetailsElement) fresh.open = true;
  if (fresh) one("input", fresh)?.focus();
}

/** @param {HTMLInputElement} field */
function searchTree(field) {
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
}

export function helpForms() {
  document.addEventListener("submit", confirmFirst);
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button) return;
    if (button.dataset.copy) void copy(button, button.dataset.copy);
    if (button.dataset.word) write(button);
    if (button.dataset.add) add(button);
    if ("removes" in button.dataset) {
      button.closest("[data-part]")?.remove();
      document.querySelector("form[data-try]")?.dispatchEvent(new Event("input"));
    }
  });
  document.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    if ("treeSearch" in target.dataset) searchTree(target);
    if ("offers" in target.dataset) narrow(target);
  });
}
