/** A room of `src/` and the tests that hold it: whatever is changed there, one of them fails. */
export interface Room {
  /** Folders and files in `src/`. */
  readonly code: readonly string[];
  /** Folders and files in `test/`. */
  readonly tests: readonly string[];
}

const room = (name: string): readonly [string, Room] => [name, { code: [name], tests: [name] }];

export const ROOMS: ReadonlyMap<string, Room> = new Map([
  room("verify"),
  room("compose"),
  room("tracking"),
  room("pacing"),
  room("telling"),
  room("receive"),
  room("util"),
  room("destinations"),
]);
