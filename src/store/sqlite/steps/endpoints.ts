/** The atomic steps on endpoints and their secrets, SQLite dialect. */
import { and, desc, eq, inArray, isNull, gt, or, sql } from "drizzle-orm";
import type { Store } from "../../port.ts";
import { EMPTY_PAGE, formatPlace, parsePlace, toPage } from "../../lists/page.ts";
import { REASON, UNCLAIMED } from "../../rows/records.ts";
import { FORGET_ENDPOINT } from "../../sql/memory-tables.ts";
import { asStatement } from "../driver/database.ts";
import type { Database } from "../driver/database.ts";
import { rowFormat } from "../../sql/statement.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { runBatch, statement } from "../driver/statement.ts";
import { leaveStatements } from "./detach-endpoint.ts";
import { deliveries, endpoints, endpointSecrets, runs, tracks } from "../schema.ts";

const ENDPOINT = rowFormat(endpoints);
const SECRET = rowFormat(endpointSecrets);

const findEndpoint = statement(
  `select ${ENDPOINT.list} from endpoints where id = :id`,
  ENDPOINT.toRow,
);

const secretsOf = statement(
  `select ${SECRET.list} from endpoint_secrets where endpoint_id = :id
   order by created_at desc, id desc`,
  SECRET.toRow,
);

const forget = FORGET_ENDPOINT.map((text) => statement(text));

// oxlint-disable-next-line max-lines-per-function -- a flat list of steps, each of a few lines
export function endpointSteps(
  driver: SqliteDriver,
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
      const insert = db.insert(endpoints).values(endpoint);
      await db.batch(secret ? [insert, db.insert(endpointSecrets).values(secret)] : [insert]);
    },

    async findEndpoint(id) {
      const [[endpoint], secrets] = await runBatch(driver, [
        findEndpoint({ id }),
        secretsOf({ id }),
      ]);
      return endpoint && { endpoint, secrets };
    },

    async listEndpoints({ limit, cursor }) {
      const place = cursor === undefined ? undefined : parsePlace(cursor);
      if (place === "nowhere") return EMPTY_PAGE;
      const after =
        place && sql`(${endpoints.createdAt}, ${endpoints.id}) < (${place.createdAt}, ${place.id})`;
      const [rows] = await db.batch([
        db
          .select()
          .from(endpoints)
          .where(after)
          .orderBy(desc(endpoints.createdAt), desc(endpoints.id))
          .limit(limit + 1),
      ]);
      return toPage(rows, limit, formatPlace);
    },

    async updateEndpoint(id, patch, now) {
      const { account: to } = patch;
      const [found] = await db.batch([
        db.select({ id: endpoints.id }).from(endpoints).where(eq(endpoints.id, id)),
        ...(to === undefined ? [] : leaveStatements(db, { id, now, to })),
        db
          .update(endpoints)
          .set({ ...patch, updatedAt: now })
          .where(eq(endpoints.id, id)),
      ]);
      return found.length > 0;
    },

    async deleteEndpoint(id, now) {
      const tracksOf = db.select({ id: tracks.id }).from(tracks).where(eq(tracks.endpointId, id));
      const [found] = await db.batch([
        db.select({ id: endpoints.id }).from(endpoints).where(eq(endpoints.id, id)),
        db
          .update(deliveries)
          .set({ status: "ignored", detail: REASON.endpointDeleted, digestedAt: now, ...UNCLAIMED })
          .where(and(eq(deliveries.endpointId, id), eq(deliveries.status, "received"))),
        ...leaveStatements(db, { id, now, to: undefined }),
        db.update(runs).set({ checkAt: null }).where(inArray(runs.trackId, tracksOf)),
        ...forget.map((it) => asStatement(it({ endpointId: id }))),
        db.delete(endpoints).where(eq(endpoints.id, id)),
      ]);
      return found.length > 0;
    },

    async rotateSecret(secret, oldExpireAt) {
      const outlivesRotation = or(
        isNull(endpointSecrets.expiresAt),
        gt(endpointSecrets.expiresAt, oldExpireAt),
      );
      await db.batch([
        db
          .update(endpointSecrets)
          .set({ expiresAt: oldExpireAt })
          .where(and(eq(endpointSecrets.endpointId, secret.endpointId), outlivesRotation)),
        db.insert(endpointSecrets).values(secret),
      ]);
    },

    async pinEndpoint(id, pin) {
      const [[row]] = await db.batch([
        db
          .update(endpoints)
          .set({ pin: sql`coalesce(${endpoints.pin}, ${pin})` })
          .where(eq(endpoints.id, id))
          .returning({ pin: endpoints.pin }),
      ]);
      return row?.pin ?? pin;
    },
  };
}
