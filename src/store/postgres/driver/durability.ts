/**
 * Commits that need not wait for the disk. What they wrote is lost in a crash of the server only
 * together with all that was committed after it, and no call goes out before a claim of commands
 * that was synced. Statement parts only.
 */

/**
 * True, and the transaction in which it is asked commits without waiting for its sync.
 * https://www.postgresql.org/docs/current/wal-async-commit.html
 */
export const COMMITS_UNSYNCED = `(select set_config('synchronous_commit', 'off', true)) = 'off'`;
