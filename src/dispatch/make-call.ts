/** Making one call on the core API. What our own code throws is an outcome too, so that the command is told of it. */
import type { CountedResult } from "../destinations/activitysmith/client.ts";
import type { CoreCall } from "../destinations/activitysmith/contract.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { SendDeps } from "./deps.ts";

const MAX_DETAIL_LENGTH = 300;

/** Never rejects: where the key fits no header or the call no contract nothing is sent, and the result says why. */
export async function makeCall(
  { clientFor }: Pick<SendDeps, "clientFor">,
  endpoint: Pick<Endpoint, "apiKey">,
  call: CoreCall,
): Promise<CountedResult> {
  try {
    return await clientFor(endpoint).send(call);
  } catch (error) {
    return { kind: "not_sent", detail: wordsOf(error) };
  }
}

/** What was thrown, short enough for a reason. */
export const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, MAX_DETAIL_LENGTH);
