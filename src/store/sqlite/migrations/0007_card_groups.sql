CREATE TABLE `card_groups` (
	`account` text NOT NULL,
	`group_key` text NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL,
	`cards` text NOT NULL,
	`members` text NOT NULL,
	PRIMARY KEY(`account`, `group_key`)
) WITHOUT ROWID;
