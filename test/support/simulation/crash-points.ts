/**
 * The named points at which a gateway is killed: before and after everything that receive, digest
 * and dispatch await. Data only.
 */
import type { Store } from "../../../src/store/port.ts";

/** The core API's calls by their method: a push is POST, an update PUT, an end DELETE. */
export const CALL_STEPS: Readonly<Record<string, string>> = {
  POST: "callPush",
  PUT: "callUpdate",
  DELETE: "callEnd",
};

const STORE_STEPS = [
  "findEndpoint",
  "pinEndpoint",
  "storeDeliveries",
  "claimDeliveries",
  "loadTrack",
  "lineDurations",
  "lastRunOfLine",
  "commitDigest",
  "dueChecks",
  "dueAccounts",
  "loadAccount",
  "saveAccount",
  "claimCommands",
  "settleCommand",
  "findStream",
  "displaceStream",
  "wakeCommands",
  "nextCommandDue",
] as const satisfies readonly (keyof Store)[];

export const CRASH_POINTS: readonly string[] = [
  ...STORE_STEPS,
  ...Object.values(CALL_STEPS),
].flatMap((step) => [`before:${step}`, `after:${step}`]);

/**
 * One of each kind of moment, for CI: on Postgres the claims of a killed process have to run out,
 * which takes its time.
 */
export const REPRESENTATIVE_POINTS: readonly string[] = [
  "before:storeDeliveries",
  "after:storeDeliveries",
  "after:claimDeliveries",
  "after:commitDigest",
  "after:claimCommands",
  "after:saveAccount",
  "after:callPush",
  "after:callEnd",
  "before:settleCommand",
];
