/** Deletes tracks that nobody comes back to, with the run that each shows and its stream. */
import type { Store } from "../../port.ts";
import { HAS_NO_CARD, IS_OLD, IS_PASSING } from "../../sql/passing-tracks.ts";
import type { Client } from "../driver/statement.ts";
import { statement } from "../driver/statement.ts";

const isOpen = (status: "pending" | "sending"): string => `exists (select 1 from commands
  where commands.stream_key = track.stream_key and commands.status = '${status}')`;

/** Locked: a digest that knows one of them finds it changed, and makes it anew. */
const lockOldTracks = statement(
  `select track.id from runs as old
     join tracks as track on track.id = old.track_id and track.shown_run_id = old.run_id
   where old.ended_at < :before and old.updated_at < :before and ${IS_PASSING} and ${IS_OLD}
     and ${HAS_NO_CARD} and not ${isOpen("pending")} and not ${isOpen("sending")}
   order by old.ended_at limit :limit for update of track skip locked`,
  ([id]) => String(id),
);

/** Ids of tracks hold no comma. */
const IDS = `(select unnest(string_to_array(:ids, ',')))`;

const deletions = [
  `delete from streams where stream_key in (select stream_key from tracks where id in ${IDS}) returning 1`,
  `delete from runs where track_id in ${IDS} returning 1`,
  `delete from tracks where id in ${IDS} returning 1`,
].map((text) => statement(text));

/** In the transaction of `tx`; answers how many rows went. */
export async function trimTracks(
  tx: Client,
  options: Parameters<Store["trim"]>[0],
): Promise<number> {
  const ids = await lockOldTracks(tx, { ...options });
  if (ids.length === 0) return 0;
  let deleted = 0;
  for (const it of deletions) deleted += (await it(tx, { ids: ids.join(",") })).length;
  return deleted;
}
