/** A room of `src/` and the tests that hold it: whatever is changed there, one of them fails. */
export interface Room {
  /** Folders and files in `src/`. */
  readonly code: readonly string[];
  /** Folders and files in `test/`. */
  readonly tests: readonly string[];
}

const room = (name: string, ...more: readonly string[]): readonly [string, Room] => [
  name,
  { code: [name], tests: [name, ...more] },
];

/** Tests of whole deliveries are slow beside tables of plain data: they come last. */
export const ROOMS: ReadonlyMap<string, Room> = new Map([
  room("verify"),
  room("tracking"),
  room("pacing", "dispatch/budgets.test.ts", "dispatch/probe.test.ts"),
  room("compose", "dispatch/shared-cards.test.ts", "telling"),
  room("util"),
  room("destinations"),
  room("telling"),
  room("receive"),
  room("adapter", "adapters"),
  ["dispatch/answer", { code: ["dispatch/answer"], tests: ["dispatch"] }],
]);
