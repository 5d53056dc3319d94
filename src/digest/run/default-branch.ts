/**
 * Which branch is a project's default one: remembered where a payload tells it, for those that do
 * not. Reads; writes the draft.
 */
import type { Run } from "../../model/run/run.ts";
import type { TrackIdentity } from "../../tracking/track.ts";
import type { Draft } from "../draft.ts";
import type { Origin } from "../origin.ts";
import { waitFor } from "../due/wait.ts";

const DAY_MS = 24 * 60 * 60_000;
/** A project that is silent for longer is forgotten. */
const KEPT_MS = 400 * DAY_MS;
/** So often it is written anew, though nothing has changed. */
const RENEWED_MS = 100 * DAY_MS;

const KIND = "default_branch";

/**
 * The run with what its project's default branch says of its own.
 *
 * @param before as it was known; of what it told already nothing is looked up again
 */
export async function withDefaultBranch(
  origin: Origin,
  draft: Draft,
  run: Run,
  before: Run | undefined,
  { projectId }: TrackIdentity,
): Promise<Run> {
  const told = toldBy(run);
  if (told !== undefined) {
    if (before && toldBy(before) === told) return run;
    await keep(origin, draft, projectId, told);
    return run;
  }
  const branch = run.facts["branch"]?.value;
  const isNews = before?.attempt !== run.attempt || before.facts["branch"] === undefined;
  if (branch === undefined || !isNews || run.source?.isFork || !matters(run)) return run;
  const known = (await kept(origin, draft, projectId))?.branch;
  if (known === undefined) return run;
  return { ...run, source: { ...run.source, isDefaultBranch: branch === known } };
}

const toldBy = ({ source, facts }: Run): string | undefined =>
  source?.isDefaultBranch ? facts["branch"]?.value : source?.defaultBranch;

/** Production always rings, a preview is nobody's default branch. */
const matters = ({ environment }: Run): boolean =>
  environment === undefined || environment.kind === "other";

async function kept({ endpoint }: Origin, draft: Draft, projectId: string) {
  const key = `${endpoint.id}:${projectId}`;
  const { due } = await draft.recall({ due: [{ kind: KIND, key }] });
  const row = due.find((it) => it.kind === KIND && it.key === key);
  const branch = row?.payload["branch"];
  return typeof branch === "string" ? { branch, until: row?.dueAt ?? 0 } : undefined;
}

async function keep(
  origin: Origin,
  draft: Draft,
  projectId: string,
  branch: string,
): Promise<void> {
  const known = await kept(origin, draft, projectId);
  const dueAt = origin.now + KEPT_MS;
  if (known?.branch === branch && known.until > dueAt - RENEWED_MS) return;
  await waitFor(
    origin,
    draft,
    { kind: KIND, key: projectId, dueAt, payload: { branch } },
    "replace",
  );
}
