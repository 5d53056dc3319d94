/** What a delivery says, in a sentence and in the facts by which people look for it. Pure. */
import type { Command } from "../../model/command.ts";
import type { Delivery } from "../../model/delivery.ts";
import type {
  AlertSignal,
  NoticeSignal,
  ProgressSignal,
  Signal,
  StepReport,
} from "../../model/signal.ts";

export interface SaidFacts {
  /** "web-shop production: Building running". */
  readonly summary: string;
  readonly project: string | null;
  readonly environment: string | null;
  readonly branch: string | null;
  /** How its run ended or where it stands; a notice's or an alert's own word. */
  readonly outcome: string | null;
}

/**
 * Of several signals the first that moves a run speaks for all.
 *
 * @param commands what it asked for
 */
export function saidBy(
  delivery: Pick<Delivery, "signals" | "status" | "detail" | "event">,
  commands: readonly Pick<Command, "intent">[],
): SaidFacts {
  const signals = delivery.signals ?? [];
  const first = signals.find(({ kind }) => kind === "progress") ?? signals[0];
  const speaker = first && named(first, commands);
  const facts = speaker ? factsOf(speaker) : NOTHING;
  const more = signals.length > 1 ? ` (and ${signals.length - 1} more)` : "";
  const summary = speaker ? `${sentenceOf(speaker)}${more}` : withoutSignals(delivery);
  return { ...facts, summary };
}

/** Some events know their project by its id alone; what was pushed of it has its name. */
function named(signal: Signal, commands: readonly Pick<Command, "intent">[]): Signal {
  const { project } = signal;
  if (project === undefined || project.name !== project.id) return signal;
  const [name] = commands.flatMap(({ intent }) =>
    intent.kind === "push" && intent.about?.project !== undefined ? [intent.about.project] : [],
  );
  return name === undefined ? signal : { ...signal, project: { ...project, name } };
}

const NOTHING = { project: null, environment: null, branch: null, outcome: null };

function withoutSignals({
  status,
  detail,
  event,
}: Pick<Delivery, "status" | "detail" | "event">): string {
  if (status === "received") return `${event}: stored, not read yet`;
  if (detail !== null) return `${event}: ${detail}`;
  return status === "processed" ? `${event}: understood, nothing to show` : `${event}: ${status}`;
}

function factsOf(signal: Signal): Omit<SaidFacts, "summary"> {
  const project = signal.project?.name ?? null;
  const environment = signal.environment?.name ?? null;
  if (signal.kind === "progress") {
    const branch = signal.facts.branch ?? null;
    return { project, environment, branch, outcome: signal.outcome?.state ?? stateOf(signal) };
  }
  const outcome = signal.kind === "alert" ? signal.state : "notice";
  return { project, environment, branch: signal.branch ?? null, outcome };
}

function sentenceOf(signal: Signal): string {
  const where = [signal.project?.name, signal.line?.name, signal.environment?.name]
    .filter((it) => it !== undefined)
    .join(" ");
  const what = signal.kind === "progress" ? progressWords(signal) : occurrenceWords(signal);
  // Titles of notices and alerts mostly begin with the project.
  const isSaid = where === "" || what.startsWith(signal.project?.name ?? where);
  return isSaid ? what : `${where}: ${what}`;
}

function progressWords(signal: ProgressSignal): string {
  const { outcome, facts } = signal;
  if (outcome?.state === "failed" && facts.error !== undefined) return `failed: ${facts.error}`;
  if (outcome) return outcome.state;
  const step = tellingStep(signal);
  return step ? stepWords(step) : "announced";
}

/** "Building", "Queued", "lint done": no word twice. */
function stepWords({ title, state }: StepReport): string {
  const word = STEP_WORDS[state];
  const isSaid = word === "" || title.toLowerCase() === word || isState(title);
  return isSaid ? title : `${title} ${word}`;
}

const STEP_WORDS: Readonly<Record<StepReport["state"], string>> = {
  planned: "planned",
  waiting: "waits",
  queued: "queued",
  running: "",
  skipped: "skipped",
  canceled: "canceled",
  succeeded: "done",
  failed: "failed",
};

/** Steps whose titles are states already: "Queued" that waits is queued. */
const isState = (title: string): boolean => /^(queued|waiting)$/i.test(title);

function stateOf(signal: ProgressSignal): string | null {
  const state = tellingStep(signal)?.state;
  return state === "waiting" || state === "queued" ? state : "running";
}

/** The furthest step that anything was heard of. */
const tellingStep = ({ steps }: ProgressSignal): StepReport | undefined =>
  steps.toSorted((a, b) => a.order - b.order).findLast(({ state }) => state !== "planned");

function occurrenceWords(signal: NoticeSignal | AlertSignal): string {
  const state = signal.kind === "alert" && signal.state !== "firing" ? ` (${signal.state})` : "";
  return `${signal.title}${state}`;
}

/** What came of it on the phone, a few words a command: "activity updated", "push waiting". */
export function effectsOf(commands: readonly Pick<Command, "intent" | "status">[]): string[] {
  const words = commands.map(
    ({ intent: { kind }, status }) => `${INTENT_WORDS[kind]} ${EFFECT_WORDS[status]}`,
  );
  return [...new Set(words)];
}

const INTENT_WORDS: Readonly<Record<Command["intent"]["kind"], string>> = {
  push: "push",
  show: "activity",
  end: "activity end",
  metric: "metric",
  badge: "badge",
};

const EFFECT_WORDS: Readonly<Record<Command["status"], string>> = {
  pending: "waiting",
  sending: "being sent",
  done: "sent",
  superseded: "replaced by a newer state",
  skipped: "not needed",
  dead: "given up",
};
