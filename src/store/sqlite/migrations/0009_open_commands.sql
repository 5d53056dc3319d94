DROP INDEX `commands_one_pending_per_stream`;--> statement-breakpoint
DROP INDEX `commands_one_sending_per_stream`;--> statement-breakpoint
DROP INDEX `commands_to_claim`;--> statement-breakpoint
CREATE INDEX `commands_open_on_streams` ON `commands` (`account`,`stream_key`,`priority`,`created_at`,`id`,`not_before`) WHERE "settled_at" IS NULL AND "stream_key" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `commands_sending` ON `commands` (`claim_expires_at`) WHERE "status" = 'sending' AND "stream_key" IS NULL;--> statement-breakpoint
CREATE INDEX `commands_to_claim` ON `commands` (`account`,`priority`,`created_at`,`id`,`not_before`) WHERE "settled_at" IS NULL AND "stream_key" IS NULL;