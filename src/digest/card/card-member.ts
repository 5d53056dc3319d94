/** A track as a member of its group: what it would show by itself, and from when on. Pure. */
import type { ComposedCommand } from "../../compose/commands.ts";
import { MIN_SHOWN_MS } from "../../compose/shared-cards/shared-cards.ts";
import type { CardGroup, CardMember } from "../../model/card/card-group.ts";
import type { End, Show } from "../../model/command.ts";
import type { RunRecord } from "../../model/run/run-record.ts";
import type { Track } from "../../model/run/track.ts";
import { runState } from "../../tracking/segments.ts";
import type { TrackIdentity } from "../../tracking/track.ts";

export interface OwnCard {
  readonly track: Track;
  readonly identity: TrackIdentity;
  /** The run that the track showed before, and the one that it shows now. */
  readonly former: RunRecord | undefined;
  readonly shown: RunRecord | undefined;
  /** What the track would do by itself. */
  readonly commands: readonly ComposedCommand[];
}

/** Undefined where it shows nothing. */
export function memberOf(
  { track, shown, identity }: Pick<OwnCard, "track" | "shown" | "identity">,
  intent: Show | End,
  endpointId: string,
  now: number,
): CardMember | undefined {
  if (!shown || intent.kind === "end") return undefined;
  const { run } = shown;
  return {
    trackId: track.id,
    endpointId,
    runId: run.id,
    streamKey: track.streamKey,
    name: identity.lineId === null ? run.project.value : (run.line?.value ?? run.project.value),
    branch: run.facts["branch"]?.value ?? null,
    project: run.project.value,
    environmentKind: run.environment?.kind ?? null,
    keys: run.deployment?.keys ?? [],
    isSecondHand: run.deployment?.secondHand ?? false,
    state: runState(run),
    firstFrameAt: now,
    updatedAt: now,
    show: intent,
  };
}

/**
 * A second app that an endpoint, or a host's bot beside it, tells of waits: with a third all are
 * one card, and none of them may flash.
 */
export function firstFrameAt(
  group: CardGroup,
  member: CardMember,
  known: CardMember | undefined,
  command: ComposedCommand,
  now: number,
): number {
  const own = command.notBefore ?? now;
  const before = known?.show.run === member.show.run ? known?.firstFrameAt : undefined;
  // What is not worth a card of its own hastens no other's.
  if (member.show.onlyIfShown) return before ?? now + MIN_SHOWN_MS;
  if (member.show.lingerMs !== undefined) return Math.min(own, now);
  const others = group.members.filter(
    (it) =>
      it.trackId !== member.trackId &&
      (it.endpointId === member.endpointId || it.isSecondHand || member.isSecondHand) &&
      it.environmentKind === member.environmentKind,
  );
  const isHeld = member.environmentKind !== null && others.length > 0;
  const held = isHeld ? Math.min(...others.map((it) => it.firstFrameAt)) + MIN_SHOWN_MS : 0;
  return Math.min(before ?? Infinity, Math.max(own, held));
}

/** It came to nothing, and a segment stands for it. */
export const grayed = (member: CardMember): CardMember => ({
  ...member,
  state: "skipped",
  show: { ...member.show, lingerMs: 0, onlyIfShown: true },
});

/** Whether it is the same member as when it was written, whatever it shows by now. */
export const isUnmoved = (before: CardMember | undefined, after: CardMember): boolean =>
  before !== undefined && identityText(before) === identityText(after);

const identityText = ({ show, runId, environmentKind, isSecondHand, keys }: CardMember): string =>
  JSON.stringify([show.run, show.channels, runId, environmentKind, isSecondHand, keys]);
