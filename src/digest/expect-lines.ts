/** Lines that are to start: awaited from when they are asked for, met by runs, missed by the sweep. */
import * as z from "zod";
import { matchesAny } from "../compose/filter.ts";
import type { Ruled } from "../compose/rules.ts";
import { nameOf } from "../compose/screen.ts";
import type { ClaimedDue, Due } from "../model/due.ts";
import type { ExpectedLine } from "../model/telling/expected-line.ts";
import type { Run } from "../model/run/run.ts";
import type { DigestStore, MemoryStore } from "../store/port.ts";
import {
  EXPECTED,
  afterMissed,
  afterStart,
  expectedAlert,
  expectedKeyOf,
  firstAwaited,
  incidentKeyOfLine,
  overdueAt,
} from "../telling/expected.ts";
import type { Awaited } from "../telling/expected.ts";
import { commitMemory } from "./commit-memory.ts";
import { closedIncident } from "../telling/incident.ts";
import { isHearsay, runTimes } from "../tracking/segments.ts";
import type { Draft } from "./draft.ts";
import type { Origin } from "./origin.ts";
import { incidentOf, tellOccurrence } from "./alert/tell-occurrence.ts";
import { waitFor } from "./due/wait.ts";
import type { Wait } from "./due/wait.ts";

const awaited = z.object({
  startsAt: z.number(),
  lastAt: z.number().nullable(),
  name: z.string().nullable(),
});

const MAX_TRIES = 10;

const dueKeyOf = (endpointId: string, line: ExpectedLine): string =>
  `${endpointId}:${expectedKeyOf(line)}`;

const waitOf = (endpointId: string, line: ExpectedLine, it: Awaited): Wait => ({
  kind: "expected",
  key: dueKeyOf(endpointId, line),
  dueAt: overdueAt(line, it),
  payload: { ...it, line: expectedKeyOf(line) },
});

/**
 * Waits for these lines from now on; one that is waited for already goes on as it was. Before the
 * endpoint says so itself: a row without a line goes by itself, a line without a row would never be
 * missed.
 */
export async function awaitLines(
  store: Pick<DigestStore, "commitDigest"> & Pick<MemoryStore, "loadMemory">,
  endpointId: string,
  lines: readonly ExpectedLine[],
  now: number,
): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const waits = lines.map((line) => waitOf(endpointId, line, firstAwaited(line, now)));
    const known = await store.loadMemory({ due: waits });
    const fresh = waits.filter(({ key }) => !known.due.some((it) => it.key === key));
    const due = fresh.map((it): Due => ({ ...it, endpointId, attempts: 0, version: 0 }));
    if (due.length === 0) return;
    if (await commitMemory(store, { due }, now)) return;
  }
  throw new Error(`the lines of ${endpointId} are being written again and again`);
}

/**
 * What is expected no more is not overdue any more either. After the endpoint says so itself: a miss
 * in between would open it again.
 */
export async function forgetLines(
  store: Pick<DigestStore, "commitDigest"> & Pick<MemoryStore, "loadMemory">,
  endpointId: string,
  { before, after }: Readonly<Record<"before" | "after", readonly ExpectedLine[]>>,
  now: number,
): Promise<void> {
  const kept = new Set(after.map(expectedKeyOf));
  const lines = before.filter((line) => !kept.has(expectedKeyOf(line)));
  const keys = lines.map((line) => ({ endpointId, incidentKey: incidentKeyOfLine(line) }));
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const known = keys.length > 0 ? await store.loadMemory({ incidents: keys }) : undefined;
    const open = known?.incidents.filter(({ state }) => state !== "resolved") ?? [];
    if (open.length === 0) return;
    const incidents = open.map((it) => closedIncident(it, now));
    if (await commitMemory(store, { incidents }, now)) return;
  }
  throw new Error(`the incidents of ${endpointId} are being written again and again`);
}

export interface LineStanding {
  readonly awaited: Awaited;
  /** An incident is open because of it. */
  readonly isOverdue: boolean;
}

/** How each expected line of an endpoint stands; undefined where it is not awaited yet. */
export async function awaitedLines(
  store: Pick<MemoryStore, "loadMemory">,
  endpointId: string,
  lines: readonly ExpectedLine[],
): Promise<readonly (LineStanding | undefined)[]> {
  const keys = lines.map((line) => ({
    kind: "expected",
    key: dueKeyOf(endpointId, line),
    endpointId,
    incidentKey: incidentKeyOfLine(line),
  }));
  const { due, incidents } = await store.loadMemory({ due: keys, incidents: keys });
  return keys.map(({ key, incidentKey }) => {
    const known = awaited.safeParse(due.find((it) => it.key === key)?.payload).data;
    const incident = incidents.find((it) => it.incidentKey === incidentKey);
    const isOverdue = incident !== undefined && incident.state !== "resolved";
    return known && { awaited: known, isOverdue };
  });
}

/** A run that was heard of meets the lines that it is one of. */
export async function meetLines(
  origin: Origin,
  draft: Draft,
  run: Run,
  subject: Ruled,
): Promise<readonly string[]> {
  const { endpoint } = origin;
  const lines = endpoint.expect.filter((line) => isOf(line, subject, run));
  if (lines.length === 0 || isHearsay(run)) return [];
  const startedAt = runTimes(run).createdAt;
  const said = await Promise.all(
    lines.map(async (line) => {
      const wait = { kind: "expected", key: dueKeyOf(endpoint.id, line) };
      const { due } = await draft.recall({ due: [wait] });
      const row = due.find((it) => it.kind === wait.kind && it.key === wait.key);
      const before = awaited.safeParse(row?.payload).data ?? firstAwaited(line, origin.now);
      const after = afterStart(line, before, startedAt, nameOf(run));
      if (!after) return [];
      await waitFor(origin, draft, waitOf(endpoint.id, line, after), "replace");
      if (after.startsAt === before.startsAt) return [];
      return overAgain(origin, draft, line, after, startedAt);
    }),
  );
  return said.flat();
}

async function overAgain(
  origin: Origin,
  draft: Draft,
  line: ExpectedLine,
  after: Awaited,
  at: number,
): Promise<readonly string[]> {
  const { id, name: endpoint } = origin.endpoint;
  const alert = expectedAlert(line, after, { state: "resolved", at, endpoint });
  const known = await incidentOf(draft, id, alert.incident);
  if (!known || known.state === "resolved") return [];
  return (await tellOccurrence(origin, draft, alert, 0)).said;
}

/** Nothing has come in time: an incident, and the next time is waited for. */
export async function missLine(
  origin: Origin,
  draft: Draft,
  { key, payload }: Pick<ClaimedDue, "key" | "payload">,
  isEnabled: boolean,
): Promise<void> {
  const { endpoint, now } = origin;
  const line = endpoint.expect.find((it) => dueKeyOf(endpoint.id, it) === key);
  const before = awaited.safeParse(payload).data;
  // It is expected no more.
  if (!line || !before) return closeOf(draft, endpoint.id, String(payload["line"]));
  await waitFor(
    origin,
    draft,
    waitOf(endpoint.id, line, afterMissed(line, before, now)),
    "replace",
  );
  if (!isEnabled) return;
  const told = { state: "firing", at: before.startsAt, endpoint: endpoint.name } as const;
  await tellOccurrence(origin, draft, expectedAlert(line, before, told), 0);
}

async function closeOf(draft: Draft, endpointId: string, line: string): Promise<void> {
  const incident = await incidentOf(draft, endpointId, `${EXPECTED}${line}`);
  if (incident && incident.state !== "resolved")
    draft.remember({ incidents: [closedIncident(incident, incident.lastSeenAt)] });
}

function isOf(line: ExpectedLine, subject: Ruled, run: Run): boolean {
  const checks: readonly (readonly [string | undefined, readonly (string | undefined)[]])[] = [
    [line.project, [subject.project?.id, subject.project?.name]],
    [line.line, [run.line?.id, run.line?.value]],
    [line.event, [subject.event]],
    [line.environment, [subject.environment?.name, subject.environment?.kind]],
    [line.branch, [subject.branch]],
  ];
  return checks.every(([pattern, names]) =>
    matchesAny(pattern === undefined ? undefined : [pattern], names),
  );
}
