/** Everything that is stored encrypted and still needed, Postgres dialect. */
import { gt, isNotNull, isNull, or } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import { sealedTextsOf } from "../../rows/sealed-texts.ts";
import type { Store } from "../../port.ts";
import type { Database } from "../driver/database.ts";
import { endpoints, endpointSecrets, formerApiKeys } from "../schema.ts";

export function sealedTextsStep(db: Database): Store["sealedTexts"] {
  return async (now) => {
    const { endpointId, sealed, expiresAt } = endpointSecrets;
    const live = or(isNull(expiresAt), gt(expiresAt, now));
    return db.transaction(
      async (tx) => {
        const secrets = await tx.select({ endpointId, sealed }).from(endpointSecrets).where(live);
        const apiKeys = await unionAll(
          tx
            .select({ endpointId: endpoints.id, sealed: endpoints.sealedApiKey })
            .from(endpoints)
            .where(isNotNull(endpoints.sealedApiKey)),
          tx
            .select({ endpointId: formerApiKeys.endpointId, sealed: formerApiKeys.sealed })
            .from(formerApiKeys),
        );
        return sealedTextsOf(secrets, apiKeys);
      },
      { isolationLevel: "repeatable read", accessMode: "read only" },
    );
  };
}
