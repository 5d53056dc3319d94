CREATE TABLE "accounts" (
	"account" text COLLATE "C" PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"state" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "command_attempts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "command_attempts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"command_id" text COLLATE "C" NOT NULL,
	"at" bigint NOT NULL,
	"duration_ms" integer NOT NULL,
	"status" integer,
	"outcome" text COLLATE "C" NOT NULL,
	"answer" text COLLATE "C"
);
--> statement-breakpoint
CREATE TABLE "commands" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"endpoint_id" text COLLATE "C" NOT NULL,
	"account" text COLLATE "C" NOT NULL,
	"delivery_id" text COLLATE "C",
	"track_id" text COLLATE "C",
	"stream_key" text COLLATE "C",
	"priority" integer NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"dedupe_key" text COLLATE "C",
	"not_before" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"status" text COLLATE "C" NOT NULL,
	"attempts" integer NOT NULL,
	"reason" text COLLATE "C",
	"possible_repeat" boolean NOT NULL,
	"settled_at" bigint,
	"claim" text COLLATE "C",
	"claim_expires_at" bigint,
	"call" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"endpoint_id" text COLLATE "C" NOT NULL,
	"provider" text COLLATE "C" NOT NULL,
	"event" text COLLATE "C" NOT NULL,
	"provider_delivery_id" text COLLATE "C" NOT NULL,
	"received_at" bigint NOT NULL,
	"status" text COLLATE "C" NOT NULL,
	"attempts" integer NOT NULL,
	"replays" integer NOT NULL,
	"claim" text COLLATE "C",
	"claim_expires_at" bigint,
	"digested_at" bigint,
	"content_type" text COLLATE "C" NOT NULL,
	"body_redacted" boolean NOT NULL,
	"verification" text COLLATE "C" NOT NULL,
	"detail" text COLLATE "C",
	"headers" text COLLATE "C" NOT NULL,
	"signals" text COLLATE "C",
	"body" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "endpoint_secrets" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"endpoint_id" text COLLATE "C" NOT NULL,
	"sealed" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint
);
--> statement-breakpoint
CREATE TABLE "endpoints" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"provider" text COLLATE "C" NOT NULL,
	"deliver" text COLLATE "C" NOT NULL,
	"notify" text COLLATE "C" NOT NULL,
	"channels" text COLLATE "C",
	"filters" text COLLATE "C" NOT NULL,
	"mapping" text COLLATE "C",
	"enabled" boolean NOT NULL,
	"max_body_bytes" integer,
	"sealed_api_key" text COLLATE "C",
	"account" text COLLATE "C" NOT NULL,
	"pin" text COLLATE "C",
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"track_id" text COLLATE "C" NOT NULL,
	"run_id" text COLLATE "C" NOT NULL,
	"attempt" integer NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"started_at" bigint,
	"ended_at" bigint,
	"excluded" boolean NOT NULL,
	"heard_at" bigint NOT NULL,
	"contact" text COLLATE "C" NOT NULL,
	"look_at" bigint,
	"updated_at" bigint NOT NULL,
	"pushed" text COLLATE "C" NOT NULL,
	"run" text COLLATE "C" NOT NULL,
	CONSTRAINT "runs_track_id_run_id_pk" PRIMARY KEY("track_id","run_id")
);
--> statement-breakpoint
CREATE TABLE "streams" (
	"stream_key" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account" text COLLATE "C" NOT NULL,
	"alive" boolean NOT NULL,
	"confirmed_hash" text COLLATE "C",
	"confirmed_state" text COLLATE "C",
	"confirmed_at" bigint
);
--> statement-breakpoint
CREATE TABLE "tracks" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"endpoint_id" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"stream_key" text COLLATE "C" NOT NULL,
	"project_id" text COLLATE "C" NOT NULL,
	"project_name" text COLLATE "C" NOT NULL,
	"line_name" text COLLATE "C",
	"environment" text COLLATE "C",
	"environment_kind" text COLLATE "C",
	"version" integer NOT NULL,
	"shown_run_id" text COLLATE "C",
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "command_attempts" ADD CONSTRAINT "command_attempts_command_id_commands_id_fk" FOREIGN KEY ("command_id") REFERENCES "public"."commands"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "endpoint_secrets" ADD CONSTRAINT "endpoint_secrets_endpoint_id_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."endpoints"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_track_id_tracks_id_fk" FOREIGN KEY ("track_id") REFERENCES "public"."tracks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "command_attempts_of_command" ON "command_attempts" USING btree ("command_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "commands_dedupe" ON "commands" USING btree ("dedupe_key");--> statement-breakpoint
CREATE UNIQUE INDEX "commands_one_pending_per_stream" ON "commands" USING btree ("stream_key") WHERE "status" = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX "commands_one_sending_per_stream" ON "commands" USING btree ("stream_key") WHERE "status" = 'sending';--> statement-breakpoint
CREATE INDEX "commands_to_claim" ON "commands" USING btree ("account","priority","created_at","id","not_before") WHERE "status" IN ('pending', 'sending');--> statement-breakpoint
CREATE INDEX "commands_by_due" ON "commands" USING btree ("not_before") WHERE "status" = 'pending';--> statement-breakpoint
CREATE INDEX "commands_done_of_stream" ON "commands" USING btree ("stream_key","created_at","id") WHERE "status" = 'done' AND "stream_key" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "commands_without_delivery" ON "commands" USING btree ("settled_at") WHERE "delivery_id" IS NULL AND "settled_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "commands_by_status" ON "commands" USING btree ("status","created_at","id");--> statement-breakpoint
CREATE INDEX "commands_by_creation" ON "commands" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "commands_of_delivery" ON "commands" USING btree ("delivery_id");--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_once_per_endpoint" ON "deliveries" USING btree ("endpoint_id","provider_delivery_id");--> statement-breakpoint
CREATE INDEX "deliveries_by_endpoint" ON "deliveries" USING btree ("endpoint_id","id");--> statement-breakpoint
CREATE INDEX "deliveries_by_event" ON "deliveries" USING btree ("event","id");--> statement-breakpoint
CREATE INDEX "deliveries_by_status" ON "deliveries" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "deliveries_to_digest" ON "deliveries" USING btree ("received_at","id") WHERE "status" = 'received';--> statement-breakpoint
CREATE INDEX "deliveries_to_trim" ON "deliveries" USING btree ("received_at","id") WHERE "status" <> 'received';--> statement-breakpoint
CREATE INDEX "endpoint_secrets_by_endpoint" ON "endpoint_secrets" USING btree ("endpoint_id");--> statement-breakpoint
CREATE INDEX "endpoints_by_creation" ON "endpoints" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "runs_by_creation" ON "runs" USING btree ("track_id","created_at","run_id","excluded","state","started_at","ended_at");--> statement-breakpoint
CREATE INDEX "runs_to_look_at" ON "runs" USING btree ("look_at") WHERE "look_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "runs_to_trim" ON "runs" USING btree ("updated_at") WHERE "ended_at" IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "tracks_one_per_key" ON "tracks" USING btree ("endpoint_id","key");--> statement-breakpoint
CREATE INDEX "tracks_by_creation" ON "tracks" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "tracks_of_endpoint_by_creation" ON "tracks" USING btree ("endpoint_id","created_at","id");