/** All steps of a store by kind, for what is wrapped around every one of them. */
import type { Store } from "./port.ts";

/**
 * - `work`: a step of the pipeline. Where its outcome is unknown it is done again by whoever finds
 *   it undone.
 * - `repeatable`: a write of a person's, or of what a call was answered. Nobody would find it undone, or
 *   not before the call was made again. Doing it twice is doing it once, so an unknown outcome is
 *   asked again.
 * - `slow`: lists and maintenance, which may read a lot.
 * - `close`: the end.
 */
export type StepKind = "work" | "repeatable" | "slow" | "close";

const KINDS = {
  insertEndpoint: "repeatable",
  findEndpoint: "work",
  listEndpoints: "slow",
  updateEndpoint: "repeatable",
  deleteEndpoint: "repeatable",
  rotateSecret: "repeatable",
  pinEndpoint: "work",
  storeDeliveries: "work",
  claimDeliveries: "work",
  unclaimedDeliveries: "work",
  putOffDelivery: "work",
  loadTrack: "work",
  findRun: "work",
  findRuns: "work",
  recentDurations: "work",
  lineDurations: "work",
  lastRunOfLine: "work",
  lastConclusion: "work",
  commitDigest: "work",
  enqueueCommands: "repeatable",
  dueChecks: "work",
  loadMemory: "work",
  openIncidents: "work",
  claimDue: "work",
  nextDue: "work",
  dueAccounts: "work",
  claimCommands: "work",
  settleCommand: "repeatable",
  waitingPushes: "work",
  replacePushes: "work",
  nextCommandDue: "work",
  endWaitsBeyond: "work",
  findStream: "work",
  calledStreams: "work",
  displaceStream: "work",
  wakeCommands: "work",
  openStreamCommands: "work",
  newestEndpointOf: "work",
  loadAccount: "work",
  saveAccount: "work",
  listAccounts: "work",
  addRefusedAttempts: "work",
  listRefusedAttempts: "slow",
  refusedTotals: "slow",
  listCalls: "slow",
  eventsAfter: "slow",
  listDeliveries: "slow",
  lastDeliveries: "slow",
  commandsOfDeliveries: "slow",
  findDelivery: "slow",
  replayDelivery: "repeatable",
  listTracks: "slow",
  listRuns: "slow",
  listIncidents: "slow",
  listCommands: "slow",
  findCommand: "slow",
  retryCommand: "repeatable",
  counts: "slow",
  trim: "slow",
  usage: "slow",
  releaseClaims: "work",
  sealedTexts: "slow",
  ping: "work",
  close: "close",
} as const satisfies Record<keyof Store, StepKind>;

export type StepName = keyof Store;
type Step = (...given: unknown[]) => Promise<unknown>;

/** A store of which each step is what `stepOf` makes of its name and kind. */
export function storeOf(stepOf: (name: StepName, kind: StepKind) => Step): Store {
  const steps = Object.entries(KINDS).map(([name, kind]) => [
    name,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the table above
    stepOf(name as StepName, kind),
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one step for each key; their types are those of the store they stand for
  return Object.fromEntries(steps) as Store;
}

/** Does a store's step by its name. */
export function stepOf(store: Store, name: StepName): Step {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is given comes from a caller who has the step's own type
  return store[name] as Step;
}

/**
 * The store with some of its steps replaced. Each other step is looked up when it is called, so the
 * store may be a plain object or an instance of a class.
 */
export function withSteps(store: Store, replaced: Partial<Store>): Store {
  return storeOf((name) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as in `stepOf`
    const own = replaced[name] as Step | undefined;
    return own ?? (async (...given) => Reflect.apply(stepOf(store, name), store, given));
  });
}
