/**
 * Changes that make no difference: no test can notice them, so they do not count. One that is
 * noticed, or whose code is gone, fails the run until it is taken out here.
 */

/** Why a change makes none. */
export const KINDS = {
  "only the types ask": "what comes here has been told apart already, or has nothing to be told",
  "the same either way": "of two equal values, or of a step that changes nothing, either is taken",
  "only quicker": "it spares work, and the answer is the same without it",
  "nobody sends it": "in place of nothing stands what the tool makes up, which nobody has",
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
  ...of("receive/canary.ts", "the same either way", ["-Infinity", "+Infinity"]),
  ...of(
    "receive/canary.ts",
    "only the types ask",
    ["secrets[0]?.value", "secrets[0].value"],
    [`""`, `"Stryker was here!"`, "secrets[0]"],
  ),
  ...of(
    "receive/receive.ts",
    "only the types ask",
    ["contentType === undefined", "false"],
    ["error instanceof RangeError", "true"],
  ),
  ...of(
    "receive/receive.ts",
    "only quicker",
    [`format !== "json" || mayContain(bytes, redact)`, "true"],
    [`"json"`, `""`, "mayContain"],
  ),
  ...of("receive/receive.ts", "nobody sends it", ["[]", `["Stryker was here"]`, "urlToken"]),
  ...of("receive/redact.ts", "nobody sends it", ["[]", `["Stryker was here"]`, "secrets"]),
  ...of(
    "receive/redact.ts",
    "only quicker",
    ["plain === before", "false"],
    ["found !== undefined", "false"],
    ["secretNames.size < MAX_NAMES", "true"],
    ["secretNames.size < MAX_NAMES", "false"],
    ["secretNames.size < MAX_NAMES", "secretNames.size <= MAX_NAMES"],
    ["secretNames.size < MAX_NAMES", "secretNames.size >= MAX_NAMES"],
    ["secretNames.set(name, secret);", ";"],
    ["PLAIN.test(secret)", "false"],
    ["!known", "known"],
    ["!known", "true"],
    ["!known", "false"],
    ["needles.set(paths, wanted);", ";"],
    ["text.slice(-NEEDLE_LENGTH)", "text"],
    ["-NEEDLE_LENGTH", "+NEEDLE_LENGTH"],
    ["(letter: string) => LETTERS.indexOf(letter.toLowerCase())", "() => undefined"],
    ["letter.toLowerCase()", "letter.toUpperCase()"],
    [`""`, `"Stryker was here!"`, "rarest"],
    [`end.split("").sort((a, b) => rank(a) - rank(b))`, `end.split("")`],
    ["(a, b) => rank(a) - rank(b)", "() => undefined"],
    ["rank(a) - rank(b)", "rank(a) + rank(b)"],
    ["end.slice(end.indexOf(rarest))", "end"],
  ),
  ...of(
    "receive/redact.ts",
    "the same either way",
    ["isObject(parent) && Object.hasOwn(parent, name)", "true"],
    [
      "isObject(parent) && Object.hasOwn(parent, name)",
      "isObject(parent) || Object.hasOwn(parent, name)",
    ],
  ),
  ...of(
    "receive/refused-attempts.ts",
    "only the types ask",
    ["since?.latest", "since.latest"],
    ["since?.count", "since.count"],
    ["[]", `["Stryker was here"]`, "since?.latest"],
  ),
  ...of(
    "receive/refused-attempts.ts",
    "the same either way",
    [`"accepted"`, `""`],
    [`"duplicate"`, `""`],
    [`"pong"`, `""`],
    [`case "store_unavailable": return undefined;`, `case "store_unavailable":`],
    [`"store_unavailable"`, `""`],
  ),
  ...of("receive/sender.ts", "only the types ask", [
    `headerValue(headers["x-forwarded-for"])?.split(",").at(-1)?.trim`,
    `headerValue(headers["x-forwarded-for"])?.split(",").at(-1).trim`,
  ]),
  ...of("dispatch/answer/plain-form.ts", "only the types ask", [
    `intent.kind === "push" || intent.kind === "show"`,
    "true",
  ]),
];
