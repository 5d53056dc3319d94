/**
 * What the phone shows and rings, read off the calls that the core API got: cards from their first frame until they leave,
 * and pushes. Knows nothing of what the gateway wanted.
 */
import * as z from "zod";
import type { RecordedCall } from "../recording-core.ts";

export interface CardFrame {
  readonly kind: "card";
  readonly at: number;
  /** Counts the streams in the order in which they first came. */
  readonly card: number;
  readonly channels: readonly string[];
  readonly title: string;
  readonly subtitle: string;
  readonly badge: string;
  readonly color: string;
  readonly segments: number;
  readonly completed: number;
  readonly bar: string;
  /** Where its log is: the same as long as it shows the same run. */
  readonly link: string;
}

export interface Leaving {
  readonly kind: "leaves";
  readonly at: number;
  readonly card: number;
}

export interface Push {
  readonly kind: "ring" | "quiet";
  readonly at: number;
  readonly channels: readonly string[];
  readonly title: string;
  readonly subtitle: string;
  readonly message: string;
}

export type PhoneEvent = CardFrame | Leaving | Push;

export interface Phone {
  /** In the order in which a person would read them: the same whichever of several calls of one moment came first. */
  events(): readonly PhoneEvent[];
  hear(call: RecordedCall, at: number): void;
  /** How many cards came while the one before on their stream was ended and still seen. */
  overlaps(): number;
  /** How often it was called. */
  calls(): number;
  /** The stream of a card, by its number. */
  streamOf(card: number): string | undefined;
}

const channels = z
  .object({ channels: z.array(z.string()).catch([]) })
  .catch({ channels: [] })
  .transform((told) => told.channels);
const text = z.string().catch("");
const button = z.object({ title: text, url: text }).catch({ title: "", url: "" });

const pushBody = z.object({
  title: z.string(),
  subtitle: text,
  message: text,
  interruption_level: text,
  target: channels,
});

const streamBody = z.object({
  content_state: z.object({
    title: z.string(),
    subtitle: text,
    number_of_steps: z.number(),
    current_step: z.number(),
    color: text,
    step_colors: z.array(z.string()).catch([]),
    step_color: text,
    badge: z.object({ title: text }).catch({ title: "" }),
  }),
  channels: z.array(z.string()).catch([]),
  target: channels,
  action: button,
  secondary_action: button,
});

/** How long a card stays that was ended without a word of when it leaves, in ms. */
const ENDED_STAYS_MS = 2 * 60_000;
const endBody = z.object({
  content_state: z.object({ auto_dismiss_seconds: z.number().optional() }).optional(),
});

const STREAM = "/live-activity/stream/";

export function createPhone(): Phone {
  const heard: Heard[] = [];
  let overlaps = 0;
  const streams = (): string[] => [
    ...new Set(inOrder(heard).flatMap(({ stream }) => (stream === undefined ? [] : [stream]))),
  ];
  const isThere = (stream: string) =>
    heard.findLast((it) => it.stream === stream)?.event.kind === "card";
  return {
    events: () => {
      const known = streams();
      return inOrder(heard).map(({ event, stream }) =>
        "card" in event ? { ...event, card: known.indexOf(stream ?? "") + 1 } : event,
      );
    },
    hear: (call, at) => {
      if (call.path === "/push-notification") heard.push({ event: pushOf(call.body, at) });
      if (!call.path.startsWith(STREAM)) return;
      const stream = decodeURIComponent(call.path.slice(STREAM.length));
      const last = heard.findLast((it) => it.stream === stream)?.event;
      if (call.method !== "DELETE" && last?.kind === "leaves" && last.at > at) overlaps++;
      if (call.method !== "DELETE") heard.push({ event: frameOf(call.body, at), stream });
      else if (isThere(stream))
        heard.push({ event: { kind: "leaves", card: 0, at: at + staysMs(call.body) }, stream });
    },
    overlaps: () => overlaps,
    calls: () => heard.length,
    streamOf: (card) => streams()[card - 1],
  };
}

interface Heard {
  readonly event: PhoneEvent;
  /** Of a push undefined. */
  readonly stream?: string;
}

/** By time, then by what a person reads: streams have random keys. */
function inOrder(heard: readonly Heard[]): readonly Heard[] {
  const names = new Map<string, string>();
  const named = heard.map((it) => {
    const { event, stream = "" } = it;
    const name = event.kind === "leaves" ? names.get(stream) : nameOf(event);
    if (name !== undefined) names.set(stream, name);
    return { it, name: name ?? "" };
  });
  return named
    .toSorted(
      (a, b) => a.it.event.at - b.it.event.at || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
    )
    .map(({ it }) => it);
}

const nameOf = ({ title, channels, subtitle, kind }: CardFrame | Push): string =>
  [title, ...channels, kind === "card" ? "" : subtitle].join(" ");

const staysMs = (body: unknown): number =>
  endBody.parse(body).content_state?.auto_dismiss_seconds === undefined
    ? ENDED_STAYS_MS
    : (endBody.parse(body).content_state?.auto_dismiss_seconds ?? 0) * 1_000;

/** Whether the last that was heard of this card is a frame. */
export function isAlive(events: readonly PhoneEvent[], card: number): boolean {
  const last = events.findLast((it) => "card" in it && it.card === card);
  return last?.kind === "card";
}

function pushOf(body: unknown, at: number): Push {
  const { title, subtitle, message, interruption_level: level, target } = pushBody.parse(body);
  const kind = level === "passive" ? "quiet" : "ring";
  return { kind, at, channels: target, title, subtitle, message };
}

function frameOf(body: unknown, at: number): CardFrame {
  const told = streamBody.parse(body);
  const { title, subtitle, color, badge, number_of_steps, current_step } = told.content_state;
  return {
    kind: "card",
    at,
    card: 0,
    channels: told.channels.length > 0 ? told.channels : told.target,
    title,
    subtitle,
    badge: badge.title,
    color,
    segments: number_of_steps,
    completed: current_step,
    bar: barOf(told.content_state),
    link: linkOf([told.action, told.secondary_action]),
  };
}

/** What was deployed can be opened only in the end; its log is there from the first frame on. */
function linkOf(buttons: readonly z.output<typeof button>[]): string {
  const [first] = buttons;
  return (buttons.find(({ title }) => title !== "Open" && title !== "") ?? first)?.url ?? "";
}

/** A step that was left out. */
export const UNENTERED = "▫";
const DONE: Readonly<Record<string, string>> = { red: "✖", gray: UNENTERED };

/** "▰✖▰▱▱": done, failed, done, to come; a skipped one is "▫". */
function barOf({
  number_of_steps: count,
  current_step: completed,
  step_colors: colors,
}: z.output<typeof streamBody>["content_state"]): string {
  const done = Array.from({ length: completed }, (_, at) => DONE[colors[at] ?? ""] ?? "▰");
  return done.join("") + "▱".repeat(Math.max(0, count - completed));
}

/** What happened on the phone, a line each, with the time of day and a line for every new day. */
export function phoneLines(events: readonly PhoneEvent[]): string[] {
  return events.flatMap((event, index) => {
    const [day, time] = dayAndTime(event.at);
    const [dayBefore] = dayAndTime(events[index - 1]?.at ?? 0);
    return [...(day === dayBefore ? [] : [day]), `${time}  ${wordsOf(event)}`];
  });
}

function dayAndTime(at: number): readonly [day: string, time: string] {
  const iso = new Date(at).toISOString();
  return [iso.slice(0, 10), iso.slice(11, 19)];
}

function wordsOf(event: PhoneEvent): string {
  switch (event.kind) {
    case "leaves":
      return `card ${event.card} leaves`;
    case "card":
      return [
        `card ${event.card}${audience(event)}  ${event.bar} ${event.color}`,
        event.badge ? `${event.title} [${event.badge}]` : event.title,
        event.subtitle,
      ].join("  ");
    case "ring":
    case "quiet":
      return [
        `${event.kind === "ring" ? "RINGS" : "quiet"}${audience(event)}`,
        event.title,
        ...[event.subtitle, event.message].filter((it) => it !== ""),
      ].join("  ");
  }
}

const audience = ({ channels }: CardFrame | Push): string =>
  channels.length > 0 ? ` to ${channels.join(", ")}` : "";
