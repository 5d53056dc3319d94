/** Tracks that share cards: at a glance nobody would tell their shown runs apart. Types only. */
import type { Show } from "../command.ts";
import type { RunState } from "../run/run.ts";

/** One track of a group, with what it would show by itself. */
export interface CardMember {
  readonly trackId: string;
  readonly endpointId: string;
  readonly runId: string;
  /** The stream of its own card. */
  readonly streamKey: string;
  /** As a person tells it from the others: the app, or the branch. */
  readonly name: string;
  readonly branch: string | null;
  readonly project: string;
  /** Of the environment; null where it is no deployment. */
  readonly environmentKind: string | null;
  /** What else tells of the same deployment. */
  readonly keys: readonly string[];
  readonly isSecondHand: boolean;
  readonly state: RunState;
  /** By the gateway's clock: before then it is not shown, whatever it does short of ending. */
  readonly firstFrameAt: number;
  /** By the gateway's clock: when it last said something else. */
  readonly updatedAt: number;
  readonly show: Show;
}

/** A card as it was last wanted. */
export interface SharedCard {
  readonly streamKey: string;
  readonly trackIds: readonly string[];
  readonly show: Show;
}

export interface CardGroup {
  readonly account: string;
  /** What its runs have in common: a commit, or the line whose bots or forks they are of. */
  readonly groupKey: string;
  readonly members: readonly CardMember[];
  readonly cards: readonly SharedCard[];
  /** By the gateway's clock. */
  readonly updatedAt: number;
  /** As loaded; 0 for one that was not there. */
  readonly version: number;
}
