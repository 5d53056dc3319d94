/**
 * The tables of what is remembered from one digest to the next, Postgres dialect. Shape only. Rows
 * are changed by compare-and-swap on `version`.
 */
import { sql } from "drizzle-orm";
import { boolean as flag, index, integer, pgTable, primaryKey } from "drizzle-orm/pg-core";
import type { CardGroup } from "../../model/card/card-group.ts";
import type { Due } from "../../model/due.ts";
import type { Incident } from "../../model/telling/incident.ts";
import type { Serving, Standing } from "../../model/run/standing.ts";
import type { Fold } from "../../model/telling/telling.ts";
import { json, text, time } from "./driver/columns.ts";

export const incidents = pgTable(
  "incidents",
  {
    endpointId: text("endpoint_id").notNull(),
    incidentKey: text("incident_key").notNull(),
    state: text("state").$type<Incident["state"]>().notNull(),
    severity: integer("severity").notNull(),
    since: time("since").notNull(),
    lastSeenAt: time("last_seen_at").notNull(),
    lastToldAt: time("last_told_at"),
    toldSeverity: integer("told_severity"),
    toldAudience: json("told_audience").$type<NonNullable<Incident["toldAudience"]>>(),
    count: integer("count").notNull(),
    closesAt: time("closes_at"),
    projectKey: text("project_key"),
    lineKey: text("line_key"),
    environment: text("environment"),
    runId: text("run_id"),
    facts: json("facts").$type<Incident["facts"]>().notNull(),
    version: time("version").notNull(),
  },
  (it) => [
    primaryKey({ columns: [it.endpointId, it.incidentKey] }),
    index("incidents_open_of_line")
      .on(it.endpointId, it.lineKey)
      .where(sql`"state" <> 'resolved'`),
  ],
);

export const standings = pgTable(
  "standings",
  {
    endpointId: text("endpoint_id").notNull(),
    lineKey: text("line_key").notNull(),
    scope: text("scope").notNull(),
    lastRunId: text("last_run_id"),
    lastEndedAt: time("last_ended_at"),
    lastOutcome: text("last_outcome"),
    toldOutcome: text("told_outcome"),
    toldAt: time("told_at"),
    toldAudience: json("told_audience").$type<NonNullable<Standing["toldAudience"]>>(),
    failingSince: time("failing_since"),
    failuresInARow: integer("failures_in_a_row").notNull(),
    updatedAt: time("updated_at").notNull(),
    version: time("version").notNull(),
  },
  (it) => [primaryKey({ columns: [it.endpointId, it.lineKey, it.scope] })],
);

export const servings = pgTable(
  "serving",
  {
    endpointId: text("endpoint_id").notNull(),
    projectId: text("project_id").notNull(),
    lineId: text("line_id").notNull(),
    environment: text("environment").notNull(),
    runId: text("run_id").notNull(),
    since: time("since").notNull(),
    how: text("how").$type<Serving["how"]>().notNull(),
    commit: text("commit"),
    version: time("version").notNull(),
  },
  (it) => [primaryKey({ columns: [it.endpointId, it.projectId, it.lineId, it.environment] })],
);

/** One insert wins. Never changed. */
export const told = pgTable(
  "told",
  {
    account: text("account").notNull(),
    toldKey: text("told_key").notNull(),
    audience: text("audience").notNull(),
    endpointId: text("endpoint_id").notNull(),
    runId: text("run_id"),
    commandId: text("command_id"),
    at: time("at").notNull(),
  },
  (it) => [
    primaryKey({ columns: [it.account, it.toldKey, it.audience] }),
    index("told_to_trim").on(it.at),
  ],
);

export const folds = pgTable(
  "folds",
  {
    endpointId: text("endpoint_id").notNull(),
    foldKey: text("fold_key").notNull(),
    windowStart: time("window_start").notNull(),
    counts: json("counts").$type<Fold["counts"]>().notNull(),
    firstAt: time("first_at").notNull(),
    dueAt: time("due_at").notNull(),
    told: flag("told").notNull(),
    facts: json("facts").$type<Fold["facts"]>().notNull(),
    version: time("version").notNull(),
  },
  (it) => [primaryKey({ columns: [it.endpointId, it.foldKey, it.windowStart] })],
);

/** Tracks whose cards are one, or may become one. */
export const cardGroups = pgTable(
  "card_groups",
  {
    account: text("account").notNull(),
    groupKey: text("group_key").notNull(),
    updatedAt: time("updated_at").notNull(),
    version: time("version").notNull(),
    cards: json("cards").$type<CardGroup["cards"]>().notNull(),
    members: json("members").$type<CardGroup["members"]>().notNull(),
  },
  (it) => [primaryKey({ columns: [it.account, it.groupKey] })],
);

/** Everything that waits for its time. */
export const due = pgTable(
  "due",
  {
    kind: text("kind").notNull(),
    key: text("key").notNull(),
    dueAt: time("due_at").notNull(),
    endpointId: text("endpoint_id").notNull(),
    payload: json("payload").$type<Due["payload"]>().notNull(),
    attempts: integer("attempts").notNull(),
    version: time("version").notNull(),
  },
  (it) => [primaryKey({ columns: [it.kind, it.key] }), index("due_by_time").on(it.dueAt)],
);
