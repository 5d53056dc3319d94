/**
 * Whether the encryption key opens what is stored: a gateway with another one would refuse every
 * delivery.
 */
import type { Clock } from "../ports.ts";
import type { MaintenanceStore, SealedText } from "../store/port.ts";
import { keyIdOf } from "../util/encryption.ts";
import type { Sealer } from "../util/encryption.ts";
import { apiKeyContext, secretContext } from "./endpoint-directory.ts";
import { messageOf } from "../util/error-text.ts";

export interface SealedDeps {
  readonly store: Pick<MaintenanceStore, "sealedTexts">;
  readonly sealer: Pick<Sealer, "open" | "keyIds">;
  readonly clock: Clock;
}

/**
 * Opens one text of each key that sealed any. Returns a sentence that says what is missing, or
 * undefined where all is well. Rejects where the store is away.
 */
export async function sealedProblem(deps: SealedDeps): Promise<string | undefined> {
  const { store, sealer, clock } = deps;
  const known = await sealer.keyIds();
  for (const [keyId, texts] of byKey(await store.sealedTexts(clock.now()))) {
    if (!known.includes(keyId))
      return `ENCRYPTION_KEY lacks ${whatIsSealed(keyId, texts)}: restore it, after a comma.`;
    const [first] = texts;
    const problem = first && (await openingProblem(sealer, first));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/**
 * The keys that sealed something, as a person may look for them; undefined where nothing is sealed.
 */
export function sealedWith(texts: readonly SealedText[]): string | undefined {
  const keys = byKey(texts);
  if (keys.size === 0) return undefined;
  return Array.from(keys, ([keyId, of]) => whatIsSealed(keyId, of)).join(", and ");
}

const byKey = (texts: readonly SealedText[]): Map<string, SealedText[]> =>
  Map.groupBy(texts, ({ sealed }) => keyIdOf(sealed));

/** "60df5828, which sealed 3 endpoints' secrets" */
function whatIsSealed(keyId: string, texts: readonly SealedText[]): string {
  const count = new Set(texts.map(({ endpointId }) => endpointId)).size;
  return `${keyId}, which sealed ${count} ${count === 1 ? "endpoint's" : "endpoints'"} secrets`;
}

async function openingProblem(
  sealer: SealedDeps["sealer"],
  { kind, endpointId, sealed }: SealedText,
): Promise<string | undefined> {
  const context = kind === "secret" ? secretContext(endpointId) : apiKeyContext(endpointId);
  try {
    await sealer.open(sealed, context);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
