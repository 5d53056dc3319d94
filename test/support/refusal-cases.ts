/**
 * What every adapter must do with a request that is tampered with or odd, as a table: how to make
 * it of a correctly signed one, what the gateway answers, and why a case does not apply to a
 * scheme. Knows schemes, no provider.
 */
import type { Scheme } from "../../src/verify/scheme.ts";
import { sign, type Signed } from "../../src/verify/sign.ts";
import { bytes } from "./deliveries.ts";

/** A recorded delivery and who signs it. */
export interface Subject {
  readonly scheme: Scheme;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The endpoint's secret. */
  readonly secret: string;
  /** Of the right form, but nobody's. */
  readonly wrongSecret: string;
  /** The gateway's clock in ms. */
  readonly nowMs: number;
}

export interface Attempt {
  readonly headers: Readonly<Record<string, string>>;
  readonly urlToken: string | undefined;
  readonly body: Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}

export interface RefusalCase {
  readonly name: string;
  readonly attempt: (subject: Subject) => Attempt;
  readonly answer: (scheme: Scheme) => Answer;
  /** Why the case does not apply to a scheme; undefined where it does. */
  readonly exempt?: (scheme: Scheme) => string | undefined;
}

const UNBELIEVED: Answer = { status: 401, body: { error: "verification_failed" } };
const UNREADABLE: Answer = { status: 400, body: { error: "body_unreadable" } };
const WRONG_TYPE: Answer = { status: 415, body: { error: "unsupported_media_type" } };

/** How long a signed time is good at most in any scheme, and a bit. */
const LONG_AGO_MS = 10 * 60 * 1000;

/** The subject correctly signed, with what is given changed before signing. */
export function signedAttempt(subject: Subject, changed: Partial<Subject> = {}): Attempt {
  const { scheme, headers, body, secret, nowMs } = { ...subject, ...changed };
  const signed = sign(scheme, secret, { body, nowMs });
  return { body, urlToken: signed.urlToken, headers: { ...headers, ...signed.headers } };
}

const bodyIsNotSigned = (scheme: Scheme) =>
  scheme.kind === "shared-token" ? "the token says nothing about the body" : undefined;

const timeIsNotSigned = (scheme: Scheme) =>
  scheme.kind === "standard-webhooks" || (scheme.kind === "hmac" && scheme.timestamp)
    ? undefined
    : "the scheme has no timestamp";

const emptySegmentIsNone = (scheme: Scheme) =>
  scheme.kind === "shared-token" && scheme.header === undefined
    ? "a path cannot carry an empty token; that is the case without one"
    : undefined;

/** Cases in which the sender is not who it should be, or the message not what it sent. */
export const VERIFICATION_CASES: readonly RefusalCase[] = [
  {
    name: "no signature",
    attempt: ({ headers, body }) => ({ headers, body, urlToken: undefined }),
    answer: () => UNBELIEVED,
  },
  {
    name: "empty signature",
    attempt: (subject) => withSignature(subject, () => ""),
    answer: () => UNBELIEVED,
    exempt: emptySegmentIsNone,
  },
  {
    name: "truncated signature",
    attempt: (subject) => withSignature(subject, (signature) => signature.slice(0, -4)),
    answer: () => UNBELIEVED,
  },
  {
    name: "garbled signature",
    attempt: (subject) => withSignature(subject, (signature) => signature.replaceAll(/./g, "%")),
    answer: () => UNBELIEVED,
  },
  {
    name: "first character of the signature changed",
    attempt: (subject) =>
      withSignature(subject, (text) => (text.startsWith("a") ? "b" : "a") + text.slice(1)),
    answer: () => UNBELIEVED,
  },
  {
    name: "signature of another body",
    attempt: (subject) => ({
      ...signedAttempt(subject, { body: bytes('{"another":true}') }),
      body: subject.body,
    }),
    answer: () => UNBELIEVED,
    exempt: bodyIsNotSigned,
  },
  {
    name: "one bit of the body flipped",
    attempt: (subject) => ({ ...signedAttempt(subject), body: withFlippedBit(subject.body) }),
    answer: () => UNBELIEVED,
    exempt: bodyIsNotSigned,
  },
  {
    name: "wrong secret",
    attempt: (subject) => signedAttempt(subject, { secret: subject.wrongSecret }),
    answer: () => UNBELIEVED,
  },
  {
    name: "stale timestamp",
    attempt: (subject) => signedAttempt(subject, { nowMs: subject.nowMs - LONG_AGO_MS }),
    answer: () => UNBELIEVED,
    exempt: timeIsNotSigned,
  },
  {
    name: "future timestamp",
    attempt: (subject) => signedAttempt(subject, { nowMs: subject.nowMs + LONG_AGO_MS }),
    answer: () => UNBELIEVED,
    exempt: timeIsNotSigned,
  },
];

/** Cases in which the sender is believed, but what it sent cannot be read. */
export const READING_CASES: readonly RefusalCase[] = [
  {
    name: "body that is not UTF-8",
    attempt: (subject) =>
      signedAttempt(subject, { body: Uint8Array.from([...bytes('{"a":"'), 0xff, 0x22, 0x7d]) }),
    // Standard Webhooks signs a text, so bytes that are none cannot be signed at all.
    answer: (scheme) => (scheme.kind === "standard-webhooks" ? UNBELIEVED : UNREADABLE),
  },
  {
    name: "empty body",
    attempt: (subject) => signedAttempt(subject, { body: new Uint8Array() }),
    answer: () => UNREADABLE,
  },
  {
    name: "body that is not JSON",
    attempt: (subject) => signedAttempt(subject, { body: bytes('{"cut":') }),
    answer: () => UNREADABLE,
  },
  {
    name: "wrong content type",
    attempt: (subject) =>
      signedAttempt(subject, { headers: { ...subject.headers, "content-type": "text/plain" } }),
    answer: () => WRONG_TYPE,
  },
  {
    name: "missing content type",
    attempt: (subject) => {
      const { "content-type": _dropped, ...headers } = subject.headers;
      return signedAttempt(subject, { headers });
    },
    answer: () => WRONG_TYPE,
  },
];

/**
 * The subject signed, then its signature (or token) changed, whatever stands around it left alone.
 */
function withSignature(subject: Subject, change: (signature: string) => string): Attempt {
  const { scheme, secret, body, nowMs, headers } = subject;
  const signed = sign(scheme, secret, { body, nowMs });
  const changed = changedSignature(scheme, signed, change);
  return { body, urlToken: changed.urlToken, headers: { ...headers, ...changed.headers } };
}

function changedSignature(
  scheme: Scheme,
  signed: Signed,
  change: (signature: string) => string,
): Signed {
  if (signed.urlToken !== undefined) return { ...signed, urlToken: change(signed.urlToken) };
  const carrier = carrierOf(scheme);
  if (!carrier) return signed;
  const value = signed.headers[carrier.header] ?? "";
  const start = carrier.before === "" ? 0 : value.lastIndexOf(carrier.before);
  const cut = start + carrier.before.length;
  const headers = {
    ...signed.headers,
    [carrier.header]: value.slice(0, cut) + change(value.slice(cut)),
  };
  return { ...signed, headers };
}

/** The header with the signature and the text before it; undefined where nothing is signed. */
function carrierOf(scheme: Scheme): { header: string; before: string } | undefined {
  switch (scheme.kind) {
    case "hmac": {
      const before = (scheme.list ? `${scheme.list.key}=` : "") + (scheme.prefix ?? "");
      return { header: scheme.header, before };
    }
    case "body-hash-jws":
      return { header: scheme.header, before: "." };
    case "standard-webhooks":
      return { header: "webhook-signature", before: "v1," };
    case "shared-token":
      return scheme.header === undefined ? undefined : { header: scheme.header, before: "" };
    case "unsigned":
      return undefined;
  }
}

function withFlippedBit(body: Uint8Array): Uint8Array {
  const middle = Math.floor(body.length / 2);
  return body.with(middle, (body[middle] ?? 0) ^ 1);
}
