/**
 * Which places are free though the account's row still has them: the end of a stream that is
 * confirmed writes its place off only where somebody may want it. Reads only.
 */
import type { AccountState } from "../../model/account.ts";
import { hasLeft } from "../../model/card/has-left.ts";
import type { LeftSlot } from "../../pacing/slots.ts";
import type { OutboxStore } from "../../store/port.ts";

/** The roll-up's own is written off at once, as its place is kept while it is there. */
export async function leftSlots(
  store: Pick<OutboxStore, "findStream">,
  { slots, rollUp }: AccountState,
): Promise<readonly LeftSlot[]> {
  const leaving = slots.filter(
    ({ leavesAt, streamKey }) => leavesAt !== undefined && streamKey !== rollUp?.streamKey,
  );
  const streams = await Promise.all(leaving.map(({ streamKey }) => store.findStream(streamKey)));
  return leaving.filter((slot, at) => hasLeft(slot, streams[at]));
}
