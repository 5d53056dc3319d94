/** What each outcome of a request is to its sender and to the operator, and who sent it. */
import { expect, test } from "vitest";
import { refusalReason } from "../../src/receive/refused-attempts.ts";
import { toHttp } from "../../src/receive/result.ts";
import type { HttpAnswer, ReceiveResult } from "../../src/receive/result.ts";
import { senderOf } from "../../src/receive/sender.ts";

const NOT_FOUND = { status: 404, body: { error: "not_found" } } as const;
const LATER = {
  status: 503,
  body: { error: "unavailable" },
  headers: { "retry-after": "5" },
} as const;
const failure = { reason: "signature_mismatch", header: "x-signature" } as const;

test.each<[ReceiveResult, HttpAnswer, string | undefined]>([
  [
    { kind: "accepted", deliveryId: "dlv_1" },
    { status: 200, body: { delivery_id: "dlv_1", status: "accepted" } },
    undefined,
  ],
  [
    { kind: "duplicate", deliveryId: "dlv_1" },
    { status: 200, body: { delivery_id: "dlv_1", status: "duplicate" } },
    undefined,
  ],
  [{ kind: "pong" }, { status: 200, body: { status: "pong" } }, undefined],
  [
    { kind: "verification_failed", failure },
    { status: 401, body: { error: "verification_failed" } },
    "signature_mismatch",
  ],
  [{ kind: "endpoint_unknown" }, NOT_FOUND, "endpoint_unknown"],
  [{ kind: "endpoint_disabled" }, NOT_FOUND, "endpoint_disabled"],
  [
    { kind: "body_unreadable", detail: "not UTF-8" },
    { status: 400, body: { error: "body_unreadable" } },
    "body_unreadable",
  ],
  [
    { kind: "body_too_large", maxBytes: 9 },
    { status: 413, body: { error: "body_too_large" } },
    "body_too_large",
  ],
  [
    { kind: "unsupported_media_type", contentType: "text/plain" },
    { status: 415, body: { error: "unsupported_media_type" } },
    "unsupported_media_type",
  ],
  [{ kind: "overloaded" }, LATER, "overloaded"],
  [{ kind: "store_unavailable", detail: "away" }, LATER, undefined],
])("%o", (outcome, answer, reason) => {
  expect(toHttp(outcome)).toStrictEqual(answer);
  expect(refusalReason(outcome)).toBe(reason);
});

const PROXIED = { "x-forwarded-for": "198.51.100.7, 203.0.113.9 " };
test.each<[string, Parameters<typeof senderOf>[0], string | undefined, string | undefined]>([
  ["a stranger is who is at the other end", {}, "203.0.113.1", "203.0.113.1"],
  ["and not who it says it is", PROXIED, "203.0.113.1", "203.0.113.1"],
  ["a proxy says who is behind it: the last one", PROXIED, "10.0.0.2", "203.0.113.9"],
  [
    "in several headers",
    { "x-forwarded-for": ["198.51.100.7", "203.0.113.9"] },
    "::1",
    "203.0.113.9",
  ],
  ["where the peer is hidden, a proxy is all there is", PROXIED, undefined, "203.0.113.9"],
  [
    "Cloudflare's own header comes before",
    { ...PROXIED, "cf-connecting-ip": "192.0.2.4" },
    undefined,
    "192.0.2.4",
  ],
  ["a proxy that says nothing is itself the sender", {}, "192.168.0.1", "192.168.0.1"],
  ["as is one that says nothing in words", { "x-forwarded-for": " " }, "fe80::1", "fe80::1"],
  ["nobody knows", {}, undefined, undefined],
  [
    "no address is longer than it can be",
    { "x-forwarded-for": "9".repeat(101) },
    "::1",
    "9".repeat(100),
  ],
])("the sender: %s", (_, headers, peer, expected) => {
  expect(senderOf(headers, peer)).toBe(expected);
});

test.each([
  ["127.0.0.1", true],
  ["::ffff:127.0.0.1", true],
  ["::ffff:10.1.2.3", true],
  ["::ffff:192.168.1.1", true],
  ["::ffff:172.17.0.1", true],
  ["172.15.0.1", false],
  ["172.16.0.1", true],
  ["172.31.0.1", true],
  ["172.32.0.1", false],
  ["fd00::1", true],
  ["FE80::1", true],
  ["::11", false],
  ["11.0.0.1", false],
])("%s may be a proxy of ours: %s", (peer, isNear) => {
  expect(senderOf({ "x-forwarded-for": "203.0.113.9" }, peer)).toBe(isNear ? "203.0.113.9" : peer);
});
