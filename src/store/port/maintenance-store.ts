export interface SealedText {
  /**
   * What it was before: a signing secret, or a key of the core API that the endpoint forwards or
   * has forwarded with.
   */
  readonly kind: "secret" | "api_key";
  readonly endpointId: string;
  readonly sealed: string;
}

/** Retention and the life of the store itself. */
export interface MaintenanceStore {
  /**
   * Deletes up to `limit` of the oldest deliveries received before `before`, with their settled
   * commands and attempts, and ended runs last updated before it that their track does not show.
   * Tracks of branches and previews as well, with the run that they show, where nothing of them was
   * touched since and no card of theirs is on the screen.
   * Never what is still owed: undigested deliveries, pending or sending commands, open runs. And
   * the API keys of endpoints that left their account, where nothing is owed there any more; and
   * what is remembered of endpoints that are gone or was not touched since: told keys, folds,
   * resolved incidents, standings. Answers how many rows went.
   */
  trim(options: { before: number; limit: number }): Promise<number>;
  /** What the stored deliveries take, in bytes: an estimate that is cheap at a million rows. */
  usage(): Promise<{ deliveryBytes: number }>;
  /** Everything that is stored encrypted, but for secrets that have expired at `now`. */
  sealedTexts(now: number): Promise<readonly SealedText[]>;
  /**
   * Frees the claims of a process that is known to be gone (the embedded store has only ever one
   * process).
   */
  releaseClaims(): Promise<void>;
  /** Resolves where the database answers and the schema is current. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
