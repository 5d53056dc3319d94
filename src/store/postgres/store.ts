/** The store in Postgres, which several gateway processes may share. Opens no connection of its own. */
import type { Sql } from "postgres";
import { allOf } from "../../all-of.ts";
import type { Store, Waker } from "../../ports.ts";
import type { Migration } from "../migrations.ts";
import { accountSteps } from "./accounts.ts";
import { claimCommandsStep } from "./claim-commands.ts";
import { claimDeliveriesStep } from "./claim-deliveries.ts";
import { commitDigestStep } from "./commit-digest.ts";
import { openDatabase } from "./database.ts";
import type { DeliveryCopier } from "./copy-deliveries.ts";
import { digestReadSteps } from "./digest.ts";
import { dueAccountsStep } from "./due-accounts.ts";
import { endpointSteps } from "./endpoints.ts";
import { historySteps } from "./history.ts";
import { listDeliveriesStep } from "./list-deliveries.ts";
import { assertPostgresMigrated } from "./migrate.ts";
import { nextCommandDueStep } from "./next-command-due.ts";
import { operatorSteps } from "./operators.ts";
import { rollUpSteps } from "./roll-up.ts";
import { settleCommandStep } from "./settle-command.ts";
import { storeDeliveriesStep } from "./store-deliveries.ts";
import { streamSteps } from "./streams.ts";
import { trackSteps } from "./tracks.ts";
import { trimStep } from "./trim.ts";
import { usageStep } from "./usage.ts";

/** How long closing waits for queries that still run. */
const CLOSE_TIMEOUT_SECONDS = 10;

/**
 * The store over a database that `migratePostgres` has brought up to `migrations`. `announce` is called after a step
 * that left work for another process to hear of. Closing the store ends the clients.
 *
 * @param copier for batches of deliveries that are worth it; closed with the store
 */
export function postgresStore(
  client: Sql,
  migrations: readonly Migration[],
  announce: Waker["wake"],
  copier?: DeliveryCopier,
): Store {
  const db = openDatabase(client);
  return {
    ...endpointSteps(db),
    storeDeliveries: storeDeliveriesStep(client, () => announce("deliveries"), copier),
    claimDeliveries: claimDeliveriesStep(db),
    ...digestReadSteps(db),
    commitDigest: commitDigestStep(db, () => announce("commands")),
    dueAccounts: dueAccountsStep(db),
    claimCommands: claimCommandsStep(db),
    settleCommand: settleCommandStep(db),
    nextCommandDue: nextCommandDueStep(db),
    ...streamSteps(db),
    ...rollUpSteps(db),
    ...accountSteps(db),
    ...historySteps(db),
    trim: trimStep(db),
    usage: usageStep(db),
    listDeliveries: listDeliveriesStep(db),
    ...trackSteps(db),
    ...operatorSteps(db),
    ping: () => assertPostgresMigrated(client, migrations),
    close: async () => {
      const options = { timeout: CLOSE_TIMEOUT_SECONDS };
      await allOf([client.end(options), copier?.close(options)]);
    },
  };
}
