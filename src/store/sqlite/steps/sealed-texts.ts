/** Everything that is stored encrypted and still needed, SQLite dialect. */
import { gt, isNotNull, isNull, or } from "drizzle-orm";
import { sealedTextsOf } from "../../rows/sealed-texts.ts";
import type { Store } from "../../port.ts";
import type { Database } from "../driver/database.ts";
import { endpoints, endpointSecrets, formerApiKeys } from "../schema.ts";

export function sealedTextsStep(db: Database): Store["sealedTexts"] {
  return async (now) => {
    const { endpointId, sealed, expiresAt } = endpointSecrets;
    const [secrets, apiKeys, formerKeys] = await db.batch([
      db
        .select({ endpointId, sealed })
        .from(endpointSecrets)
        .where(or(isNull(expiresAt), gt(expiresAt, now))),
      db
        .select({ endpointId: endpoints.id, sealed: endpoints.sealedApiKey })
        .from(endpoints)
        .where(isNotNull(endpoints.sealedApiKey)),
      db
        .select({ endpointId: formerApiKeys.endpointId, sealed: formerApiKeys.sealed })
        .from(formerApiKeys),
    ]);
    return sealedTextsOf(secrets, [...apiKeys, ...formerKeys]);
  };
}
