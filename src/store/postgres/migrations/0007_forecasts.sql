ALTER TABLE "runs" ADD COLUMN "forecast" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "tracks" ADD COLUMN "is_default_branch" boolean DEFAULT false NOT NULL;