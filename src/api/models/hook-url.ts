/** The URL that a provider posts to. Shows a token only where it is given one. */
import type { Adapter } from "../../adapter/contract.ts";
import type { AdminDeps } from "../deps.ts";

const MASKED = "…";

/**
 * With the token as its last segment where the adapter's scheme has one: `token`, or `…` in its
 * place.
 */
export function hookUrl(
  deps: Pick<AdminDeps, "publicUrl">,
  endpointId: string,
  adapter: Adapter | undefined,
  token: string = MASKED,
): string {
  const url = `${deps.publicUrl().replace(/\/+$/, "")}/hooks/${endpointId}`;
  return adapter?.verify.kind === "shared-token" ? `${url}/${token}` : url;
}
