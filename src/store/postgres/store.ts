/**
 * The store in Postgres, which several gateway processes may share. Opens no connection of its own.
 */
import type { Sql } from "postgres";
import { waitForAll } from "../../util/async/wait-for-all.ts";
import type { Waker } from "../../ports.ts";
import type { Store } from "../port.ts";
import type { Migration } from "../migrations.ts";
import { retryingSteps } from "./retrying-steps.ts";
import { accountSteps } from "./steps/accounts.ts";
import { claimCommandsStep } from "./steps/claim-commands.ts";
import { claimDeliveriesSteps } from "./steps/claim-deliveries.ts";
import { commitDigestStep } from "./steps/commit-digest.ts";
import { countsStep } from "./steps/counts.ts";
import { openDatabase } from "./driver/database.ts";
import type { DeliveryCopier } from "./steps/copy-deliveries.ts";
import { digestReadSteps } from "./steps/digest.ts";
import { dueAccountsStep } from "./steps/due-accounts.ts";
import { effectSteps } from "./steps/effects.ts";
import { endpointSteps } from "./steps/endpoints.ts";
import { eventSteps } from "./steps/events.ts";
import { historySteps } from "./steps/history.ts";
import { lastDeliveriesStep, listDeliveriesStep } from "./steps/list-deliveries.ts";
import { assertPostgresMigrated } from "./migrate.ts";
import { memorySteps } from "./steps/memory.ts";
import { nextCommandDueStep } from "./steps/next-command-due.ts";
import { operatorSteps } from "./steps/operators.ts";
import { refusedAttemptSteps } from "./steps/refused-attempts.ts";
import { latePushSteps } from "./steps/late-pushes.ts";
import { rollUpSteps } from "./steps/roll-up.ts";
import { sealedTextsStep } from "./steps/sealed-texts.ts";
import { settleCommandStep } from "./steps/settle-command.ts";
import { storeDeliveriesStep } from "./steps/store-deliveries.ts";
import { streamSteps } from "./steps/streams.ts";
import { trackSteps } from "./steps/tracks.ts";
import { trimStep } from "./steps/trim.ts";
import { usageStep } from "./steps/usage.ts";

/** How long closing waits for queries that still run. */
const CLOSE_TIMEOUT_SECONDS = 3;

/**
 * The store over a database that `migratePostgres` has brought up to `migrations`. `announce` is
 * called after a step that left work for another process to hear of. Closing the store ends the
 * clients.
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
  const commitDigest = commitDigestStep(client, () => announce("commands"));
  return retryingSteps({
    ...endpointSteps(db),
    storeDeliveries: storeDeliveriesStep(client, () => announce("deliveries"), copier),
    ...claimDeliveriesSteps(client),
    ...digestReadSteps(client),
    commitDigest,
    enqueueCommands: async (commands, now) =>
      void (await commitDigest({ delivery: null, tracks: [], commands, now })),
    dueAccounts: dueAccountsStep(client),
    claimCommands: claimCommandsStep(client),
    settleCommand: settleCommandStep(client),
    nextCommandDue: nextCommandDueStep(client),
    ...streamSteps(client),
    ...latePushSteps(client),
    ...rollUpSteps(db),
    ...accountSteps(client),
    ...historySteps(client),
    ...memorySteps(client),
    ...refusedAttemptSteps(client),
    ...eventSteps(client),
    trim: trimStep(db),
    usage: usageStep(client),
    sealedTexts: sealedTextsStep(db),
    listDeliveries: listDeliveriesStep(client),
    lastDeliveries: lastDeliveriesStep(client),
    ...trackSteps(db),
    ...effectSteps(client),
    ...operatorSteps(client),
    counts: countsStep(client),
    ping: () => assertPostgresMigrated(client, migrations),
    close: async () => {
      const options = { timeout: CLOSE_TIMEOUT_SECONDS };
      await waitForAll([client.end(options), copier?.close(options)]);
    },
  });
}
