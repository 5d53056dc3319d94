/** What a report leaves out of its run, and the past of its track knows. Reads only. */
import type { Run } from "../../model/run/run.ts";
import type { Track } from "../../model/run/track.ts";
import { servingKeyOfTrack } from "../../telling/serving.ts";
import { runTimes } from "../../tracking/segments.ts";
import type { TrackIdentity } from "../../tracking/track.ts";
import type { Draft } from "../draft.ts";

/** The run with its project's name, and with what its coming back means. */
export async function completeRun(
  draft: Draft,
  run: Run,
  identity: TrackIdentity,
  track: Track,
): Promise<Run> {
  const { serves } = run;
  const isOlder =
    serves?.how === "restored" && (await replacesNewer(draft, run, identity, track.endpointId));
  const named = withName(run, track.projectName);
  return serves && isOlder ? { ...named, serves: { ...serves, how: "rolled_back" } } : named;
}

/** Whether what served before was made after this run. */
async function replacesNewer(
  draft: Draft,
  run: Run,
  identity: TrackIdentity,
  endpointId: string,
): Promise<boolean> {
  const key = servingKeyOfTrack(endpointId, identity);
  const { servings } = await draft.recall({ servings: [key] });
  const before = servings.find(
    (it) =>
      it.projectId === key.projectId &&
      it.lineId === key.lineId &&
      it.environment === key.environment,
  );
  if (!before || !run.serves || before.runId === run.id || before.since >= run.serves.at)
    return false;
  const served = await draft.findRun(endpointId, before.runId);
  return served !== undefined && runTimes(served.run.run).createdAt > runTimes(run).createdAt;
}

/** Where a report gives only the project's id, that stands in the place of its name. */
const withName = (run: Run, name: string): Run =>
  run.project.value === run.project.id && name !== ""
    ? { ...run, project: { ...run.project, value: name } }
    : run;
