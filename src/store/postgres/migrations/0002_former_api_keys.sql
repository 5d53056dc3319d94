CREATE TABLE "former_api_keys" (
	"endpoint_id" text COLLATE "C" NOT NULL,
	"account" text COLLATE "C" NOT NULL,
	"sealed" text COLLATE "C" NOT NULL,
	CONSTRAINT "former_api_keys_endpoint_id_account_pk" PRIMARY KEY("endpoint_id","account")
);
