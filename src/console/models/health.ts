/**
 * What stands well and what does not, each with its next step: the problems that `/readyz` and the
 * metrics name, in words for a page. Pure.
 */
import type { ScreenView } from "../../api/screen.ts";
import type { Problem, ProblemKind } from "../../observability/problem.ts";
import type { HealthItem } from "../views/home.ts";
import { isPublic } from "../views/connect.ts";
import { counted } from "../views/parts/html.ts";

export function healthOf(
  problems: readonly Problem[],
  { dead }: Pick<ScreenView, "dead">,
  publicUrl: string,
): HealthItem[] {
  const items = problemItems(problems);
  const isWell = items.length === 0 && dead === 0;
  return [
    ...items,
    ...(dead > 0 ? [deadItem(dead)] : []),
    ...(isPublic(publicUrl) ? [] : [unreachable(publicUrl)]),
    ...(isWell ? [{ tone: "ok" as const, words: "Deliveries are stored, read and sent." }] : []),
  ];
}

/** Several accounts may be paused by one cause: it is said once. */
export function problemItems(problems: readonly Problem[]): HealthItem[] {
  const items = problems.filter(({ kind }) => kind !== "dead_commands").map(itemOf);
  return items.filter(({ words }, at) => items.findIndex((it) => it.words === words) === at);
}

/** They pass by themselves, or nothing works less well by them. */
const MILD: ReadonlySet<ProblemKind> = new Set([
  "spooled",
  "rate_limited",
  "core_api_away",
  "call_hangs",
  "refused_flood",
  "overdue",
]);

/** Where to look, and for some words that are shorter than those for programs. */
const PAGES: Readonly<Partial<Record<ProblemKind, Partial<HealthItem>>>> = {
  api_key_refused: {
    words: "ActivitySmith refuses the API key; calls wait.",
    next: { path: "/settings", words: "Set ACTIVITYSMITH_API_KEY" },
  },
  rate_limited: { words: "ActivitySmith asked to slow down; calls go on by themselves." },
  core_api_away: {
    words: "ActivitySmith does not answer; calls are tried again by themselves.",
  },
  refused_flood: { next: { path: "/deliveries?q=status%3Arefused", words: "See them" } },
  refused_by_core_api: { next: { path: "/outbox?status=pending", words: "See what waits" } },
  overdue: { next: { path: "/incidents", words: "See since when" } },
};

function itemOf({ kind, problem, advice, count = 1 }: Problem): HealthItem {
  const number = count > 1 ? `${count} ` : "";
  const words = `${number}${problem}. ${advice}`;
  return {
    tone: MILD.has(kind) ? "wait" : "bad",
    words: words.charAt(0).toUpperCase() + words.slice(1),
    ...PAGES[kind],
  };
}

const deadItem = (dead: number): HealthItem => ({
  tone: "bad",
  words: `${counted(dead, "call")} given up.`,
  next: { path: "/outbox?status=dead", words: "Look and retry" },
});

const unreachable = (publicUrl: string): HealthItem => ({
  tone: "wait",
  words: `Providers cannot reach ${publicUrl}.`,
  next: { path: "/connect", words: "What to do" },
});
