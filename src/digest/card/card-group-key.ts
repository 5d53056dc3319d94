/** Which tracks may share cards: what their shown runs and those who see them have in common. Pure. */
import type { Run } from "../../model/run/run.ts";
import { isOfBot, isOfDefaultBranch } from "../../tracking/whose.ts";
import { lineKeyOf } from "../../tracking/track.ts";
import type { TrackIdentity } from "../../tracking/track.ts";
import type { Origin } from "../origin.ts";

/**
 * What its runs and those who see them have in common: a card that is on the screen cannot come to
 * others. Undefined where nothing is known that others could share.
 */
export function groupKeyOf(origin: Origin, identity: TrackIdentity, run: Run): string | undefined {
  const common = commonOf(origin, identity, run);
  const { channels } = origin.endpoint;
  const audience = channels ? `@${channels.toSorted().join()}` : "";
  return common && common + audience;
}

function commonOf(origin: Origin, identity: TrackIdentity, run: Run): string | undefined {
  const { facts, environment, deployment, source } = run;
  const isMain = isOfDefaultBranch(run);
  const isProduction = environment?.kind === "production";
  const line = () =>
    [origin.endpoint.id, lineKeyOf(identity.projectId, identity.lineId), environment?.kind].join();
  if (source?.isFork && !isProduction) return `forks:${line()}`;
  if (isOfBot(run) && !isProduction && !isMain) return `bots:${line()}`;
  const commit = facts["commit"]?.value;
  if (commit) return `commit:${commit}`;
  const [key] = deployment?.keys ?? [];
  return key && `deployment:${key}`;
}
