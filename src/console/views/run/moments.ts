/** What the lock screen showed when, to go through and to play again. Pure. */
import { html } from "hono/html";
import { time } from "../parts/html.ts";
import type { Html } from "../parts/html.ts";
import { activityCard, cards, pushCard } from "../parts/phone.ts";
import { CALL_WORDS, isOfCard } from "./calls.ts";
import type { CoreCall } from "./calls.ts";
import type { RunPageModel } from "../../models/run-model.ts";

/** One moment of the phone: the card as it was then, and the pushes that had come. */
interface Moment {
  readonly at: string;
  readonly card: Html | undefined;
  readonly pushes: readonly Html[];
  readonly words: string;
}

/** As many pushes as lie on a lock screen at a glance. */
const SHOWN_PUSHES = 2;

interface Confirmed {
  readonly at: string;
  readonly call: CoreCall;
}

/** Every picture and push that was confirmed, in the order in which the phone got them. */
function confirmedOf({ track, calls, deliveries }: RunPageModel): Confirmed[] {
  const ofCard = calls.flatMap(({ at, outcome, sent }) =>
    outcome === "ok" && sent && isOfCard(sent, track.stream_key) ? [{ at, call: sent }] : [],
  );
  const pushes = deliveries
    .flatMap(({ commands }) => commands)
    .flatMap((it): Confirmed[] => {
      const answered = it.attempt_log.findLast(({ outcome }) => outcome === "ok");
      return it.call === "push" && answered ? [{ at: answered.at, call: it }] : [];
    });
  return [...ofCard, ...pushes].toSorted((a, b) => a.at.localeCompare(b.at));
}

export function momentsOf(model: RunPageModel): Moment[] {
  const moments: Moment[] = [];
  for (const { at, call } of confirmedOf(model)) {
    const before = moments.at(-1);
    moments.push({ at, ...pictureOf(call, before), words: CALL_WORDS[call.call] });
  }
  return moments;
}

function pictureOf({ call, body }: CoreCall, before: Moment | undefined) {
  const pushes = before?.pushes ?? [];
  if (call === "push" && "title" in body)
    return { card: before?.card, pushes: [pushCard(body), ...pushes].slice(0, SHOWN_PUSHES) };
  if (call === "stream_end") return { card: undefined, pushes };
  if (!("content_state" in body) || !body.content_state) return { card: before?.card, pushes };
  const buttons = [body.action, body.secondary_action].flatMap((it) => (it ? [it.title] : []));
  return { card: activityCard(body.content_state, buttons), pushes };
}

export function scrubber(moments: readonly Moment[]): Html {
  if (moments.length === 0) return html``;
  const last = moments.length - 1;
  return html`<section class="panel" aria-labelledby="moments-title">
    <header>
      <h2 id="moments-title">On the lock screen</h2>
      <button type="button" class="slim" data-scrub-play>▶ Replay</button>
    </header>
    <label
      ><span class="visually-hidden">Moment</span
      ><input type="range" min="0" max="${last}" value="${last}" step="1" data-scrub
    /></label>
    ${moments.map(
      ({ at, card, pushes, words }, index) =>
        html`<div class="stack tight" data-moment>
          <p class="dim small">
            ${index + 1} of ${moments.length} · ${time(at, "full")} · ${words}
          </p>
          ${cards([...(card ? [card] : []), ...pushes])}
          ${card === undefined && pushes.length === 0 ? html`<p class="dim">Nothing of it is on the screen any more.</p>` : ""}
        </div>`,
    )}
  </section>`;
}
