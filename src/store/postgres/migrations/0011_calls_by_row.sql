ALTER TABLE "commands" ADD COLUMN "call_ids" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "streams" ADD COLUMN "call_ids" text COLLATE "C";