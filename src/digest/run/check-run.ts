/**
 * Runs of which nothing is heard: their assumption is believed, they are called slow, or said to
 * have no news. Makes no call.
 */
import type { Endpoint, EndpointExtras, EndpointSettings } from "../../model/endpoint.ts";
import type { LingerPolicy } from "../../compose/linger.ts";
import type { RunRecord } from "../../model/run/run-record.ts";
import type { Run } from "../../model/run/run.ts";
import type { Track } from "../../model/run/track.ts";
import { concludeFromJobs, settle } from "../../tracking/merge.ts";
import { nextCheck, turnedSlow } from "../../tracking/watch.ts";
import type { RunCheck, WatchPolicy } from "../../tracking/watch.ts";
import { NOTHING } from "../advance.ts";
import type { Advanced } from "../advance.ts";
import { advanceRun } from "./advance-run.ts";
import { commitWithRetry } from "../commit-with-retry.ts";
import type { CommitDeps } from "../commit-with-retry.ts";
import { createDraft } from "../draft.ts";
import type { Origin } from "../origin.ts";
import type { Trigger } from "../card/show-run.ts";

export interface CheckDeps extends CommitDeps {
  readonly store: CommitDeps["store"];
  readonly findEndpoint: (id: string) => Promise<Endpoint | undefined>;
  readonly watch: WatchPolicy;
  readonly linger: LingerPolicy;
  readonly updateIntervalMs: number;
}

/**
 * Checks a run of which nothing was heard: believes its assumption, calls it slow, or says that
 * there is no news.
 */
export async function checkRun(deps: CheckDeps, track: Track, { run }: RunRecord): Promise<void> {
  const endpoint = await deps.findEndpoint(track.endpointId);
  await commitWithRetry(
    deps,
    async () => {
      const origin = originOf(deps, endpoint, track.endpointId);
      const advanced = await checked(deps.store, origin, track, run.id);
      return endpoint ? advanced : { ...advanced, commands: [], memory: {} };
    },
    () => null,
  );
}

/**
 * No delivery is behind it; a deleted endpoint's runs are settled for the record, and nobody is
 * told.
 */
export const originOf = (
  deps: CheckDeps,
  endpoint: Endpoint | undefined,
  endpointId: string,
): Origin => ({
  endpoint: endpoint ?? { ...GONE, id: endpointId },
  event: undefined,
  deliveryId: null,
  occurrenceKey: "",
  now: deps.clock.now(),
  watch: deps.watch,
  linger: deps.linger,
  updateIntervalMs: deps.updateIntervalMs,
  nameOf: async (id) => (await deps.findEndpoint(id))?.provider ?? "another endpoint",
  endpointOf: async (id) => {
    const found = await deps.findEndpoint(id);
    return found?.enabled ? found : undefined;
  },
});

async function checked(
  store: CommitDeps["store"],
  origin: Origin,
  track: Track,
  runId: string,
): Promise<Advanced> {
  const draft = createDraft(store);
  const home = await draft.loadTrack(track.endpointId, track.key, runId);
  const { run: record, track: on } = home;
  if (!record || !on || (record.checkAt ?? Infinity) > origin.now) return NOTHING;
  const expected = record.forecast?.expected ?? undefined;
  const check = nextCheck(record, expected, origin.watch, origin.now);
  if (check.kind === "later" && !turnedSlow(record.run, expected, record.updatedAt, origin.now)) {
    const run = { ...record, checkAt: check.at };
    draft.writeTrack({ track: { ...on, version: on.version + 1 }, run, before: record });
    return { ...NOTHING, ...draft.writes() };
  }
  const [after, trigger] = afterCheck(check, record.run);
  const still = { isHeldOver: false, news: undefined };
  const advance = await advanceRun(origin, draft, home, after, trigger, still);
  return { ...draft.writes(), ...advance, filteredBy: undefined };
}

function afterCheck(check: RunCheck, run: Run): readonly [Run, Trigger] {
  switch (check.kind) {
    case "settle":
      return [settle(run), "settled"];
    case "conclude":
      return [concludeFromJobs(run) ?? run, "settled"];
    case "silent":
      return [run, "silent"];
    case "give_up":
      return [run, "given_up"];
    case "later":
      // It has become slow.
      return [run, "refreshed"];
  }
}

/** Settings for the runs of a deleted endpoint. */
const GONE: EndpointSettings & EndpointExtras & { provider: string; account: string } = {
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
  rules: [],
  options: {},
  me: [],
  expect: [],
};
