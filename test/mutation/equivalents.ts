/**
 * Changes that make no difference: no test can notice them, so they do not count. One that is
 * noticed, or whose code is gone, fails the run until it is taken out here.
 */

/** Why a change makes none. */
export const KINDS = {
  "only the types ask": "what comes here has been told apart already, or has nothing to be told",
  "the same either way": "of two equal values, or of a step that changes nothing, either is taken",
  "never said": "the types demand an answer for what never comes here",
} as const satisfies Readonly<Record<string, string>>;

export interface Equivalent {
  /** In `src/`. */
  readonly file: string;
  /** What is changed, as it is written; spaces do not matter. */
  readonly code: string;
  readonly change: string;
  /** A part of its lines, where the file has the same code elsewhere. */
  readonly line?: string;
  readonly why: keyof typeof KINDS;
}

const of = (
  file: string,
  why: keyof typeof KINDS,
  ...changes: readonly (readonly [code: string, change: string, line?: string])[]
): Equivalent[] =>
  changes.map(([code, change, line]) => ({
    file,
    code,
    change,
    why,
    ...(line !== undefined && { line }),
  }));

export const EQUIVALENTS: readonly Equivalent[] = [
  ...of("pacing/account.ts", "the same either way", [
    "state.slotLimit > limits.activities",
    "state.slotLimit >= limits.activities",
  ]),
  ...of(
    "dispatch/answer/call-outcome.ts",
    "only the types ask",
    [`intent.kind !== "show"`, "false", "return undefined;"],
    [`intent.kind === "show"`, "true", "lingerMs === 0"],
    [`""`, `"Stryker was here!"`],
  ),
  ...of(
    "dispatch/answer/interpret-result.ts",
    "only the types ask",
    [`answer.kind !== "rejected"`, "false"],
    [`result.status !== "pending"`, "false", "MAX_THROWN"],
    [`learned === "rate_limited"`, "true"],
    [`answer.kind === "rate_limited"`, "true"],
  ),
  ...of("dispatch/answer/interpret-result.ts", "the same either way", [
    `case "again": return again();`,
    `case "again":`,
  ]),
  ...of(
    "dispatch/answer/interpret-result.ts",
    "never said",
    [`"payment_required"`, `""`],
    [`"ok"`, `""`],
    [`"gone"`, `""`],
    [`case "gone": return \`\${answer.status}\`;`, `case "gone":`],
    ["`${answer.status}`", "``"],
  ),
  ...of("dispatch/answer/plain-form.ts", "only the types ask", [
    `intent.kind === "push" || intent.kind === "show"`,
    "true",
  ]),
];
