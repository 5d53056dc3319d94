/**
 * Making one call on a destination. What our own code throws is an outcome too, so that the command
 * is told of it.
 */
import type { CountedResult, Form } from "../destinations/destination.ts";
import type { Intent } from "../model/command.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { SendDeps } from "./deps.ts";
import { messageOf } from "../util/error-text.ts";

const MAX_DETAIL_LENGTH = 300;

/**
 * Never rejects: where the key fits no header or the intent no call nothing is sent, and the result
 * says why.
 */
export async function makeCall(
  { destinationFor }: Pick<SendDeps, "destinationFor">,
  endpoint: Pick<Endpoint, "apiKey">,
  intent: Intent,
  form: Form = "full",
): Promise<CountedResult> {
  try {
    return await destinationFor(endpoint).send(intent, form);
  } catch (error) {
    return { kind: "not_sent", detail: wordsOf(error) };
  }
}

/** As `makeCall`, with a call that changes nothing. */
export async function makeProbe(
  { destinationFor }: Pick<SendDeps, "destinationFor">,
  endpoint: Pick<Endpoint, "apiKey">,
): Promise<CountedResult> {
  try {
    return await destinationFor(endpoint).probe();
  } catch (error) {
    return { kind: "not_sent", detail: wordsOf(error) };
  }
}

/** What was thrown, short enough for a reason. */
export const wordsOf = (error: unknown): string => messageOf(error).slice(0, MAX_DETAIL_LENGTH);
