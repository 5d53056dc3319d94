/** Runs, endpoint settings and arbitrary values of both, to compose from. No I/O. */
import * as fc from "fast-check";
import type { EndpointSettings } from "../../src/model/endpoint.ts";
import { ENVIRONMENT_KINDS, OUTCOME_STATES, STEP_STATES } from "../../src/model/signal.ts";
import type { ProgressSignal, StepReport, StepState } from "../../src/model/signal.ts";
import { mergeSignal, runOf } from "../../src/tracking/merge.ts";
import type { Run } from "../../src/model/run/run.ts";

/** ms since the epoch: when the runs below were created. */
export const CREATED_AT = Date.parse("2026-11-02T12:00:00.000Z");

/** Steps of a line, each in its state, five seconds from one to the next. */
export const line = (...states: readonly StepState[]): StepReport[] =>
  states.map((state, index) => ({
    key: `step-${index}`,
    title: ["Queued", "Building", "Live"][index] ?? `Step ${index}`,
    order: index,
    state,
    at: CREATED_AT + index * 5_000,
  }));

export const progress = (changes: Partial<ProgressSignal> = {}): ProgressSignal => ({
  kind: "progress",
  project: { id: "prj_1", name: "web-shop" },
  environment: { name: "production", kind: "production" },
  run: { id: "run_1", attempt: 1, createdAt: CREATED_AT },
  at: CREATED_AT,
  shape: "line",
  steps: [],
  facts: {},
  ...changes,
});

export const runWith = (changes: Partial<ProgressSignal> = {}): Run => runOf(progress(changes));

/** An outcome 38 s after the run was created. */
export const ended = (state: "canceled" | "succeeded" | "failed") => ({
  outcome: { state, at: CREATED_AT + 38_000 },
});

export const settings = (changes: Partial<EndpointSettings> = {}): EndpointSettings => ({
  name: "Web shop",
  deliver: "auto",
  notify: "failures",
  channels: null,
  filters: {},
  mapping: null,
  enabled: true,
  max_body_bytes: null,
  rules: [],
  me: [],
  expect: [],
  ...changes,
});

const at = fc.integer({ min: 0, max: 10 ** 12 });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Texts as the world sends them: empty, blank, long, of many scripts. */
export const anyText = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.constantFrom("", " ", "\n\t", "x".repeat(300), "👩‍👩‍👧‍👦".repeat(80)),
);

const anyUrl = fc.oneof(
  anyText,
  fc.webUrl({ validSchemes: ["http", "https"] }),
  fc.constantFrom(
    "https:web-shop.example",
    "HTTPS://WEB-SHOP.EXAMPLE",
    " https://a.example ",
    "javascript:alert(1)",
  ),
);

const anyProgress: fc.Arbitrary<ProgressSignal> = fc.record({
  kind: fc.constant("progress" as const),
  project: fc.record({ id: fc.constant("p"), name: anyText }),
  environment: optional(fc.record({ name: anyText, kind: fc.constantFrom(...ENVIRONMENT_KINDS) })),
  line: optional(fc.record({ id: fc.constant("l"), name: anyText })),
  run: fc.record({
    id: fc.constant("r"),
    attempt: fc.integer({ min: 1, max: 2 }),
    createdAt: optional(at),
  }),
  at,
  shape: fc.constantFrom("line" as const, "parallel" as const),
  steps: fc.array(
    fc.record({
      key: fc.constantFrom("a", "b", "c", "__proto__"),
      title: anyText,
      order: fc.integer({ min: 0, max: 2 }),
      state: fc.constantFrom(...STEP_STATES),
      at: optional(at),
      startedAt: optional(at),
      optional: optional(fc.boolean()),
    }),
    { maxLength: 4 },
  ),
  outcome: optional(
    fc.record({
      state: fc.constantFrom(...OUTCOME_STATES),
      at: optional(at),
      provisional: optional(fc.boolean()),
    }),
  ),
  facts: fc.record({
    branch: optional(anyText),
    commit: optional(anyText),
    message: optional(anyText),
    error: optional(anyText),
    label: optional(anyText),
    url: optional(anyUrl),
    logUrl: optional(anyUrl),
  }),
});

/** Any run that signals can make. */
export const anyRun: fc.Arbitrary<Run> = fc
  .tuple(anyProgress, fc.array(anyProgress, { maxLength: 3 }))
  .map(([first, others]) => others.reduce<Run>(mergeSignal, runOf(first)));

/** An operator's template: words, placeholders known and unknown, or whatever they typed. */
export const anyTemplate = fc.oneof(
  anyText,
  fc
    .array(fc.constantFrom("{{status}}", "{{ project }}", "{{nothing}}", "{{", "}}", " by ", "🚀"))
    .map((parts) => parts.join("")),
);
