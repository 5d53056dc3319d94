ALTER TABLE `streams` ADD `done_command_id` text;--> statement-breakpoint
ALTER TABLE `streams` ADD `shown_command_id` text;--> statement-breakpoint
UPDATE `streams` SET
	`done_command_id` = (SELECT `id` FROM `commands` WHERE `commands`.`stream_key` = `streams`.`stream_key` AND `status` = 'done' ORDER BY `created_at` DESC, `id` DESC LIMIT 1),
	`shown_command_id` = (SELECT `id` FROM `commands` WHERE `commands`.`stream_key` = `streams`.`stream_key` AND `status` = 'done' AND `kind` = 'stream_update' ORDER BY `created_at` DESC, `id` DESC LIMIT 1);--> statement-breakpoint
CREATE TABLE `__new_command_attempts` (
	`id` integer PRIMARY KEY NOT NULL,
	`command_id` text NOT NULL,
	`at` integer NOT NULL,
	`duration_ms` integer NOT NULL,
	`status` integer,
	`outcome` text NOT NULL,
	`answer` text,
	`account` text,
	`stream_key` text,
	`delivery_id` text,
	`sent` text
);
--> statement-breakpoint
INSERT INTO `__new_command_attempts` (`id`, `command_id`, `at`, `duration_ms`, `status`, `outcome`, `answer`, `account`, `stream_key`, `delivery_id`, `sent`)
SELECT `it`.`id`, `it`.`command_id`, `it`.`at`, `it`.`duration_ms`, `it`.`status`, `it`.`outcome`, `it`.`answer`, `it`.`account`, coalesce(`it`.`stream_key`, `commands`.`stream_key`), `it`.`delivery_id`, `it`.`sent`
FROM `command_attempts` AS `it` JOIN `commands` ON `commands`.`id` = `it`.`command_id`;--> statement-breakpoint
DROP TABLE `command_attempts`;--> statement-breakpoint
ALTER TABLE `__new_command_attempts` RENAME TO `command_attempts`;--> statement-breakpoint
CREATE INDEX `command_attempts_of_subject` ON `command_attempts` (coalesce("stream_key", "command_id"),`id`);--> statement-breakpoint
CREATE TABLE `__new_commands` (
	`id` text PRIMARY KEY NOT NULL,
	`endpoint_id` text NOT NULL,
	`account` text NOT NULL,
	`delivery_id` text,
	`track_id` text,
	`stream_key` text,
	`priority` integer NOT NULL,
	`kind` text NOT NULL,
	`dedupe_key` text,
	`not_before` integer NOT NULL,
	`created_at` integer NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`reason` text,
	`possible_repeat` integer NOT NULL,
	`settled_at` integer,
	`claim` text,
	`claim_expires_at` integer,
	`call` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_commands` (`id`, `endpoint_id`, `account`, `delivery_id`, `track_id`, `stream_key`, `priority`, `kind`, `dedupe_key`, `not_before`, `created_at`, `status`, `attempts`, `reason`, `possible_repeat`, `settled_at`, `claim`, `claim_expires_at`, `call`)
SELECT `id`, `endpoint_id`, `account`, `delivery_id`, `track_id`, `stream_key`, `priority`, `kind`, `dedupe_key`, `not_before`, `created_at`, `status`, `attempts`, `reason`, `possible_repeat`, CASE WHEN `status` IN ('pending', 'sending') THEN NULL ELSE coalesce(`settled_at`, `created_at`) END, `claim`, `claim_expires_at`, `call` FROM `commands`;--> statement-breakpoint
DROP TABLE `commands`;--> statement-breakpoint
ALTER TABLE `__new_commands` RENAME TO `commands`;--> statement-breakpoint
CREATE UNIQUE INDEX `commands_dedupe` ON `commands` (`dedupe_key`) WHERE "dedupe_key" IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `commands_one_pending_per_stream` ON `commands` (`stream_key`) WHERE "status" = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX `commands_one_sending_per_stream` ON `commands` (`stream_key`) WHERE "status" = 'sending';--> statement-breakpoint
CREATE INDEX `commands_to_claim` ON `commands` (`account`,`priority`,`created_at`,`id`,`not_before`) WHERE "settled_at" IS NULL;--> statement-breakpoint
CREATE INDEX `commands_dead` ON `commands` (`id`) WHERE "status" = 'dead';--> statement-breakpoint
CREATE INDEX `commands_without_delivery` ON `commands` (`settled_at`) WHERE "delivery_id" IS NULL AND "settled_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `commands_of_delivery` ON `commands` (`delivery_id`) WHERE "delivery_id" IS NOT NULL;--> statement-breakpoint
DROP INDEX `deliveries_by_event`;--> statement-breakpoint
DROP INDEX `deliveries_by_status`;--> statement-breakpoint
DROP INDEX `deliveries_to_trim`;--> statement-breakpoint
CREATE INDEX `deliveries_failed` ON `deliveries` (`id`) WHERE "status" IN ('failed', 'invalid');--> statement-breakpoint
DROP INDEX `runs_to_trim`;--> statement-breakpoint
CREATE INDEX `runs_to_trim` ON `runs` (`ended_at`) WHERE "ended_at" IS NOT NULL;