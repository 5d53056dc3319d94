ALTER TABLE "streams" ADD COLUMN "done_command_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "shown_command_id" text COLLATE "C";--> statement-breakpoint
UPDATE "streams" SET
	"done_command_id" = (SELECT "id" FROM "commands" WHERE "commands"."stream_key" = "streams"."stream_key" AND "status" = 'done' ORDER BY "created_at" DESC, "id" DESC LIMIT 1),
	"shown_command_id" = (SELECT "id" FROM "commands" WHERE "commands"."stream_key" = "streams"."stream_key" AND "status" = 'done' AND "kind" = 'stream_update' ORDER BY "created_at" DESC, "id" DESC LIMIT 1);--> statement-breakpoint
UPDATE "command_attempts" SET "stream_key" = "commands"."stream_key" FROM "commands" WHERE "commands"."id" = "command_attempts"."command_id" AND "command_attempts"."stream_key" IS NULL AND "commands"."stream_key" IS NOT NULL;--> statement-breakpoint
UPDATE "commands" SET "settled_at" = "created_at" WHERE "status" NOT IN ('pending', 'sending') AND "settled_at" IS NULL;--> statement-breakpoint
ALTER TABLE "command_attempts" DROP CONSTRAINT "command_attempts_command_id_commands_id_fk";
--> statement-breakpoint
DROP INDEX "command_attempts_of_command";--> statement-breakpoint
DROP INDEX "command_attempts_of_stream";--> statement-breakpoint
DROP INDEX "commands_by_due";--> statement-breakpoint
DROP INDEX "commands_done_of_stream";--> statement-breakpoint
DROP INDEX "commands_by_status";--> statement-breakpoint
DROP INDEX "commands_by_creation";--> statement-breakpoint
DROP INDEX "deliveries_by_event";--> statement-breakpoint
DROP INDEX "deliveries_by_status";--> statement-breakpoint
DROP INDEX "deliveries_to_trim";--> statement-breakpoint
DROP INDEX "commands_dedupe";--> statement-breakpoint
DROP INDEX "commands_to_claim";--> statement-breakpoint
DROP INDEX "commands_of_delivery";--> statement-breakpoint
DROP INDEX "runs_to_trim";--> statement-breakpoint
CREATE INDEX "command_attempts_of_subject" ON "command_attempts" USING btree (coalesce("stream_key", "command_id"),"id");--> statement-breakpoint
CREATE INDEX "commands_dead" ON "commands" USING btree ("id") WHERE "status" = 'dead';--> statement-breakpoint
CREATE INDEX "deliveries_failed" ON "deliveries" USING btree ("id") WHERE "status" IN ('failed', 'invalid');--> statement-breakpoint
CREATE UNIQUE INDEX "commands_dedupe" ON "commands" USING btree ("dedupe_key") WHERE "dedupe_key" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "commands_to_claim" ON "commands" USING btree ("account","priority","created_at","id","not_before") WHERE "settled_at" IS NULL;--> statement-breakpoint
CREATE INDEX "commands_of_delivery" ON "commands" USING btree ("delivery_id") WHERE "delivery_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "runs_to_trim" ON "runs" USING btree ("ended_at") WHERE "ended_at" IS NOT NULL;