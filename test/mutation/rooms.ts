/** Which folders of tests hold which room of `src/`: whatever is changed there, one of them fails. */
export const ROOMS: ReadonlyMap<string, readonly string[]> = new Map([
  ["verify", ["verify"]],
  ["compose", ["compose"]],
  ["tracking", ["tracking"]],
  ["pacing", ["pacing"]],
  ["telling", ["telling"]],
  ["receive", ["receive"]],
  ["util", ["util"]],
  ["destinations", ["destinations"]],
]);
