/** What became of a delivery on the phone, in one sentence, with the reasons under it. Pure. */
import { html } from "hono/html";
import type { DeliveryDetail } from "../../../api/deliveries.ts";
import { becauseOf } from "./because.ts";
import { dot, durationWords, foreign } from "../parts/html.ts";
import type { Html, Tone } from "../parts/html.ts";

export interface Verdict {
  readonly tone: Tone;
  /** "A push was sent; the card changed." */
  readonly words: string;
  /** Why so, the decision first. */
  readonly because: readonly string[];
}

type Command = DeliveryDetail["commands"][number];

export function verdictOf(delivery: DeliveryDetail): Verdict {
  const { commands, status, detail } = delivery;
  if (status === "received")
    return { tone: "busy", words: "It is stored and waits to be read.", because: [] };
  if (status !== "processed") return { ...NOT_READ[status], because: worded(given(detail)) };
  const told = commands.filter(({ call }) => call === "push");
  const shown = commands.filter(({ call }) => call === "stream_update");
  const sentences = [...told.map((it) => pushWords(it, delivery)), ...shown.map(cardWords)];
  // A card that changes is no news; where something was to be told or not, that it was not is.
  if (told.length === 0 && shown.length > 0 && detail !== null) sentences.push("Nothing rang.");
  const reasons = commands.flatMap(({ reason, status: became }) =>
    reason === null || became === "done" ? [] : [reason],
  );
  return {
    tone: worst(told.length > 0 ? told : shown),
    words: sentences.length === 0 ? "Nothing was sent." : [...new Set(sentences)].join(" "),
    because: worded([...given(detail), ...whyQuiet(delivery), ...reasons]),
  };
}

const worded = (reasons: readonly string[]): string[] => [
  ...new Set(reasons.flatMap((it) => becauseOf(it) ?? [])),
];

const NOT_READ = {
  ignored: { tone: "off", words: "It was left alone: this event says nothing about a deployment." },
  unknown: { tone: "wait", words: "Nobody here knows this event, so nothing was made of it." },
  filtered: { tone: "off", words: "The endpoint’s filters sorted it out." },
  invalid: { tone: "bad", words: "It is not as this event should be, so nothing was made of it." },
  failed: { tone: "bad", words: "It could not be read." },
  refused: { tone: "bad", words: "It was refused." },
} as const satisfies Record<string, Omit<Verdict, "because">>;

const given = (detail: string | null): string[] => (detail === null ? [] : [detail]);

/** Nothing was wanted and no reason stands there: the state itself is the reason. */
function whyQuiet({ commands, detail }: DeliveryDetail): string[] {
  if (commands.length > 0 || detail !== null) return [];
  return [
    "It told nothing new: the run stood there already, a newer run is shown, or the endpoint’s settings do not ring for it.",
  ];
}

const TONE_OF: Readonly<Record<Command["status"], Tone>> = {
  dead: "bad",
  pending: "wait",
  sending: "wait",
  done: "ok",
  superseded: "off",
  skipped: "off",
};
const ORDER: readonly Tone[] = ["bad", "wait", "ok", "off"];

const worst = (commands: readonly Command[]): Tone =>
  ORDER.find((tone) => commands.some(({ status }) => TONE_OF[status] === tone)) ?? "off";

function pushWords(command: Command, { received_at: receivedAt }: DeliveryDetail): string {
  const title = "title" in command.body ? `“${command.body.title}”` : "";
  const answered = command.attempt_log.findLast(({ outcome }) => outcome === "ok");
  const after = answered && Date.parse(answered.at) - Date.parse(receivedAt);
  switch (command.status) {
    case "done":
      return `The push ${title} was sent${after === undefined ? "" : ` ${durationWords(Math.max(0, after))} after it arrived`}.`;
    case "pending":
    case "sending":
      return `The push ${title} waits to be sent.`;
    case "dead":
      return `The push ${title} was given up.`;
    case "superseded":
    case "skipped":
      return `The push ${title} was not needed.`;
  }
}

function cardWords({ status }: Command): string {
  switch (status) {
    case "done":
      return "The card on the lock screen changed.";
    case "pending":
    case "sending":
      return "The change of the card waits to be sent.";
    case "dead":
      return "The change of the card was given up.";
    case "superseded":
      return "A newer state was shown in its place.";
    case "skipped":
      return "The card needed no change.";
  }
}

/** The sentence with its reasons. */
export const verdictBox = ({ tone, words, because }: Verdict): Html =>
  html`<section class="verdict" id="verdict" data-region aria-label="What became of it">
    ${dot(tone, tone)}<strong>${foreign(words)}</strong>
    ${
      because.length === 0
        ? ""
        : html`<ul>
            ${because.map((it) => html`<li>${foreign(it)}</li>`)}
          </ul>`
    }
  </section>`;
