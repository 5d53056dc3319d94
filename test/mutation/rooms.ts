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

/** Tests of plain data come first; tests of whole deliveries only where nothing else holds a room. */
export const ROOMS: ReadonlyMap<string, Room> = new Map([
  room("verify"),
  room("tracking"),
  room("pacing"),
  room("compose"),
  room("util", "verify/decode-and-compare.test.ts"),
  [
    "destinations",
    {
      code: ["destinations"],
      tests: ["destinations/activitysmith", "dispatch/answer-table.test.ts"],
    },
  ],
  room("telling"),
  [
    "receive",
    {
      code: ["receive"],
      tests: [
        "receive/receive.test.ts",
        "receive/results.test.ts",
        "receive/refused-memory.test.ts",
        "receive/check-sealed.test.ts",
        "receive/redact.test.ts",
        "receive/endpoint-directory.test.ts",
        "receive/canary-flights.test.ts",
      ],
    },
  ],
  room("adapter", "adapters"),
  [
    "dispatch/answer",
    {
      code: ["dispatch/answer"],
      tests: ["dispatch/answer-outcomes.test.ts", "dispatch/answer-table.test.ts"],
    },
  ],
]);
