/**
 * The tables of the Postgres dialect. Shape only. Deliveries, tracks and commands refer to no
 * endpoint: they outlive it.
 */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean as flag,
  index,
  integer,
  pgTable,
  primaryKey,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { AccountState } from "../../model/account.ts";
import type { CallName, Command, Intent } from "../../model/command.ts";
import type { Delivery } from "../../model/delivery.ts";
import type { EndpointRecord } from "../../model/endpoint.ts";
import type { RefusedAttempt } from "../../model/refused-attempt.ts";
import type { RunRecord } from "../../model/run/run-record.ts";
import type { StreamRecord } from "../../model/card/stream.ts";
import { json, text, time } from "./driver/columns.ts";

export * from "./memory-schema.ts";

export const endpoints = pgTable(
  "endpoints",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    provider: text("provider").notNull(),
    deliver: text("deliver").$type<EndpointRecord["deliver"]>().notNull(),
    notify: text("notify").$type<EndpointRecord["notify"]>().notNull(),
    channels: json("channels").$type<NonNullable<EndpointRecord["channels"]>>(),
    filters: json("filters").$type<EndpointRecord["filters"]>().notNull(),
    mapping: json("mapping").$type<NonNullable<EndpointRecord["mapping"]>>(),
    enabled: flag("enabled").notNull(),
    max_body_bytes: integer("max_body_bytes"),
    sealedApiKey: text("sealed_api_key"),
    account: text("account").notNull(),
    pin: text("pin"),
    rules: json("rules")
      .$type<EndpointRecord["rules"]>()
      .notNull()
      .default(sql`'[]'`),
    options: json("options")
      .$type<EndpointRecord["options"]>()
      .notNull()
      .default(sql`'{}'`),
    me: json("me")
      .$type<EndpointRecord["me"]>()
      .notNull()
      .default(sql`'[]'`),
    expect: json("expect")
      .$type<EndpointRecord["expect"]>()
      .notNull()
      .default(sql`'[]'`),
    createdAt: time("created_at").notNull(),
    updatedAt: time("updated_at").notNull(),
  },
  (it) => [index("endpoints_by_creation").on(it.createdAt, it.id)],
);

export const endpointSecrets = pgTable(
  "endpoint_secrets",
  {
    id: text("id").primaryKey(),
    endpointId: text("endpoint_id")
      .notNull()
      .references(() => endpoints.id, { onDelete: "cascade" }),
    sealed: text("sealed").notNull(),
    createdAt: time("created_at").notNull(),
    expiresAt: time("expires_at"),
  },
  (it) => [index("endpoint_secrets_by_endpoint").on(it.endpointId)],
);

/**
 * API keys that endpoints forwarded with until they were deleted or got another: something may be
 * owed there.
 */
export const formerApiKeys = pgTable(
  "former_api_keys",
  {
    endpointId: text("endpoint_id").notNull(),
    account: text("account").notNull(),
    sealed: text("sealed").notNull(),
  },
  (it) => [primaryKey({ columns: [it.endpointId, it.account] })],
);

export const deliveries = pgTable(
  "deliveries",
  {
    id: text("id").primaryKey(),
    endpointId: text("endpoint_id").notNull(),
    provider: text("provider").notNull(),
    event: text("event").notNull(),
    providerDeliveryId: text("provider_delivery_id").notNull(),
    receivedAt: time("received_at").notNull(),
    status: text("status").$type<Delivery["status"]>().notNull(),
    attempts: integer("attempts").notNull(),
    replays: integer("replays").notNull(),
    claim: text("claim"),
    claimExpiresAt: time("claim_expires_at"),
    digestedAt: time("digested_at"),
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

export const tracks = pgTable(
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
    createdAt: time("created_at").notNull(),
    updatedAt: time("updated_at").notNull(),
  },
  (it) => [
    uniqueIndex("tracks_one_per_key").on(it.endpointId, it.key),
    index("tracks_by_creation").on(it.createdAt, it.id),
    index("tracks_of_endpoint_by_creation").on(it.endpointId, it.createdAt, it.id),
  ],
);

export const runs = pgTable(
  "runs",
  {
    trackId: text("track_id")
      .notNull()
      .references(() => tracks.id),
    runId: text("run_id").notNull(),
    attempt: integer("attempt").notNull(),
    state: text("state").notNull(),
    createdAt: time("created_at").notNull(),
    startedAt: time("started_at"),
    endedAt: time("ended_at"),
    excluded: flag("excluded").notNull(),
    lastSignalAt: time("heard_at").notNull(),
    contact: text("contact").$type<RunRecord["contact"]>().notNull(),
    checkAt: time("look_at"),
    updatedAt: time("updated_at").notNull(),
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

export const streams = pgTable("streams", {
  streamKey: text("stream_key").primaryKey(),
  account: text("account").notNull(),
  alive: flag("alive").notNull(),
  confirmedHash: text("confirmed_hash"),
  confirmedState: json("confirmed_state").$type<NonNullable<StreamRecord["confirmedState"]>>(),
  confirmedAt: time("confirmed_at"),
  /** The last command of the stream that was done, and the last one that showed something. */
  doneCommandId: text("done_command_id"),
  shownCommandId: text("shown_command_id"),
  /** SQLite's, which has no index of calls; always null here. */
  callIds: json("call_ids").$type<readonly number[]>(),
});

/** The pacing of each API key, which all processes share. */
export const accounts = pgTable("accounts", {
  account: text("account").primaryKey(),
  version: integer("version").notNull(),
  state: json("state").$type<AccountState>().notNull(),
});

export const commands = pgTable(
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
    notBefore: time("not_before").notNull(),
    createdAt: time("created_at").notNull(),
    status: text("status").$type<Command["status"]>().notNull(),
    attempts: integer("attempts").notNull(),
    reason: text("reason"),
    possibleRepeat: flag("possible_repeat").notNull(),
    settledAt: time("settled_at"),
    claim: text("claim"),
    claimExpiresAt: time("claim_expires_at"),
    /** The column has the name of what it held before. */
    intent: json("call").$type<Intent>().notNull(),
    /** SQLite's, which has no index of calls; always null here. */
    callIds: json("call_ids").$type<readonly number[]>(),
  },
  (it) => [
    uniqueIndex("commands_dedupe")
      .on(it.dedupeKey)
      .where(sql`"dedupe_key" IS NOT NULL`),
    uniqueIndex("commands_one_pending_per_stream")
      .on(it.streamKey)
      .where(sql`"status" = 'pending'`),
    uniqueIndex("commands_one_sending_per_stream")
      .on(it.streamKey)
      .where(sql`"status" = 'sending'`),
    // With `not_before`, so that what is not due yet is passed over without a look at its row. Open is
    // what is not settled: a claim changes nothing of that, and so not the index.
    index("commands_to_claim")
      .on(it.account, it.priority, it.createdAt, it.id, it.notBefore)
      .where(sql`"settled_at" IS NULL`),
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

export const commandAttempts = pgTable(
  "command_attempts",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    commandId: text("command_id").notNull(),
    at: time("at").notNull(),
    durationMs: integer("duration_ms").notNull(),
    status: integer("status"),
    outcome: text("outcome").notNull(),
    answer: text("answer"),
    account: text("account"),
    streamKey: text("stream_key"),
    deliveryId: text("delivery_id"),
    sent: json("sent").$type<unknown>(),
  },
  (it) => [
    // A stream's calls, and those of a command that has none: its own.
    index("command_attempts_of_subject").on(sql`coalesce("stream_key", "command_id")`, it.id),
    // SQLite's ids begin with the time, by which a command's are found among its stream's.
    index("command_attempts_of_command").on(it.commandId, it.id),
  ],
);

/** A ring for each endpoint: the newest take the slots of the oldest. */
export const refusedAttempts = pgTable(
  "refused_attempts",
  {
    endpointId: text("endpoint_id")
      .notNull()
      .references(() => endpoints.id, { onDelete: "cascade" }),
    /** The attempt's number modulo the ring's size. */
    slot: integer("slot").notNull(),
    /** Counted from the endpoint's first one. */
    number: integer("number").notNull(),
    at: time("at").notNull(),
    reason: text("reason").notNull(),
    status: integer("status").notNull(),
    headerNames: json("header_names").$type<RefusedAttempt["headerNames"]>().notNull(),
    sender: text("sender"),
    event: text("event"),
  },
  (it) => [primaryKey({ columns: [it.endpointId, it.slot] })],
);

export const refusedTotals = pgTable("refused_totals", {
  endpointId: text("endpoint_id")
    .primaryKey()
    .references(() => endpoints.id, { onDelete: "cascade" }),
  total: integer("total").notNull(),
  lastAt: time("last_at").notNull(),
  lastReason: text("last_reason").notNull(),
});
