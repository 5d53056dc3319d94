/**
 * Which run serves a line in an environment: the last that went live, by the provider's clock.
 * Pure.
 */
import type { Run } from "../model/run/run.ts";
import type { Serving } from "../model/run/standing.ts";
import type { TrackIdentity } from "../tracking/track.ts";

export type ServingKey = Pick<Serving, "endpointId" | "projectId" | "lineId" | "environment">;

export const servingKeyOf = (
  endpointId: string,
  projectId: string,
  lineId: string | null | undefined,
  environment: string | null | undefined,
): ServingKey => ({
  endpointId,
  projectId,
  lineId: lineId ?? "",
  environment: environment ?? "",
});

export const servingKeyOfTrack = (endpointId: string, it: TrackIdentity): ServingKey =>
  servingKeyOf(endpointId, it.projectId, it.lineId, it.environment);

/**
 * What a run says of serving; where its provider does not tell, a deployment that succeeded serves.
 */
export function servesOf(run: Run): NonNullable<Run["serves"]> | undefined {
  if (run.serves) return run.serves;
  const { outcome, environment, shape, withheld } = run;
  if (!environment || shape !== "line" || withheld) return undefined;
  return outcome?.state === "succeeded" && !outcome.provisional
    ? { how: "live", at: outcome.at }
    : undefined;
}

/** The row as it should be; undefined where the run changes nothing of it. */
export function servingAfter(
  known: Serving | undefined,
  key: ServingKey,
  run: Run,
): Serving | undefined {
  const serves = servesOf(run);
  if (!serves || (known && known.since >= serves.at)) return undefined;
  const commit = run.facts["commit"]?.value ?? null;
  return {
    ...key,
    runId: run.id,
    since: serves.at,
    how: serves.how,
    commit,
    version: known?.version ?? 0,
  };
}
