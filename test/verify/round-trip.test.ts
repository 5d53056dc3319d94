/** What the signer makes is believed, and nothing else: for every scheme, over arbitrary bodies. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Scheme } from "../../src/verify/scheme.ts";
import { sign } from "../../src/verify/sign.ts";
import { verify } from "../../src/verify/verify.ts";
import { secretFor, secretOf, unverified } from "../support/deliveries.ts";
import { SCHEMES, SIGNED_SCHEMES } from "./schemes.ts";

const NOW_MS = Date.parse("2026-11-02T09:00:00.500Z");
const encoder = new TextEncoder();

const OTHERS = ["0", "a", "Z", "-", "_", "+", "/", "=", ".", ",", " "];

/** UTF-8, because Standard Webhooks signs text; bodies of other bytes have tests of their own. */
const body = fc.string({ unit: "binary" }).map((text) => encoder.encode(text));

function signed(scheme: Scheme, content: Uint8Array, secret = secretFor(scheme, "right")) {
  const { headers, urlToken } = sign(scheme, secret, { body: content, nowMs: NOW_MS });
  return { headers, urlToken, body: content };
}

type Request = ReturnType<typeof signed>;

/** The request once for each part that the signer added, with that part changed. */
function eachChanged(
  request: Request,
  change: (text: string) => string | undefined,
): Parameters<typeof unverified>[0][] {
  const { headers, urlToken } = request;
  const byHeader = Object.entries(headers).map(([name, text]) => {
    const { [name]: _replaced, ...others } = headers;
    const value = change(text);
    return { ...request, headers: value === undefined ? others : { ...others, [name]: value } };
  });
  return urlToken === undefined
    ? byHeader
    : [...byHeader, { ...request, urlToken: change(urlToken) }];
}

function verified(scheme: Scheme, request: Parameters<typeof unverified>[0]) {
  return verify(scheme, unverified(request), [secretOf(secretFor(scheme, "right"))], NOW_MS);
}

describe.each(Object.entries(SCHEMES))("%s", (_, scheme) => {
  test("a signed delivery is believed and keeps its bytes", () => {
    fc.assert(
      fc.property(body, (content) => {
        const result = verified(scheme, signed(scheme, content));
        expect(result).toMatchObject({ ok: true, delivery: { scheme: scheme.kind } });
        expect(result.ok && result.delivery.body).toBe(content);
      }),
    );
  });

  test("a body that is a view into a bigger buffer is believed", () => {
    const buffer = encoder.encode('xxxx{"a":"✅"}yyyy');
    const view = buffer.subarray(4, buffer.length - 4);
    const alone = view.slice();
    expect(verified(scheme, { ...signed(scheme, alone), body: view }).ok).toBe(true);
    expect(verified(scheme, { ...signed(scheme, view), body: alone }).ok).toBe(true);
  });

  test("no part of what was added may be missing, shorter, or of another secret", () => {
    fc.assert(
      fc.property(body, fc.nat(), (content, cut) => {
        const request = signed(scheme, content);
        const changed = [
          ...eachChanged(request, () => undefined),
          ...eachChanged(request, (text) => text.slice(0, cut % text.length)),
          signed(scheme, content, secretFor(scheme, "wrong")),
        ];
        expect(changed.map((one) => verified(scheme, one).ok)).not.toContain(true);
      }),
    );
  });

  test("any changed character of what was added is refused", () => {
    fc.assert(
      fc.property(body, fc.nat(), fc.constantFrom(...OTHERS), (content, place, other) => {
        const changed = eachChanged(signed(scheme, content), (text) => {
          const at = place % text.length;
          // Hex is believed in either case, so a change of case alone is none.
          fc.pre(text.charAt(at).toLowerCase() !== other.toLowerCase());
          return text.slice(0, at) + other + text.slice(at + 1);
        });
        expect(changed.map((one) => verified(scheme, one).ok)).not.toContain(true);
      }),
    );
  });
});

describe.each(Object.entries(SIGNED_SCHEMES))("%s signs the body", (_, scheme) => {
  test("any flipped bit, cut or addition is refused", () => {
    fc.assert(
      fc.property(body, fc.nat(), fc.nat(7), (content, place, bit) => {
        fc.pre(content.length > 0);
        const request = signed(scheme, content);
        const at = place % content.length;
        const flipped = content.with(at, (content[at] ?? 0) ^ (1 << bit));
        const longer = Uint8Array.from([...content, 0x20]);
        for (const changed of [flipped, content.slice(0, at), longer]) {
          expect(verified(scheme, { ...request, body: changed }).ok).toBe(false);
        }
      }),
    );
  });
});
