CREATE TABLE `accounts` (
	`account` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`state` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `command_attempts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`command_id` text NOT NULL,
	`at` integer NOT NULL,
	`duration_ms` integer NOT NULL,
	`status` integer,
	`outcome` text NOT NULL,
	`answer` text,
	FOREIGN KEY (`command_id`) REFERENCES `commands`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `command_attempts_of_command` ON `command_attempts` (`command_id`,`id`);--> statement-breakpoint
CREATE TABLE `commands` (
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
);
--> statement-breakpoint
CREATE UNIQUE INDEX `commands_dedupe` ON `commands` (`dedupe_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `commands_one_pending_per_stream` ON `commands` (`stream_key`) WHERE "status" = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX `commands_one_sending_per_stream` ON `commands` (`stream_key`) WHERE "status" = 'sending';--> statement-breakpoint
CREATE INDEX `commands_to_claim` ON `commands` (`account`,`priority`,`created_at`,`id`,`not_before`) WHERE "status" IN ('pending', 'sending');--> statement-breakpoint
CREATE INDEX `commands_by_due` ON `commands` (`not_before`) WHERE "status" = 'pending';--> statement-breakpoint
CREATE INDEX `commands_done_of_stream` ON `commands` (`stream_key`,`created_at`,`id`) WHERE "status" = 'done' AND "stream_key" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `commands_without_delivery` ON `commands` (`settled_at`) WHERE "delivery_id" IS NULL AND "settled_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `commands_by_status` ON `commands` (`status`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `commands_by_creation` ON `commands` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `commands_of_delivery` ON `commands` (`delivery_id`);--> statement-breakpoint
CREATE TABLE `deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`endpoint_id` text NOT NULL,
	`provider` text NOT NULL,
	`event` text NOT NULL,
	`provider_delivery_id` text NOT NULL,
	`received_at` integer NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`replays` integer NOT NULL,
	`claim` text,
	`claim_expires_at` integer,
	`digested_at` integer,
	`content_type` text NOT NULL,
	`body_redacted` integer NOT NULL,
	`verification` text NOT NULL,
	`detail` text,
	`headers` text NOT NULL,
	`signals` text,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_once_per_endpoint` ON `deliveries` (`endpoint_id`,`provider_delivery_id`);--> statement-breakpoint
CREATE INDEX `deliveries_by_endpoint` ON `deliveries` (`endpoint_id`,`id`);--> statement-breakpoint
CREATE INDEX `deliveries_by_event` ON `deliveries` (`event`,`id`);--> statement-breakpoint
CREATE INDEX `deliveries_by_status` ON `deliveries` (`status`,`id`);--> statement-breakpoint
CREATE INDEX `deliveries_to_digest` ON `deliveries` (`received_at`,`id`) WHERE "status" = 'received';--> statement-breakpoint
CREATE INDEX `deliveries_to_trim` ON `deliveries` (`received_at`,`id`) WHERE "status" <> 'received';--> statement-breakpoint
CREATE TABLE `endpoint_secrets` (
	`id` text PRIMARY KEY NOT NULL,
	`endpoint_id` text NOT NULL,
	`sealed` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	FOREIGN KEY (`endpoint_id`) REFERENCES `endpoints`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `endpoint_secrets_by_endpoint` ON `endpoint_secrets` (`endpoint_id`);--> statement-breakpoint
CREATE TABLE `endpoints` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`provider` text NOT NULL,
	`deliver` text NOT NULL,
	`notify` text NOT NULL,
	`channels` text,
	`filters` text NOT NULL,
	`mapping` text,
	`enabled` integer NOT NULL,
	`max_body_bytes` integer,
	`sealed_api_key` text,
	`account` text NOT NULL,
	`pin` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `endpoints_by_creation` ON `endpoints` (`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `refusals` (
	`reason` text NOT NULL,
	CONSTRAINT "conflict" CHECK("refusals"."reason" <> 'conflict'),
	CONSTRAINT "claim_lost" CHECK("refusals"."reason" <> 'claim_lost')
);
--> statement-breakpoint
CREATE TABLE `runs` (
	`track_id` text NOT NULL,
	`run_id` text NOT NULL,
	`attempt` integer NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`ended_at` integer,
	`excluded` integer NOT NULL,
	`heard_at` integer NOT NULL,
	`contact` text NOT NULL,
	`look_at` integer,
	`updated_at` integer NOT NULL,
	`pushed` text NOT NULL,
	`run` text NOT NULL,
	PRIMARY KEY(`track_id`, `run_id`),
	FOREIGN KEY (`track_id`) REFERENCES `tracks`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `runs_by_creation` ON `runs` (`track_id`,`created_at`,`run_id`,`excluded`,`state`,`started_at`,`ended_at`);--> statement-breakpoint
CREATE INDEX `runs_to_look_at` ON `runs` (`look_at`) WHERE "look_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `runs_to_trim` ON `runs` (`updated_at`) WHERE "ended_at" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `streams` (
	`stream_key` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`alive` integer NOT NULL,
	`confirmed_hash` text,
	`confirmed_state` text,
	`confirmed_at` integer
);
--> statement-breakpoint
CREATE TABLE `tracks` (
	`id` text PRIMARY KEY NOT NULL,
	`endpoint_id` text NOT NULL,
	`key` text NOT NULL,
	`stream_key` text NOT NULL,
	`project_id` text NOT NULL,
	`project_name` text NOT NULL,
	`line_name` text,
	`environment` text,
	`environment_kind` text,
	`version` integer NOT NULL,
	`shown_run_id` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tracks_one_per_key` ON `tracks` (`endpoint_id`,`key`);--> statement-breakpoint
CREATE INDEX `tracks_by_creation` ON `tracks` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `tracks_of_endpoint_by_creation` ON `tracks` (`endpoint_id`,`created_at`,`id`);