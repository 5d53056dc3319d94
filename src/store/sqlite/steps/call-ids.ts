/**
 * Which calls a command or a stream has led to: the ids of its newest ones, ascending, in its own
 * row. That row is written with the result of a call anyway, so that no index of calls is. A 0 in
 * front says that there may be older ones; a row of a former version has no list. Parts of
 * statements, SQLite dialect.
 */

/** Most commands take one call. */
const MOST_IDS = 200;

/** What a command begins with. */
export const NO_CALLS = "'[]'";

/** The call that the batch has just stored: ids go up. */
const LAST_CALL = "(select max(id) from command_attempts)";

/** The list of a row that begins with the last call. */
export const FIRST_CALL = `json_array(${LAST_CALL})`;

/**
 * A list with the last call as well.
 *
 * @param list an expression
 */
export function withLastCall(list: string): string {
  const grown = `json_insert(coalesce(${list}, '[0]'), '$[#]', ${LAST_CALL})`;
  return `case when json_array_length(${list}) >= ${MOST_IDS}
    then json_set(json_remove(${grown}, '$[0]'), '$[0]', 0) else ${grown} end`;
}

type CallIds = readonly number[] | null;

/** Whether there may be calls that are not in the list. */
export const isCutOff = (callIds: CallIds): boolean => callIds === null || callIds[0] === 0;

/** The first call of the list. */
export const oldestOf = (callIds: CallIds): number | undefined => callIds?.find((id) => id > 0);
