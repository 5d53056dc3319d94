DROP INDEX `command_attempts_of_subject`;--> statement-breakpoint
ALTER TABLE `commands` ADD `call_ids` text;--> statement-breakpoint
ALTER TABLE `streams` ADD `call_ids` text;