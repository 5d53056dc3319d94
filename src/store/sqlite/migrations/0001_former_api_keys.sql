CREATE TABLE `former_api_keys` (
	`endpoint_id` text NOT NULL,
	`account` text NOT NULL,
	`sealed` text NOT NULL,
	PRIMARY KEY(`endpoint_id`, `account`)
);
