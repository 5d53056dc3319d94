/** What a command is called. Holds no clock: the time is passed in. */
import { newId } from "../util/id.ts";

const PREFIX = "cmd_";
/** `dlv_` and `cmd_` are as long. */
const PREFIX_LENGTH = PREFIX.length;
/** The time of making, and what tells apart what is made in the same ms. */
const TIME_CHARACTERS = 10;
const OWN_CHARACTERS = 6;

/**
 * A new id, e.g. `cmd_01K7ZK3V5Q4W8M2N6P9R0S1T2V_01K7ZK3V5R0S1T2V`: it begins with the id of the
 * delivery that asked for it, so that the store finds a delivery's commands by the primary key. Ids
 * sort by the time of their delivery, and of one delivery by their own.
 *
 * @param deliveryId null where no delivery asked for it: then by the time of making alone
 * @param now ms since the epoch
 */
export function newCommandId(deliveryId: string | null, now: number): string {
  const own = newId("cmd", now);
  if (deliveryId === null) return own;
  const unique =
    own.slice(PREFIX_LENGTH, PREFIX_LENGTH + TIME_CHARACTERS) + own.slice(-OWN_CHARACTERS);
  return `${PREFIX}${deliveryId.slice(PREFIX_LENGTH)}_${unique}`;
}
