// @ts-check
/** The scrubber: what the lock screen showed when; it can be played like a film. */
import { all, one } from "./elements.js";

/** How long one picture stands while it plays. */
const FRAME_MS = 900;

export function followScrubbers() {
  const range = one("input[data-scrub]");
  if (!(range instanceof HTMLInputElement)) return;
  const frames = all("[data-moment]");
  const show = () => {
    for (const [index, frame] of frames.entries()) frame.hidden = index !== Number(range.value);
  };
  range.addEventListener("input", show);
  show();
  const button = one("[data-scrub-play]");
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    if (button) button.textContent = "▶ Replay";
  };
  const step = () => {
    if (Number(range.value) >= frames.length - 1) return stop();
    range.value = String(Number(range.value) + 1);
    show();
  };
  button?.addEventListener("click", () => {
    if (timer !== 0) return stop();
    range.value = "0";
    show();
    button.textContent = "■ Stop";
    timer = window.setInterval(step, FRAME_MS);
  });
}
