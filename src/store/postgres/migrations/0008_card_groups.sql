CREATE TABLE "card_groups" (
	"account" text COLLATE "C" NOT NULL,
	"group_key" text COLLATE "C" NOT NULL,
	"updated_at" bigint NOT NULL,
	"version" bigint NOT NULL,
	"cards" text COLLATE "C" NOT NULL,
	"members" text COLLATE "C" NOT NULL,
	CONSTRAINT "card_groups_account_group_key_pk" PRIMARY KEY("account","group_key")
);
