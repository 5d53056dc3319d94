/** The atomic steps on endpoints and their secrets, Postgres dialect. */
import { and, desc, eq, inArray, isNull, gt, or, sql } from "drizzle-orm";
import type { Store } from "../../port.ts";
import { EMPTY_PAGE, formatPlace, parsePlace, toPage } from "../../lists/page.ts";
import { REASON, UNCLAIMED } from "../../rows/records.ts";
import { FORGET_ENDPOINT } from "../../sql/memory-tables.ts";
import { clientOf } from "../driver/database.ts";
import { rowFormat } from "../../sql/statement.ts";
import { statement } from "../driver/statement.ts";
import type { Database, Transaction } from "../driver/database.ts";
import { leaveAccount } from "./detach-endpoint.ts";
import type { Leaver } from "./detach-endpoint.ts";
import { deliveries, endpoints, endpointSecrets, runs, tracks } from "../schema.ts";

const ENDPOINT = rowFormat(endpoints, "endpoints");
const SECRET = rowFormat(endpointSecrets, "secrets");
const ENDPOINT_COLUMNS = Object.keys(ENDPOINT.columns).length;

const findEndpoint = statement(
  `select ${ENDPOINT.list}, ${SECRET.list}
   from endpoints left join endpoint_secrets as secrets on secrets.endpoint_id = endpoints.id
   where endpoints.id = :id order by secrets.created_at desc, secrets.id desc`,
  (values) => ({
    endpoint: ENDPOINT.toRow(values.slice(0, ENDPOINT_COLUMNS)),
    secrets:
      values[ENDPOINT_COLUMNS] === null ? [] : [SECRET.toRow(values.slice(ENDPOINT_COLUMNS))],
  }),
);

const forget = FORGET_ENDPOINT.map((text) => statement(text));

// oxlint-disable-next-line max-lines-per-function -- a flat list of steps, each of a few lines
export function endpointSteps(
  db: Database,
): Pick<
  Store,
  | "insertEndpoint"
  | "findEndpoint"
  | "listEndpoints"
  | "updateEndpoint"
  | "deleteEndpoint"
  | "rotateSecret"
  | "pinEndpoint"
> {
  return {
    async insertEndpoint(endpoint, secret) {
      await db.transaction(async (tx) => {
        await tx.insert(endpoints).values(endpoint);
        if (secret) await tx.insert(endpointSecrets).values(secret);
      });
    },

    async findEndpoint(id) {
      const rows = await findEndpoint(clientOf(db), { id });
      const [first] = rows;
      return first && { endpoint: first.endpoint, secrets: rows.flatMap((row) => row.secrets) };
    },

    async listEndpoints({ limit, cursor }) {
      const place = cursor === undefined ? undefined : parsePlace(cursor);
      if (place === "nowhere") return EMPTY_PAGE;
      const after =
        place && sql`(${endpoints.createdAt}, ${endpoints.id}) < (${place.createdAt}, ${place.id})`;
      const rows = await db
        .select()
        .from(endpoints)
        .where(after)
        .orderBy(desc(endpoints.createdAt), desc(endpoints.id))
        .limit(limit + 1);
      return toPage(rows, limit, formatPlace);
    },

    async updateEndpoint(id, patch, now) {
      return db.transaction(async (tx) => {
        const endpoint = await lockEndpoint(tx, id);
        if (!endpoint) return false;
        const { account = endpoint.account } = patch;
        if (account !== endpoint.account) await leaveAccount(tx, endpoint, account, now);
        await tx
          .update(endpoints)
          .set({ ...patch, updatedAt: now })
          .where(eq(endpoints.id, id));
        return true;
      });
    },

    async deleteEndpoint(id, now) {
      return db.transaction((tx) => removeEndpoint(tx, id, now));
    },

    async rotateSecret(secret, oldExpireAt) {
      const outlivesRotation = or(
        isNull(endpointSecrets.expiresAt),
        gt(endpointSecrets.expiresAt, oldExpireAt),
      );
      await db.transaction(async (tx) => {
        await tx
          .update(endpointSecrets)
          .set({ expiresAt: oldExpireAt })
          .where(and(eq(endpointSecrets.endpointId, secret.endpointId), outlivesRotation));
        await tx.insert(endpointSecrets).values(secret);
      });
    },

    async pinEndpoint(id, pin) {
      const [row] = await db
        .update(endpoints)
        .set({ pin: sql`coalesce(${endpoints.pin}, ${pin})` })
        .where(eq(endpoints.id, id))
        .returning({ pin: endpoints.pin });
      return row?.pin ?? pin;
    },
  };
}

/**
 * Until the transaction's end nobody learns whether the endpoint is there, and on which account.
 */
async function lockEndpoint(tx: Transaction, id: string): Promise<Leaver | undefined> {
  const { account, sealedApiKey } = endpoints;
  const [endpoint] = await tx
    .select({ id: endpoints.id, account, sealedApiKey })
    .from(endpoints)
    .where(eq(endpoints.id, id))
    .for("update");
  return endpoint;
}

async function removeEndpoint(tx: Transaction, id: string, now: number): Promise<boolean> {
  const endpoint = await lockEndpoint(tx, id);
  if (!endpoint) return false;
  await tx
    .update(deliveries)
    .set({ status: "ignored", detail: REASON.endpointDeleted, digestedAt: now, ...UNCLAIMED })
    .where(and(eq(deliveries.endpointId, id), sql`${deliveries.status} = 'received'`));
  await leaveAccount(tx, endpoint, undefined, now);
  const tracksOf = tx.select({ id: tracks.id }).from(tracks).where(eq(tracks.endpointId, id));
  await tx.update(runs).set({ checkAt: null }).where(inArray(runs.trackId, tracksOf));
  for (const it of forget) await it(clientOf(tx), { endpointId: id });
  await tx.delete(endpoints).where(eq(endpoints.id, id));
  return true;
}
