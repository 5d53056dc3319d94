// @ts-check
/** Playing: this page is the clock, so that a recorded story can be played on any runtime. */
import { all, encoded, one } from "./elements.js";
import { refresh } from "./news.js";

/** @param {HTMLFormElement} form */
async function play(form) {
  const status = one("[data-play-status]");
  const say = (/** @type {string} */ words) => status && (status.textContent = words);
  const buttons = all("[data-play] button");
  for (const it of buttons) it.setAttribute("disabled", "");
  try {
    say("Making an endpoint for it…");
    const begun = await post("/play", new FormData(form));
    await playSteps(form, begun, say);
    say(
      "Played. What it put on the lock screen goes when you play the next one, or with “Clean up”.",
    );
    void refresh();
  } catch (error) {
    say(`It could not be played: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    for (const it of buttons) it.removeAttribute("disabled");
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {{ startedAt: number, steps: { afterMs: number, event: string }[] }} begun
 * @param {(words: string) => void} say
 */
async function playSteps(form, begun, say) {
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
}

/** @param {string} path @param {FormData} form */
async function post(path, form) {
  const answer = await fetch(path, {
    method: "POST",
    body: encoded(form),
    headers: { accept: "application/json" },
  });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.message ?? json.error);
  return json;
}

export function hearPlays() {
  document.addEventListener("submit", (event) => {
    const { target: form } = event;
    if (!(form instanceof HTMLFormElement) || !("play" in form.dataset)) return;
    event.preventDefault();
    void play(form);
  });
}
