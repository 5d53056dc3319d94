/**
 * The table of refusals against the verifier alone, for every scheme; `test/adapters/` plays it
 * over HTTP.
 */
import { describe, expect, test } from "vitest";
import type { Scheme } from "../../src/verify/scheme.ts";
import { verify } from "../../src/verify/verify.ts";
import { bytes, secretFor, secretOf, unverified } from "../support/deliveries.ts";
import {
  READING_CASES,
  signedAttempt,
  VERIFICATION_CASES,
  type Subject,
} from "../support/refusal-cases.ts";
import { SCHEMES } from "./schemes.ts";

const NOW_MS = Date.parse("2026-11-02T09:00:00.000Z");

const subjectOf = (scheme: Scheme): Subject => ({
  scheme,
  headers: { "content-type": "application/json" },
  body: bytes('{"type":"deploy.done"}'),
  secret: secretFor(scheme, "right"),
  wrongSecret: secretFor(scheme, "wrong"),
  nowMs: NOW_MS,
});

describe.each(Object.entries(SCHEMES))("%s", (_, scheme) => {
  const subject = subjectOf(scheme);
  const believes = (attempt: Parameters<typeof unverified>[0]) =>
    verify(scheme, unverified(attempt), [secretOf(subject.secret)], NOW_MS).ok;

  test("the untampered request is believed", () => {
    expect(believes(signedAttempt(subject))).toBe(true);
  });

  const cases = [...VERIFICATION_CASES, ...READING_CASES].filter((one) => !one.exempt?.(scheme));
  test.each(cases)("$name", ({ attempt, answer }) => {
    expect(believes(attempt(subject))).toBe(answer(scheme).status !== 401);
  });
});
