/** Whether the card of a place has left the screen, by what is known of its stream. Pure. */
import type { AccountState } from "../account.ts";
import type { StreamRecord } from "./stream.ts";

type Slot = AccountState["slots"][number];

/** Its end was confirmed since it was called: nothing of it is on the screen any more. */
export const hasLeft = (
  { leavesAt }: Pick<Slot, "leavesAt">,
  stream: StreamRecord | undefined,
): boolean =>
  leavesAt !== undefined && stream?.alive === false && (stream.confirmedAt ?? 0) >= leavesAt;
