/** Tracks that nobody comes back to: of a branch that was merged. A condition in both dialects. */

/**
 * A preview's or a branch's checks: their branch goes one day. What is lasting is kept however long
 * nothing happens there: production, other environments, the default branch.
 */
export const IS_PASSING = `not track.is_default_branch
  and (track.environment_kind is null or track.environment_kind = 'preview')`;

/** Nothing of it is younger, and no run is left but the one that it shows, which is over. */
export const IS_OLD = `track.updated_at < :before and not exists (
  select 1 from runs as it where it.track_id = track.id
    and (it.run_id <> track.shown_run_id or it.ended_at is null or it.updated_at >= :before))`;

export const HAS_NO_CARD = `not exists (select 1 from streams
  where streams.stream_key = track.stream_key and streams.alive)`;
