CREATE TABLE `refused_attempts` (
	`endpoint_id` text NOT NULL,
	`slot` integer NOT NULL,
	`number` integer NOT NULL,
	`at` integer NOT NULL,
	`reason` text NOT NULL,
	`status` integer NOT NULL,
	`header_names` text NOT NULL,
	`sender` text,
	`event` text,
	PRIMARY KEY(`endpoint_id`, `slot`),
	FOREIGN KEY (`endpoint_id`) REFERENCES `endpoints`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `refused_totals` (
	`endpoint_id` text PRIMARY KEY NOT NULL,
	`total` integer NOT NULL,
	`last_at` integer NOT NULL,
	`last_reason` text NOT NULL,
	FOREIGN KEY (`endpoint_id`) REFERENCES `endpoints`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `due` (
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`due_at` integer NOT NULL,
	`endpoint_id` text NOT NULL,
	`payload` text NOT NULL,
	`attempts` integer NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`kind`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `due_by_time` ON `due` (`due_at`);--> statement-breakpoint
CREATE TABLE `folds` (
	`endpoint_id` text NOT NULL,
	`fold_key` text NOT NULL,
	`window_start` integer NOT NULL,
	`counts` text NOT NULL,
	`first_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`told` integer NOT NULL,
	`facts` text NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`endpoint_id`, `fold_key`, `window_start`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `incidents` (
	`endpoint_id` text NOT NULL,
	`incident_key` text NOT NULL,
	`state` text NOT NULL,
	`severity` integer NOT NULL,
	`since` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`last_told_at` integer,
	`told_severity` integer,
	`told_audience` text,
	`count` integer NOT NULL,
	`closes_at` integer,
	`project_key` text,
	`line_key` text,
	`environment` text,
	`run_id` text,
	`facts` text NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`endpoint_id`, `incident_key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `incidents_open_of_line` ON `incidents` (`endpoint_id`,`line_key`) WHERE "state" <> 'resolved';--> statement-breakpoint
CREATE TABLE `serving` (
	`endpoint_id` text NOT NULL,
	`project_id` text NOT NULL,
	`line_id` text NOT NULL,
	`environment` text NOT NULL,
	`run_id` text NOT NULL,
	`since` integer NOT NULL,
	`how` text NOT NULL,
	`commit` text,
	`version` integer NOT NULL,
	PRIMARY KEY(`endpoint_id`, `project_id`, `line_id`, `environment`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `standings` (
	`endpoint_id` text NOT NULL,
	`line_key` text NOT NULL,
	`scope` text NOT NULL,
	`last_run_id` text,
	`last_ended_at` integer,
	`last_outcome` text,
	`told_outcome` text,
	`told_at` integer,
	`told_audience` text,
	`failing_since` integer,
	`failures_in_a_row` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`endpoint_id`, `line_key`, `scope`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `told` (
	`account` text NOT NULL,
	`told_key` text NOT NULL,
	`audience` text NOT NULL,
	`endpoint_id` text NOT NULL,
	`run_id` text,
	`command_id` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`account`, `told_key`, `audience`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `told_to_trim` ON `told` (`at`);--> statement-breakpoint
ALTER TABLE `command_attempts` ADD `account` text;--> statement-breakpoint
ALTER TABLE `command_attempts` ADD `stream_key` text;--> statement-breakpoint
ALTER TABLE `command_attempts` ADD `delivery_id` text;--> statement-breakpoint
ALTER TABLE `command_attempts` ADD `sent` text;--> statement-breakpoint
CREATE INDEX `command_attempts_of_stream` ON `command_attempts` (`stream_key`,`id`) WHERE "stream_key" IS NOT NULL;--> statement-breakpoint
ALTER TABLE `endpoints` ADD `rules` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `endpoints` ADD `options` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `endpoints` ADD `me` text DEFAULT '[]' NOT NULL;