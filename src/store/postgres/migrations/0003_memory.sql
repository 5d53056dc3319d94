CREATE TABLE "refused_attempts" (
	"endpoint_id" text COLLATE "C" NOT NULL,
	"slot" integer NOT NULL,
	"number" integer NOT NULL,
	"at" bigint NOT NULL,
	"reason" text COLLATE "C" NOT NULL,
	"status" integer NOT NULL,
	"header_names" text COLLATE "C" NOT NULL,
	"sender" text COLLATE "C",
	"event" text COLLATE "C",
	CONSTRAINT "refused_attempts_endpoint_id_slot_pk" PRIMARY KEY("endpoint_id","slot")
);
--> statement-breakpoint
CREATE TABLE "refused_totals" (
	"endpoint_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"total" integer NOT NULL,
	"last_at" bigint NOT NULL,
	"last_reason" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "due" (
	"kind" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"due_at" bigint NOT NULL,
	"endpoint_id" text COLLATE "C" NOT NULL,
	"payload" text COLLATE "C" NOT NULL,
	"attempts" integer NOT NULL,
	"version" bigint NOT NULL,
	CONSTRAINT "due_kind_key_pk" PRIMARY KEY("kind","key")
);
--> statement-breakpoint
CREATE TABLE "folds" (
	"endpoint_id" text COLLATE "C" NOT NULL,
	"fold_key" text COLLATE "C" NOT NULL,
	"window_start" bigint NOT NULL,
	"counts" text COLLATE "C" NOT NULL,
	"first_at" bigint NOT NULL,
	"due_at" bigint NOT NULL,
	"told" boolean NOT NULL,
	"facts" text COLLATE "C" NOT NULL,
	"version" bigint NOT NULL,
	CONSTRAINT "folds_endpoint_id_fold_key_window_start_pk" PRIMARY KEY("endpoint_id","fold_key","window_start")
);
--> statement-breakpoint
CREATE TABLE "incidents" (
	"endpoint_id" text COLLATE "C" NOT NULL,
	"incident_key" text COLLATE "C" NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"severity" integer NOT NULL,
	"since" bigint NOT NULL,
	"last_seen_at" bigint NOT NULL,
	"last_told_at" bigint,
	"told_severity" integer,
	"told_audience" text COLLATE "C",
	"count" integer NOT NULL,
	"closes_at" bigint,
	"project_key" text COLLATE "C",
	"line_key" text COLLATE "C",
	"environment" text COLLATE "C",
	"run_id" text COLLATE "C",
	"facts" text COLLATE "C" NOT NULL,
	"version" bigint NOT NULL,
	CONSTRAINT "incidents_endpoint_id_incident_key_pk" PRIMARY KEY("endpoint_id","incident_key")
);
--> statement-breakpoint
CREATE TABLE "serving" (
	"endpoint_id" text COLLATE "C" NOT NULL,
	"project_id" text COLLATE "C" NOT NULL,
	"line_id" text COLLATE "C" NOT NULL,
	"environment" text COLLATE "C" NOT NULL,
	"run_id" text COLLATE "C" NOT NULL,
	"since" bigint NOT NULL,
	"how" text COLLATE "C" NOT NULL,
	"commit" text COLLATE "C",
	"version" bigint NOT NULL,
	CONSTRAINT "serving_endpoint_id_project_id_line_id_environment_pk" PRIMARY KEY("endpoint_id","project_id","line_id","environment")
);
--> statement-breakpoint
CREATE TABLE "standings" (
	"endpoint_id" text COLLATE "C" NOT NULL,
	"line_key" text COLLATE "C" NOT NULL,
	"scope" text COLLATE "C" NOT NULL,
	"last_run_id" text COLLATE "C",
	"last_ended_at" bigint,
	"last_outcome" text COLLATE "C",
	"told_outcome" text COLLATE "C",
	"told_at" bigint,
	"told_audience" text COLLATE "C",
	"failing_since" bigint,
	"failures_in_a_row" integer NOT NULL,
	"updated_at" bigint NOT NULL,
	"version" bigint NOT NULL,
	CONSTRAINT "standings_endpoint_id_line_key_scope_pk" PRIMARY KEY("endpoint_id","line_key","scope")
);
--> statement-breakpoint
CREATE TABLE "told" (
	"account" text COLLATE "C" NOT NULL,
	"told_key" text COLLATE "C" NOT NULL,
	"audience" text COLLATE "C" NOT NULL,
	"endpoint_id" text COLLATE "C" NOT NULL,
	"run_id" text COLLATE "C",
	"command_id" text COLLATE "C",
	"at" bigint NOT NULL,
	CONSTRAINT "told_account_told_key_audience_pk" PRIMARY KEY("account","told_key","audience")
);
--> statement-breakpoint
ALTER TABLE "command_attempts" ADD COLUMN "account" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "command_attempts" ADD COLUMN "stream_key" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "command_attempts" ADD COLUMN "delivery_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "command_attempts" ADD COLUMN "sent" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "endpoints" ADD COLUMN "rules" text COLLATE "C" DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE "endpoints" ADD COLUMN "options" text COLLATE "C" DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "endpoints" ADD COLUMN "me" text COLLATE "C" DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE "refused_attempts" ADD CONSTRAINT "refused_attempts_endpoint_id_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."endpoints"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refused_totals" ADD CONSTRAINT "refused_totals_endpoint_id_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."endpoints"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "due_by_time" ON "due" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "incidents_open_of_line" ON "incidents" USING btree ("endpoint_id","line_key") WHERE "state" <> 'resolved';--> statement-breakpoint
CREATE INDEX "told_to_trim" ON "told" USING btree ("at");--> statement-breakpoint
CREATE INDEX "command_attempts_of_stream" ON "command_attempts" USING btree ("stream_key","id") WHERE "stream_key" IS NOT NULL;