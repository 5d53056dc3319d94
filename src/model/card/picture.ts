/**
 * What a person sees of a stream, in our own words; a destination draws it with what it has. Types
 * only.
 */

export const COLORS = [
  "lime",
  "green",
  "cyan",
  "blue",
  "purple",
  "magenta",
  "red",
  "orange",
  "yellow",
  "gray",
] as const;
export type Color = (typeof COLORS)[number];

/** Opens a page; the URL is https. */
export interface Button {
  readonly title: string;
  readonly url: string;
}

export interface Badge {
  readonly title: string;
  readonly color: Color;
}

export interface Picture {
  readonly title: string;
  readonly subtitle?: string;
  /** The colour of each segment of the bar, the completed ones first; at least one. */
  readonly segments: readonly Color[];
  /** How many segments are completed: the first ones. */
  readonly completed: number;
  readonly color: Color;
  /** The name of an SF Symbol. */
  readonly symbol: string;
  readonly badge?: Badge;
  /** At most two, the more important one first. */
  readonly buttons?: readonly Button[];
}
