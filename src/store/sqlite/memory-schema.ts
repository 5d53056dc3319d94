/**
 * The tables of what is remembered from one digest to the next, SQLite dialect. Shape only. Rows
 * are changed by compare-and-swap on `version`. The migration makes them WITHOUT ROWID: the key is
 * the row, with no second index.
 */
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { CardGroup } from "../../model/card/card-group.ts";
import type { Due } from "../../model/due.ts";
import type { Incident } from "../../model/telling/incident.ts";
import type { Serving, Standing } from "../../model/run/standing.ts";
import type { Fold } from "../../model/telling/telling.ts";

const json = (name: string) => text(name, { mode: "json" });
const flag = (name: string) => integer(name, { mode: "boolean" });

export const incidents = sqliteTable(
  "incidents",
  {
    endpointId: text("endpoint_id").notNull(),
    incidentKey: text("incident_key").notNull(),
    state: text("state").$type<Incident["state"]>().notNull(),
    severity: integer("severity").notNull(),
    since: integer("since").notNull(),
    lastSeenAt: integer("last_seen_at").notNull(),
    lastToldAt: integer("last_told_at"),
    toldSeverity: integer("told_severity"),
    toldAudience: json("told_audience").$type<NonNullable<Incident["toldAudience"]>>(),
    count: integer("count").notNull(),
    closesAt: integer("closes_at"),
    projectKey: text("project_key"),
    lineKey: text("line_key"),
    environment: text("environment"),
    runId: text("run_id"),
    facts: json("facts").$type<Incident["facts"]>().notNull(),
    version: integer("version").notNull(),
  },
  (it) => [
    primaryKey({ columns: [it.endpointId, it.incidentKey] }),
    index("incidents_open_of_line")
      .on(it.endpointId, it.lineKey)
      .where(sql`"state" <> 'resolved'`),
  ],
);

export const standings = sqliteTable(
  "standings",
  {
    endpointId: text("endpoint_id").notNull(),
    lineKey: text("line_key").notNull(),
    scope: text("scope").notNull(),
    lastRunId: text("last_run_id"),
    lastEndedAt: integer("last_ended_at"),
    lastOutcome: text("last_outcome"),
    toldOutcome: text("told_outcome"),
    toldAt: integer("told_at"),
    toldAudience: json("told_audience").$type<NonNullable<Standing["toldAudience"]>>(),
    failingSince: integer("failing_since"),
    failuresInARow: integer("failures_in_a_row").notNull(),
    updatedAt: integer("updated_at").notNull(),
    version: integer("version").notNull(),
  },
  (it) => [primaryKey({ columns: [it.endpointId, it.lineKey, it.scope] })],
);

export const servings = sqliteTable(
  "serving",
  {
    endpointId: text("endpoint_id").notNull(),
    projectId: text("project_id").notNull(),
    lineId: text("line_id").notNull(),
    environment: text("environment").notNull(),
    runId: text("run_id").notNull(),
    since: integer("since").notNull(),
    how: text("how").$type<Serving["how"]>().notNull(),
    commit: text("commit"),
    version: integer("version").notNull(),
  },
  (it) => [primaryKey({ columns: [it.endpointId, it.projectId, it.lineId, it.environment] })],
);

/** One insert wins. Never changed. */
export const told = sqliteTable(
  "told",
  {
    account: text("account").notNull(),
    toldKey: text("told_key").notNull(),
    audience: text("audience").notNull(),
    endpointId: text("endpoint_id").notNull(),
    runId: text("run_id"),
    commandId: text("command_id"),
    at: integer("at").notNull(),
  },
  (it) => [
    primaryKey({ columns: [it.account, it.toldKey, it.audience] }),
    index("told_to_trim").on(it.at),
  ],
);

export const folds = sqliteTable(
  "folds",
  {
    endpointId: text("endpoint_id").notNull(),
    foldKey: text("fold_key").notNull(),
    windowStart: integer("window_start").notNull(),
    counts: json("counts").$type<Fold["counts"]>().notNull(),
    firstAt: integer("first_at").notNull(),
    dueAt: integer("due_at").notNull(),
    told: flag("told").notNull(),
    facts: json("facts").$type<Fold["facts"]>().notNull(),
    version: integer("version").notNull(),
  },
  (it) => [primaryKey({ columns: [it.endpointId, it.foldKey, it.windowStart] })],
);

/** Tracks whose cards are one, or may become one. */
export const cardGroups = sqliteTable(
  "card_groups",
  {
    account: text("account").notNull(),
    groupKey: text("group_key").notNull(),
    updatedAt: integer("updated_at").notNull(),
    version: integer("version").notNull(),
    cards: json("cards").$type<CardGroup["cards"]>().notNull(),
    members: json("members").$type<CardGroup["members"]>().notNull(),
  },
  (it) => [primaryKey({ columns: [it.account, it.groupKey] })],
);

/** Everything that waits for its time. */
export const due = sqliteTable(
  "due",
  {
    kind: text("kind").notNull(),
    key: text("key").notNull(),
    dueAt: integer("due_at").notNull(),
    endpointId: text("endpoint_id").notNull(),
    payload: json("payload").$type<Due["payload"]>().notNull(),
    attempts: integer("attempts").notNull(),
    version: integer("version").notNull(),
  },
  (it) => [primaryKey({ columns: [it.kind, it.key] }), index("due_by_time").on(it.dueAt)],
);
