/** The calls that a run led to, in words. Pure. */
import { html } from "hono/html";
import type { CallModel } from "../../../api/commands.ts";
import { dot, durationWords, foreign, time } from "../parts/html.ts";
import type { Html, Tone } from "../parts/html.ts";

export type CoreCall = NonNullable<CallModel["sent"]>;

export const CALL_WORDS: Readonly<Record<CoreCall["call"], string>> = {
  push: "a push came",
  stream_update: "the card changed",
  stream_end: "the card left",
  metric_value: "a metric changed",
  badge: "the badge changed",
};

/** False of the one that took another card off the screen to make room for this one. */
export const isOfCard = ({ stream_key: key }: CoreCall, card: string): boolean =>
  key === null || key === card;

/** Attempts that ended before anything was sent, each with what it tells. */
const UNSENT: Readonly<Record<string, { readonly tone: Tone; readonly words: string }>> = {
  held_back: { tone: "wait", words: "Held back until ActivitySmith answers again" },
  not_sent: { tone: "bad", words: "Nothing was sent" },
};

/**
 * Each call with its answer; the newest last, as the deliveries above it.
 * @param card the stream key of the run's card
 */
export function callRow(call: CallModel, card: string): Html {
  const { id, at, outcome, sent, answer } = call;
  const unsent = UNSENT[outcome];
  const tone = unsent?.tone ?? (outcome === "ok" ? "ok" : "bad");
  return html`<li id="call-${id}">
    <div class="line">
      ${dot(tone, outcome)}
      <span class="what" title="${answer ?? ""}"
        >${unsent?.words ?? foreign(sent ? wordsOf(sent, card) : NOT_KEPT)}</span
      >
      <span class="effects dim">${unsent ? "" : answerOf(call)}</span>
      <span class="when">${time(at, "clock")}</span>
    </div>
  </li>`;
}

/** Of gateways from before calls were stored with what they said. */
const NOT_KEPT = "A call of an earlier version, which did not keep what it said";

function answerOf({ outcome, status, duration_ms: took }: CallModel): string {
  const answered = `${status ?? "no answer"} in ${durationWords(took)}`;
  return outcome === "ok" || status === null
    ? answered
    : `${outcome.replaceAll("_", " ")} ${answered}`;
}

function wordsOf(sent: CoreCall, card: string): string {
  const { call, body, stream_key: key } = sent;
  const state = "content_state" in body ? body.content_state : undefined;
  if (!isOfCard(sent, card)) return `Made room: ${state?.title ?? key} left the screen`;
  if (!state) return CALL_WORDS[call];
  return call === "stream_end"
    ? `${state.title}: the card leaves`
    : [state.title, state.subtitle].join(": ");
}
