/** From a story's words to the webhooks of a provider. Pure but for the recordings that it reads. */
import type { Said } from "../words.ts";
import { githubPayload } from "./github.ts";
import { netlifyPayload } from "./netlify.ts";
import { railwayPayload } from "./railway.ts";
import { asRecorded, lifecycle } from "./recorded.ts";
import type { Payload } from "./recorded.ts";
import { vercelPayload } from "./vercel.ts";

const PAYLOADS = {
  github: githubPayload,
  netlify: netlifyPayload,
  railway: railwayPayload,
  vercel: vercelPayload,
};

/**
 * The webhooks that a line stands for.
 *
 * @param number of the line in its story, which makes the delivery's id
 * @throws Error for words that the provider's template does not know
 */
export function payloadsOf(provider: string, said: Said, number: number): readonly Payload[] {
  if (said.kind === "recorded") return asRecorded(provider, said);
  if (said.kind === "lifecycle") return lifecycle(provider, said);
  const template = Object.entries(PAYLOADS).find(([name]) => name === provider)?.[1];
  const request = template?.(said, number);
  if (!request) throw new Error(`${provider} tells nothing of "${said.kind} ${said.state}"`);
  return [{ afterMs: 0, request }];
}
