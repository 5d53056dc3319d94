/**
 * Which commands a delivery asked for, as SQL text of both dialects. Their ids begin with the
 * delivery's own (`newCommandId`), so that no index is written for that; the few of which that does
 * not hold, as those of former versions, are in an index of their own. Pure.
 */

const begin = (deliveryId: string) => `'cmd_' || substr(${deliveryId}, 5) || '_'`;
/** The character behind `_`. */
const end = (deliveryId: string) => `'cmd_' || substr(${deliveryId}, 5) || '\`'`;

/** The condition of the index `commands_of_delivery`, as the schemas have it. */
const isStray = (it: string): string =>
  `substr(${it}.id, 1, length(${it}.delivery_id) + 1) <> ${begin(`${it}.delivery_id`)}`;

/** Two conditions on the command `it`: of each command that the delivery asked for one holds. */
export const ofDelivery = (deliveryId: string): readonly [string, string] => [
  `it.id > ${begin(deliveryId)} and it.id < ${end(deliveryId)} and it.delivery_id = ${deliveryId}`,
  `it.delivery_id = ${deliveryId} and ${isStray("it")}`,
];

/**
 * A SELECT of the ids of commands.
 *
 * @param deliveryId an expression: the delivery's id
 * @param source rows with one delivery each, where there may be several
 */
export const commandIdsOf = (deliveryId: string, source?: string): string =>
  ofDelivery(deliveryId)
    .map((condition) => {
      const from = source === undefined ? "" : `${source} cross join `;
      return `select it.id from ${from}commands as it where ${condition}`;
    })
    .join("\nunion all ");

/**
 * The same in Postgres, of several deliveries: `d(id)` has them. Within the array each of them is
 * looked up by itself: Postgres takes a range for so large that it would rather read the whole
 * table.
 */
export function commandIdsOfEach(): string {
  const [byId, stray] = ofDelivery("d.id");
  return `select found.id from d
    cross join lateral unnest(array(select it.id from commands as it where ${byId})) as found(id)
    union all select it.id from d cross join commands as it where ${stray}`;
}
