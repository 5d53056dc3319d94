/** What the gateway would refuse of an endpoint's settings, before it is asked. Pure. */
import type * as z from "zod";
import { adapters } from "../../../adapters/index.ts";
import { endpointCreate, endpointPatch } from "../../api/models/endpoint-models.ts";
import { unknownProvider } from "../../api/providers.ts";
import { ApiError, issuesOf } from "../../api/routing/api-error.ts";
import { chooseSecret } from "../../api/endpoints/secrets.ts";

/** Why an endpoint could not be made of this; undefined where it could. */
export function faultOfCreation(body: unknown): string | undefined {
  const parsed = endpointCreate.safeParse(body);
  if (!parsed.success) return faultsIn(endpointCreate, parsed.error);
  const { provider, secret } = parsed.data;
  const adapter = adapters.find(({ name }) => name === provider);
  const chosen = adapter ? chooseSecret(adapter, secret) : unknownProvider({ adapters }, provider);
  return chosen instanceof ApiError ? chosen.body.message : undefined;
}

/** Why settings could not be changed to this; undefined where they could. */
export function faultOfUpdate(patch: unknown): string | undefined {
  const parsed = endpointPatch.safeParse(patch);
  return parsed.success ? undefined : faultsIn(endpointPatch, parsed.error);
}

const faultsIn = (schema: z.ZodType, error: z.ZodError): string =>
  issuesOf("body", schema, error)
    .map(({ path, message }) => `${path.replace(/^body\./, "")}: ${message}`)
    .join("; ");
