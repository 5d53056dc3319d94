/**
 * The tables of the SQLite dialect. Shape only. Wide columns stand last, so that a scan of the
 * narrow ones does not walk through the bodies' overflow pages. Deliveries, tracks and commands
 * refer to no endpoint: they outlive it.
 */
import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { DELIVER, NOTIFY } from "../../model/endpoint.ts";
import type { AccountState } from "../../model/account.ts";
import { COMMAND_STATUSES } from "../../model/command.ts";
import { DELIVERY_STATUSES } from "../../model/delivery.ts";
import type { CallName, Intent } from "../../model/command.ts";
import type { Delivery } from "../../model/delivery.ts";
import type { EndpointRecord } from "../../model/endpoint.ts";
import type { RefusedAttempt } from "../../model/refused-attempt.ts";
import type { RunRecord } from "../../model/run/run-record.ts";
import type { StreamRecord } from "../../model/card/stream.ts";

const json = (name: string) => text(name, { mode: "json" });
const flag = (name: string) => integer(name, { mode: "boolean" });

export * from "./memory-schema.ts";

export const endpoints = sqliteTable(
  "endpoints",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    provider: text("provider").notNull(),
    deliver: text("deliver", { enum: DELIVER }).notNull(),
    notify: text("notify", { enum: NOTIFY }).notNull(),
    channels: json("channels").$type<NonNullable<EndpointRecord["channels"]>>(),
    filters: json("filters").$type<EndpointRecord["filters"]>().notNull(),
    mapping: json("mapping").$type<NonNullable<EndpointRecord["mapping"]>>(),
    enabled: flag("enabled").notNull(),
    max_body_bytes: integer("max_body_bytes"),
    sealedApiKey: text("sealed_api_key"),
    account: text("account").notNull(),
    pin: text("pin"),
    rules: json("rules").$type<EndpointRecord["rules"]>().notNull().default([]),
    options: json("options").$type<EndpointRecord["options"]>().notNull().default({}),
    me: json("me").$type<EndpointRecord["me"]>().notNull().default([]),
    expect: json("expect").$type<EndpointRecord["expect"]>().notNull().default([]),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (it) => [index("endpoints_by_creation").on(it.createdAt, it.id)],
);

export const endpointSecrets = sqliteTable(
  "endpoint_secrets",
  {
    id: text("id").primaryKey(),
    endpointId: text("endpoint_id")
      .notNull()
      .references(() => endpoints.id, { onDelete: "cascade" }),
    sealed: text("sealed").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at"),
  },
  (it) => [index("endpoint_secrets_by_endpoint").on(it.endpointId)],
);

/**
 * API keys that endpoints forwarded with until they were deleted or got another: something may be
 * owed there.
 */
export const formerApiKeys = sqliteTable(
  "former_api_keys",
  {
    endpointId: text("endpoint_id").notNull(),
    account: text("account").notNull(),
    sealed: text("sealed").notNull(),
  },
  (it) => [primaryKey({ columns: [it.endpointId, it.account] })],
);

export const deliveries = sqliteTable(
  "deliveries",
  {
    id: text("id").primaryKey(),
    endpointId: text("endpoint_id").notNull(),
    provider: text("provider").notNull(),
    event: text("event").notNull(),
    providerDeliveryId: text("provider_delivery_id").notNull(),
    receivedAt: integer("received_at").notNull(),
    status: text("status", { enum: DELIVERY_STATUSES }).notNull(),
    attempts: integer("attempts").notNull(),
    replays: integer("replays").notNull(),
    claim: text("claim"),
    claimExpiresAt: integer("claim_expires_at"),
    digestedAt: integer("digested_at"),
    contentType: text("content_type").notNull(),
    bodyRedacted: flag("body_redacted").notNull(),
    verification: json("verification").$type<Delivery["verification"]>().notNull(),
    detail: text("detail"),
    headers: json("headers").$type<Delivery["headers"]>().notNull(),
    signals: json("signals").$type<NonNullable<Delivery["signals"]>>(),
    body: text("body").notNull(),
  },
  (it) => [
    uniqueIndex("deliveries_once_per_endpoint").on(it.endpointId, it.providerDeliveryId),
    index("deliveries_by_endpoint").on(it.endpointId, it.id),
    // The few that somebody looks for; every other list reads the keys, which sort by time.
    index("deliveries_failed")
      .on(it.id)
      .where(sql`"status" IN ('failed', 'invalid')`),
    index("deliveries_to_digest")
      .on(it.receivedAt, it.id)
      .where(sql`"status" = 'received'`),
  ],
);

export const tracks = sqliteTable(
  "tracks",
  {
    id: text("id").primaryKey(),
    endpointId: text("endpoint_id").notNull(),
    key: text("key").notNull(),
    streamKey: text("stream_key").notNull(),
    projectId: text("project_id").notNull(),
    projectName: text("project_name").notNull(),
    lineName: text("line_name"),
    environment: text("environment"),
    environmentKind: text("environment_kind"),
    isDefaultBranch: flag("is_default_branch").notNull().default(false),
    version: integer("version").notNull(),
    shownRunId: text("shown_run_id"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (it) => [
    uniqueIndex("tracks_one_per_key").on(it.endpointId, it.key),
    index("tracks_by_creation").on(it.createdAt, it.id),
    index("tracks_of_endpoint_by_creation").on(it.endpointId, it.createdAt, it.id),
  ],
);

export const runs = sqliteTable(
  "runs",
  {
    trackId: text("track_id")
      .notNull()
      .references(() => tracks.id),
    runId: text("run_id").notNull(),
    attempt: integer("attempt").notNull(),
    state: text("state").notNull(),
    createdAt: integer("created_at").notNull(),
    startedAt: integer("started_at"),
    endedAt: integer("ended_at"),
    excluded: flag("excluded").notNull(),
    lastSignalAt: integer("heard_at").notNull(),
    contact: text("contact").$type<RunRecord["contact"]>().notNull(),
    checkAt: integer("look_at"),
    updatedAt: integer("updated_at").notNull(),
    pushed: json("pushed").$type<RunRecord["pushed"]>().notNull(),
    forecast: json("forecast").$type<NonNullable<RunRecord["forecast"]>>(),
    run: json("run").$type<RunRecord["run"]>().notNull(),
  },
  (it) => [
    primaryKey({ columns: [it.trackId, it.runId] }),
    // Covers the figures of a track, which would else read every run of it.
    index("runs_by_creation").on(
      it.trackId,
      it.createdAt,
      it.runId,
      it.excluded,
      it.state,
      it.startedAt,
      it.endedAt,
    ),
    index("runs_by_id").on(it.runId),
    index("runs_to_look_at")
      .on(it.checkAt)
      .where(sql`"look_at" IS NOT NULL`),
    index("runs_to_trim")
      .on(it.endedAt)
      .where(sql`"ended_at" IS NOT NULL`),
  ],
);

export const streams = sqliteTable("streams", {
  streamKey: text("stream_key").primaryKey(),
  account: text("account").notNull(),
  alive: flag("alive").notNull(),
  confirmedHash: text("confirmed_hash"),
  confirmedState: json("confirmed_state").$type<NonNullable<StreamRecord["confirmedState"]>>(),
  confirmedAt: integer("confirmed_at"),
  /** The last command of the stream that was done, and the last one that showed something. */
  doneCommandId: text("done_command_id"),
  shownCommandId: text("shown_command_id"),
  /** Its newest calls (`call-ids.ts`). */
  callIds: json("call_ids").$type<readonly number[]>(),
});

/** The pacing of each API key, which all processes share. */
export const accounts = sqliteTable("accounts", {
  account: text("account").primaryKey(),
  version: integer("version").notNull(),
  state: json("state").$type<AccountState>().notNull(),
});

export const commands = sqliteTable(
  "commands",
  {
    id: text("id").primaryKey(),
    endpointId: text("endpoint_id").notNull(),
    account: text("account").notNull(),
    deliveryId: text("delivery_id"),
    trackId: text("track_id"),
    streamKey: text("stream_key"),
    priority: integer("priority").notNull(),
    /** What the kind of its intent is called, to query by. */
    kind: text("kind").$type<CallName>().notNull(),
    dedupeKey: text("dedupe_key"),
    notBefore: integer("not_before").notNull(),
    createdAt: integer("created_at").notNull(),
    status: text("status", { enum: COMMAND_STATUSES }).notNull(),
    attempts: integer("attempts").notNull(),
    reason: text("reason"),
    possibleRepeat: flag("possible_repeat").notNull(),
    settledAt: integer("settled_at"),
    claim: text("claim"),
    claimExpiresAt: integer("claim_expires_at"),
    /** The column has the name of what it held before. */
    intent: json("call").$type<Intent>().notNull(),
    /** Its newest calls (`call-ids.ts`). */
    callIds: json("call_ids").$type<readonly number[]>(),
  },
  (it) => [
    uniqueIndex("commands_dedupe")
      .on(it.dedupeKey)
      .where(sql`"dedupe_key" IS NOT NULL`),
    // An open command is in one of these two. With `not_before`, so that what is not due yet is passed
    // over without a look at its row. Open is what is not settled: a claim changes nothing of that,
    // and so not the index.
    index("commands_to_claim")
      .on(it.account, it.priority, it.createdAt, it.id, it.notBefore)
      .where(sql`"settled_at" IS NULL AND "stream_key" IS NULL`),
    // A stream has two at most, so that an account's are few enough to be looked through.
    index("commands_open_on_streams")
      .on(it.account, it.streamKey, it.priority, it.createdAt, it.id, it.notBefore)
      .where(sql`"settled_at" IS NULL AND "stream_key" IS NOT NULL`),
    index("commands_sending")
      .on(it.claimExpiresAt)
      .where(sql`"status" = 'sending' AND "stream_key" IS NULL`),
    index("commands_dead")
      .on(it.id)
      .where(sql`"status" = 'dead'`),
    index("commands_without_delivery")
      .on(it.settledAt)
      .where(sql`"delivery_id" IS NULL AND "settled_at" IS NOT NULL`),
    // Those whose ids do not begin with their delivery's.
    index("commands_of_delivery")
      .on(it.deliveryId)
      .where(
        sql`"delivery_id" IS NOT NULL AND substr("id", 1, length("delivery_id") + 1) <> 'cmd_' || substr("delivery_id", 5) || '_'`,
      ),
  ],
);

/**
 * A call is one row: commands and streams name theirs, and ids begin with the time
 * (`settle-command.ts`).
 */
export const commandAttempts = sqliteTable("command_attempts", {
  id: integer("id").primaryKey(),
  commandId: text("command_id").notNull(),
  at: integer("at").notNull(),
  durationMs: integer("duration_ms").notNull(),
  status: integer("status"),
  outcome: text("outcome").notNull(),
  answer: text("answer"),
  account: text("account"),
  streamKey: text("stream_key"),
  deliveryId: text("delivery_id"),
  sent: json("sent").$type<unknown>(),
});

/**
 * Takes no row, ever: an insert undoes its whole batch and names its reason in the error (see
 * `refuseUnless`).
 */
export const refusals = sqliteTable("refusals", { reason: text("reason").notNull() }, (it) => [
  check("conflict", sql`${it.reason} <> 'conflict'`),
  check("claim_lost", sql`${it.reason} <> 'claim_lost'`),
]);

/** A ring for each endpoint: the newest take the slots of the oldest. */
export const refusedAttempts = sqliteTable(
  "refused_attempts",
  {
    endpointId: text("endpoint_id")
      .notNull()
      .references(() => endpoints.id, { onDelete: "cascade" }),
    /** The attempt's number modulo the ring's size. */
    slot: integer("slot").notNull(),
    /** Counted from the endpoint's first one. */
    number: integer("number").notNull(),
    at: integer("at").notNull(),
    reason: text("reason").notNull(),
    status: integer("status").notNull(),
    headerNames: json("header_names").$type<RefusedAttempt["headerNames"]>().notNull(),
    sender: text("sender"),
    event: text("event"),
  },
  (it) => [primaryKey({ columns: [it.endpointId, it.slot] })],
);

export const refusedTotals = sqliteTable("refused_totals", {
  endpointId: text("endpoint_id")
    .primaryKey()
    .references(() => endpoints.id, { onDelete: "cascade" }),
  total: integer("total").notNull(),
  lastAt: integer("last_at").notNull(),
  lastReason: text("last_reason").notNull(),
});
