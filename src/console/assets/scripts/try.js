// @ts-check
/** Trying: the result follows what is written. */
import { all, encoded, one } from "./elements.js";
import { showTimes } from "./times.js";

/** Whoever pauses so long wants to see. */
const PAUSE_MS = 250;

/** @param {HTMLFormElement} form */
function follow(form) {
  let timer = 0;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const answer = await fetch(form.action, {
      method: "POST",
      body: encoded(new FormData(form)),
      headers: { accept: "text/html" },
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    for (const old of all("[data-tried]")) {
      const fresh = page.getElementById(old.id);
      if (fresh) old.replaceChildren(...fresh.childNodes);
    }
    showTimes();
  };
  const say = (/** @type {unknown} */ error) => {
    const [place] = all("[data-tried]");
    if (place) place.textContent = `It cannot be tried now: ${String(error)}`;
  };
  if (form.dataset.try === "ask" && one("#passes")) void ask().catch(say);
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask().catch(say), PAUSE_MS);
  });
}

export function followTries() {
  for (const form of all("form[data-try]")) if (form instanceof HTMLFormElement) follow(form);
}
