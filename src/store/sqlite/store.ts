/**
 * The store in SQLite: in a file through node:sqlite, or in Cloudflare D1. Every step is one atomic
 * batch.
 */
import type { Store } from "../port.ts";
import type { Migration } from "../migrations.ts";
import { accountSteps } from "./steps/accounts.ts";
import { claimCommandsStep } from "./steps/claim-commands.ts";
import { claimDeliveriesSteps } from "./steps/claim-deliveries.ts";
import { commitDigestStep } from "./steps/commit-digest.ts";
import { countsStep } from "./steps/counts.ts";
import { openDatabase } from "./driver/database.ts";
import { digestReadSteps } from "./steps/digest.ts";
import type { SqliteDriver } from "./driver/driver.ts";
import { dueAccountsStep } from "./steps/due-accounts.ts";
import { effectSteps } from "./steps/effects.ts";
import { endpointSteps } from "./steps/endpoints.ts";
import { eventSteps } from "./steps/events.ts";
import { historySteps } from "./steps/history.ts";
import { lastDeliveriesStep, listDeliveriesStep } from "./steps/list-deliveries.ts";
import { assertSqliteMigrated } from "./migrate.ts";
import { memorySteps } from "./steps/memory.ts";
import { nextCommandDueStep } from "./steps/next-command-due.ts";
import { operatorSteps } from "./steps/operators.ts";
import { withRowErrors } from "./driver/rejected-rows.ts";
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

/**
 * The store over a database that `migrateSqlite` has brought up to `migrations`. Closing it closes
 * the driver.
 */
export function sqliteStore(opened: SqliteDriver, migrations: readonly Migration[]): Store {
  const driver = withRowErrors(opened);
  const db = openDatabase(driver);
  const commitDigest = commitDigestStep(driver);
  return {
    ...endpointSteps(driver, db),
    storeDeliveries: storeDeliveriesStep(driver),
    ...claimDeliveriesSteps(driver),
    ...digestReadSteps(driver),
    commitDigest,
    enqueueCommands: async (commands, now) =>
      void (await commitDigest({ delivery: null, tracks: [], commands, now })),
    dueAccounts: dueAccountsStep(driver),
    claimCommands: claimCommandsStep(driver),
    settleCommand: settleCommandStep(driver),
    nextCommandDue: nextCommandDueStep(driver),
    ...streamSteps(driver),
    ...latePushSteps(driver),
    ...rollUpSteps(db),
    ...accountSteps(driver),
    ...historySteps(driver),
    ...memorySteps(driver),
    ...refusedAttemptSteps(driver),
    ...eventSteps(driver),
    trim: trimStep(db),
    usage: usageStep(driver),
    sealedTexts: sealedTextsStep(db),
    listDeliveries: listDeliveriesStep(driver),
    lastDeliveries: lastDeliveriesStep(driver),
    ...trackSteps(db),
    ...effectSteps(driver),
    ...operatorSteps(driver),
    counts: countsStep(driver),
    ping: () => assertSqliteMigrated(driver, migrations),
    close: () => driver.close(),
  };
}
