/** Tracks and runs as the admin API shows them: state, steps, durations, success rate. Pure. */
import * as z from "zod";
import type { RunRecord } from "../../model/run/run-record.ts";
import type { TrackSummary } from "../../model/run/track.ts";
import { ENVIRONMENT_KINDS, STEP_STATES } from "../../model/signal.ts";
import { plausibleDuration } from "../../tracking/plausible.ts";
import { segmentsOf } from "../../tracking/bar.ts";
import type { Segment } from "../../tracking/segments.ts";
import { durationMs, isoTime, isoTimeOrNull, time } from "../routing/models.ts";

const step = z
  .strictObject({
    title: z.string(),
    state: z.enum(STEP_STATES),
    started_at: time.nullable(),
    ended_at: time.nullable(),
    duration_ms: durationMs
      .nullable()
      .describe("Null while it runs or where its start is unknown."),
  })
  .meta({ id: "Step" });

const runFacts = z
  .strictObject({
    branch: z.string(),
    commit: z.string(),
    message: z.string(),
    author: z.string(),
    url: z.string(),
    log_url: z.string(),
    error: z.string(),
    label: z.string(),
  })
  .partial()
  .meta({ id: "RunFacts" });

export const runView = z
  .strictObject({
    id: z.string().describe("The provider's."),
    attempt: z.number().int(),
    state: z.string(),
    steps: z.array(step).describe("As the lock screen shows them."),
    created_at: time,
    started_at: time.nullable(),
    ended_at: time.nullable(),
    duration_ms: durationMs.nullable(),
    facts: runFacts,
    excluded: z.boolean().describe("Sorted out by the endpoint's filters: recorded, never shown."),
    updated_at: time,
  })
  .meta({ id: "Run" });

export const trackView = z
  .strictObject({
    id: z.string(),
    endpoint_id: z.string(),
    stream_key: z.string(),
    project: z.strictObject({ id: z.string(), name: z.string() }),
    line: z.string().nullable().describe("A finer line within the project: a service, a workflow."),
    environment: z
      .strictObject({ name: z.string(), kind: z.enum(ENVIRONMENT_KINDS).nullable() })
      .nullable(),
    shown_run: runView.nullable(),
    counts: z
      .strictObject({
        runs: z.number().int(),
        succeeded: z.number().int(),
        failed: z.number().int(),
      })
      .describe("Over its newest 500 runs; those that the filters sorted out are not counted."),
    success_rate: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .describe("succeeded / (succeeded + failed); null where there is neither."),
    median_duration_ms: durationMs.nullable(),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: "Track" });

export type TrackModel = z.input<typeof trackView>;
export type RunModel = z.input<typeof runView>;

export function trackOf(track: TrackSummary): z.input<typeof trackView> {
  const { runs, succeeded, failed } = track;
  const ended = succeeded + failed;
  return {
    id: track.id,
    endpoint_id: track.endpointId,
    stream_key: track.streamKey,
    project: { id: track.projectId, name: track.projectName },
    line: track.lineName,
    environment:
      track.environment === null
        ? null
        : { name: track.environment, kind: kindOf(track.environmentKind) },
    shown_run: track.shownRun ? runOf(track.shownRun) : null,
    counts: { runs, succeeded, failed },
    success_rate: ended === 0 ? null : succeeded / ended,
    median_duration_ms: track.medianDurationMs,
    created_at: isoTime(track.createdAt),
    updated_at: isoTime(track.updatedAt),
  };
}

function kindOf(kind: string | null) {
  return ENVIRONMENT_KINDS.find((known) => known === kind) ?? null;
}

export function runOf(record: RunRecord): z.input<typeof runView> {
  const { run, startedAt, endedAt } = record;
  const fact = (name: string) => run.facts[name]?.value;
  return {
    id: run.id,
    attempt: run.attempt,
    state: record.state,
    steps: stepsOf(record),
    created_at: isoTime(record.createdAt),
    started_at: isoTimeOrNull(startedAt),
    ended_at: isoTimeOrNull(endedAt),
    duration_ms: between(startedAt, endedAt),
    facts: {
      branch: fact("branch"),
      commit: fact("commit"),
      message: fact("message"),
      author: fact("author"),
      url: fact("url"),
      log_url: fact("logUrl"),
      error: fact("error"),
      label: fact("label"),
    },
    excluded: record.excluded,
    updated_at: isoTime(record.updatedAt),
  };
}

function stepsOf({ run, endedAt }: RunRecord): z.input<typeof step>[] {
  const segments = segmentsOf(run);
  return segments.map((segment, index) => {
    const next = run.shape === "line" ? segments[index + 1]?.startedAt : undefined;
    const end = isOver(segment) ? (segment.endedAt ?? next ?? endedAt ?? undefined) : undefined;
    return {
      title: segment.title,
      state: segment.state,
      started_at: isoTimeOrNull(segment.startedAt),
      ended_at: isoTimeOrNull(end),
      duration_ms: between(segment.startedAt, end),
    };
  });
}

/** In a line many providers only tell of the next step's start that the one before it is over. */
function isOver({ state }: Segment): boolean {
  return state === "succeeded" || state === "failed" || state === "canceled" || state === "skipped";
}

function between(start: number | null | undefined, end: number | null | undefined): number | null {
  if (start === null || start === undefined || end === null || end === undefined) return null;
  return plausibleDuration(Math.max(0, end - start)) ?? null;
}
