/** Signing secrets of endpoints: taken or made, shown once, rotated. Stores them sealed only. */
import * as z from "zod";
import type { Adapter } from "../../adapter/contract.ts";
import { base64 } from "../../util/bytes.ts";
import { isLive, secretContext } from "../../receive/endpoint-directory.ts";
import { newId, randomBytes, randomToken } from "../../util/id.ts";
import type { SecretRecord } from "../../model/endpoint.ts";
import type { AdminDeps } from "../deps.ts";
import { hookUrl } from "../models/hook-url.ts";
import { idParams, isoTime, time } from "../routing/models.ts";
import { ApiError, apiError } from "../routing/api-error.ts";
import { none, route } from "../routing/route.ts";

const MIN_PROVIDER_SECRET = 8;
const MIN_OWN_SECRET = 16;
const MADE_SECRET_BYTES = 32;
const URL_SAFE = /^[A-Za-z0-9_-]+$/;
const STANDARD_WEBHOOKS_SECRET =
  /^(?:whsec_)?(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const DAY_SECONDS = 24 * 60 * 60;
/** Each live secret costs a hash per delivery. */
const MAX_LIVE_SECRETS = 10;

export const secretText = z
  .string()
  .trim()
  .max(500)
  .describe("Needed where the provider makes it (see GET /api/v1/providers); made here otherwise.");

/**
 * The secret to use: the one given, if it fits, or a new one; undefined where the provider signs
 * nothing.
 */
export function chooseSecret(
  adapter: Adapter,
  given: string | undefined,
): string | undefined | ApiError {
  const { title, verify, secret } = adapter;
  if (verify.kind === "unsigned") {
    return given === undefined ? undefined : unfit(`${title} uses no secret; leave it out.`);
  }
  if (!given) {
    if (secret.madeBy === "gateway") return makeSecret(adapter);
    return apiError(
      400,
      "secret_required",
      `${title} makes the secret; send it here. ${secret.where}`,
    );
  }
  const minimum = secret.madeBy === "provider" ? MIN_PROVIDER_SECRET : MIN_OWN_SECRET;
  if (given.length < minimum) {
    return unfit(`The secret must have at least ${minimum} characters. ${secret.where}`);
  }
  if (verify.kind === "shared-token" && !URL_SAFE.test(given)) {
    return unfit("The secret becomes part of a URL: use letters, digits, - and _ only.");
  }
  if (verify.kind === "standard-webhooks" && !STANDARD_WEBHOOKS_SECRET.test(given)) {
    return unfit(`The secret must be whsec_ and base64. ${secret.where}`);
  }
  return given;
}

function unfit(message: string): ApiError {
  return apiError(400, "invalid_secret", message);
}

function makeSecret({ verify }: Adapter): string {
  if (verify.kind !== "standard-webhooks") return randomToken(MADE_SECRET_BYTES);
  return `whsec_${base64(randomBytes(MADE_SECRET_BYTES))}`;
}

/** A secret as it is stored. */
export async function sealSecret(
  deps: AdminDeps,
  endpointId: string,
  value: string,
): Promise<SecretRecord> {
  const now = deps.clock.now();
  const sealed = await deps.sealer.seal(value, secretContext(endpointId));
  return { id: newId("sec", now), endpointId, sealed, createdAt: now, expiresAt: null };
}

const rotation = z
  .strictObject({
    secret: secretText.optional(),
    expires_in_seconds: z
      .number()
      .int()
      .min(0)
      .max(30 * DAY_SECONDS)
      .default(DAY_SECONDS)
      .describe("How long the old secrets still verify; 0 ends them at once."),
  })
  .meta({ id: "SecretRotation" });

const rotated = z
  .strictObject({
    id: z.string(),
    secret: z.string().describe("Shown this once."),
    url: z.string().describe("Where to send deliveries from now on."),
    old_expire_at: time,
  })
  .meta({ id: "RotatedSecret" });

export const secretOperations = (deps: AdminDeps) => ({
  rotateSecret: route(
    {
      method: "post",
      path: "/api/v1/endpoints/{id}/secrets",
      operation: "rotateSecret",
      tag: "Endpoints",
      summary: "Add a new secret; the old ones verify until they expire",
      params: idParams,
      query: none,
      body: rotation,
      success: { status: 201, description: "The new secret is in force.", schema: rotated },
      refusals: [404, 409],
    },
    async ({ params, body }) => {
      const found = await deps.store.findEndpoint(params.id);
      if (!found) return endpointNotFound();
      const adapter = deps.adapters.find(({ name }) => name === found.endpoint.provider);
      if (!adapter) {
        return apiError(409, "unknown_provider", "This gateway no longer knows the provider.");
      }
      return rotate(deps, adapter, { id: params.id, secrets: found.secrets }, body);
    },
  ),
});

async function rotate(
  deps: AdminDeps,
  adapter: Adapter,
  { id, secrets }: { readonly id: string; readonly secrets: readonly SecretRecord[] },
  { secret: given, expires_in_seconds: expiresInSeconds }: z.output<typeof rotation>,
) {
  const value = chooseSecret(adapter, given);
  if (value instanceof ApiError) return value;
  if (value === undefined) {
    const message = `${adapter.title} uses no secret; there is none to rotate.`;
    return apiError(409, "unsigned", message);
  }
  const now = deps.clock.now();
  const live = secrets.filter((secret) => isLive(secret, now));
  if (expiresInSeconds > 0 && live.length >= MAX_LIVE_SECRETS) {
    return apiError(409, "too_many_secrets", "End the old secrets with expires_in_seconds 0.");
  }
  const record = await sealSecret(deps, id, value);
  const oldExpireAt = now + expiresInSeconds * 1000;
  await deps.store.rotateSecret(record, oldExpireAt);
  deps.directory.forget(id);
  return {
    id: record.id,
    secret: value,
    url: hookUrl(deps, id, adapter, value),
    old_expire_at: isoTime(oldExpireAt),
  };
}

export function endpointNotFound(): ApiError {
  return apiError(
    404,
    "not_found",
    "There is no endpoint with this id; see GET /api/v1/endpoints.",
  );
}
