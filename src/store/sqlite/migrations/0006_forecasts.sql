ALTER TABLE `runs` ADD `forecast` text;--> statement-breakpoint
ALTER TABLE `tracks` ADD `is_default_branch` integer DEFAULT false NOT NULL;