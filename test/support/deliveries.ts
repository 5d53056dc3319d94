/** Requests and secrets to verify, made from plain values. */
import type { LiveSecret } from "../../src/model/endpoint.ts";
import type { Scheme } from "../../src/verify/scheme.ts";
import type { UnverifiedDelivery } from "../../src/verify/verify.ts";

const encoder = new TextEncoder();

export const bytes = (text: string): Uint8Array => encoder.encode(text);

export const secretOf = (value: string, expiresAt: number | null = null): LiveSecret => ({
  id: `secret:${value}`,
  value,
  expiresAt,
});

/** The request as verify() takes it; `headers` by lower-case name. */
export function unverified(request: {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly urlToken?: string | undefined;
}): UnverifiedDelivery {
  return {
    header: (name) => request.headers?.[name.toLowerCase()],
    body: request.body,
    urlToken: request.urlToken,
  };
}

/** A secret of the form that the scheme needs, different for different seeds. */
export function secretFor(scheme: Scheme, seed: string): string {
  const text = `${seed}-`.repeat(32).slice(0, 32);
  return scheme.kind === "standard-webhooks" ? `whsec_${btoa(text)}` : text;
}
