/** Runs of which nothing is heard: their assumption is believed, they are called slow, or said to have no news. Makes no call. */
import type { Endpoint } from "../model/endpoint.ts";
import type { RunRecord } from "../model/run-record.ts";
import type { Track } from "../model/track.ts";
import type { LingerPolicy } from "../compose/linger.ts";
import { settle } from "../tracking/merge.ts";
import { lookAt } from "../tracking/watch.ts";
import type { WatchPolicy } from "../tracking/watch.ts";
import { NOTHING } from "./apply-signals.ts";
import { commitWithRetry } from "./commit-with-retry.ts";
import type { CommitDeps } from "./commit-with-retry.ts";
import { loadKnowledge } from "./load-track-context.ts";
import { moveTrack } from "./update-track.ts";
import type { KnownTrack, MovedTrack, Origin } from "./update-track.ts";

export interface LookDeps extends CommitDeps {
  readonly store: CommitDeps["store"];
  readonly findEndpoint: (id: string) => Promise<Endpoint | undefined>;
  readonly watch: WatchPolicy;
  readonly linger: LingerPolicy;
}

/** Looks at a run of which nothing was heard: believes its assumption, calls it slow, says that there is no news. */
export async function lookAgain(deps: LookDeps, track: Track, { run }: RunRecord): Promise<void> {
  const endpoint = await deps.findEndpoint(track.endpointId);
  await commitWithRetry(
    deps,
    async () => {
      const now = deps.clock.now();
      const known = await loadKnowledge(deps.store, track.endpointId, track.key, run.id, now);
      const settings = endpoint ?? { ...GONE, id: track.endpointId };
      const origin = {
        endpoint: settings,
        deliveryId: null,
        now,
        watch: deps.watch,
        linger: deps.linger,
      };
      const isDue = (known.run?.lookAt ?? Infinity) <= now;
      if (!known.track || !known.run || !isDue) return NOTHING;
      const moved = moveLooked(origin, { ...known, track: known.track }, known.run);
      return {
        tracks: [moved.write],
        commands: endpoint ? moved.commands : [],
        filteredBy: undefined,
      };
    },
    () => null,
  );
}

function moveLooked(origin: Origin, known: KnownTrack, record: RunRecord): MovedTrack {
  const look = lookAt(record, known.expected, origin.watch, origin.now);
  switch (look.kind) {
    case "settle":
      return moveTrack(origin, known, settle(record.run), "settled");
    case "silent":
      return moveTrack(origin, known, record.run, "silent");
    case "give_up":
      return moveTrack(origin, known, record.run, "given_up");
    case "later":
      // It has become slow, or it was looked at too early.
      return moveTrack(origin, known, record.run, "refreshed");
  }
}

/** Settings for the runs of a deleted endpoint: they are settled for the record, and nobody is told. */
const GONE = {
  name: "",
  provider: "",
  account: "",
  deliver: "auto",
  notify: "none",
  channels: null,
  filters: {},
  mapping: null,
  enabled: false,
  max_body_bytes: null,
} as const;
