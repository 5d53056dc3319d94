/**
 * What every store must do, sentence by sentence of the port: one suite, run against each of them.
 */
import { afterEach, beforeEach, describe } from "vitest";
import type { Store } from "../../src/store/port.ts";
import { accountConformance } from "./conformance/accounts.ts";
import { commandConformance } from "./conformance/commands.ts";
import { deliveryConformance } from "./conformance/deliveries.ts";
import { digestConformance } from "./conformance/digest.ts";
import { endpointConformance } from "./conformance/endpoints.ts";
import { dueAccountConformance } from "./conformance/due-accounts.ts";
import { eventConformance } from "./conformance/events.ts";
import { historyConformance } from "./conformance/history.ts";
import { leaveAccountConformance } from "./conformance/detach-endpoint.ts";
import { lifeConformance } from "./conformance/life.ts";
import { memoryConformance } from "./conformance/memory.ts";
import { operatorConformance } from "./conformance/operators.ts";
import { refusedAttemptConformance } from "./conformance/refused-attempts.ts";
import { latePushConformance } from "./conformance/late-pushes.ts";
import { rollUpConformance } from "./conformance/roll-up.ts";
import { sealedTextConformance } from "./conformance/sealed-texts.ts";
import { streamConformance } from "./conformance/streams.ts";
import { trackConformance } from "./conformance/tracks.ts";
import { trimConformance } from "./conformance/trim.ts";
import { usageConformance } from "./conformance/usage.ts";

export interface OpenedStore {
  /** On an empty database. */
  readonly store: Store;
  /** One more process's store on the same database. */
  readonly another: () => Promise<Store>;
  /** Closes every store and releases what belongs to the database. */
  readonly dispose: () => Promise<void>;
}

/** The store under test; a new one for each test. */
export type Current = () => OpenedStore;

export function storeConformance(name: string, open: () => Promise<OpenedStore>): void {
  describe(name, () => {
    let opened: OpenedStore | undefined;
    const current: Current = () => {
      if (!opened) throw new Error("The store is not open.");
      return opened;
    };
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened?.dispose());

    endpointConformance(current);
    leaveAccountConformance(current);
    deliveryConformance(current);
    digestConformance(current);
    commandConformance(current);
    dueAccountConformance(current);
    sealedTextConformance(current);
    streamConformance(current);
    latePushConformance(current);
    rollUpConformance(current);
    accountConformance(current);
    historyConformance(current);
    memoryConformance(current);
    refusedAttemptConformance(current);
    eventConformance(current);
    trimConformance(current);
    usageConformance(current);
    operatorConformance(current);
    trackConformance(current);
    lifeConformance(current);
  });
}
