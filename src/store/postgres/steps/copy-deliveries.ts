/**
 * Stores a batch of new deliveries through COPY, which takes bodies as the bytes that they came as.
 */
import type { Sql } from "postgres";
import type { NewDelivery } from "../../../model/delivery.ts";
import { capacityFor, writeBinaryCopy } from "../driver/binary-copy.ts";
import { DELIVERY_COLUMNS, deliveryFields } from "./delivery-fields.ts";

const COPY = `copy deliveries (${DELIVERY_COLUMNS.join(", ")}) from stdin (format binary)`;

/**
 * One by one: planned for an empty table, as it is at first, a plain `any` would read all of it
 * ever after.
 */
const COUNT = `select count(*)::int as stored from unnest(string_to_array($1, ',')) as wanted (id)
  cross join lateral (select from deliveries where deliveries.id = wanted.id limit 1) as found`;

/**
 * Kept between batches, as a new one for each would keep the garbage collector busy. Larger ones
 * are let go.
 */
const MAX_KEPT_BYTES = 1_048_576;

type Writable = Awaited<ReturnType<ReturnType<Sql["unsafe"]>["writable"]>>;

/** Takes one batch at a time. */
export interface DeliveryCopier {
  /**
   * Resolves when the next batch can go to the server at once. It should: an open COPY is an open
   * transaction.
   */
  open(): Promise<void>;
  readonly isOpen: boolean;
  /**
   * Resolves to true when all of them are stored, in one synced transaction, and to false when that
   * is not known: one of them is a duplicate or not storable, or the connection broke. To store
   * them another way then tells, and does no harm.
   */
  copy(deliveries: readonly NewDelivery[]): Promise<boolean>;
  close(options: { readonly timeout: number }): Promise<void>;
}

/** @param client has one connection and serves nothing else */
export function createDeliveryCopier(client: Sql): DeliveryCopier {
  let opened: Writable | undefined;
  let kept: Uint8Array | undefined;
  async function begin(): Promise<Writable> {
    const stream = await client.unsafe(COPY).writable();
    stream.on("error", () => undefined);
    return stream;
  }

  /**
   * Postgres.js tells nobody of an error that comes after the last byte, and finishes the stream
   * whenever any statement on the connection completes. So what is stored is asked for: by all ids,
   * as some of them may have been there before.
   */
  async function finish(stream: Writable, bytes: Uint8Array, ids: readonly string[]) {
    await new Promise<void>((resolve) => stream.write(bytes, () => resolve()));
    stream.end();
    const counts = await client.unsafe<{ stored: number }[]>(COUNT, [ids.join()], {
      prepare: true,
    });
    return counts[0]?.stored === ids.length;
  }

  async function copy(deliveries: readonly NewDelivery[]): Promise<boolean> {
    const rows = deliveries.map(deliveryFields);
    const capacity = capacityFor(rows);
    const bytes = kept && kept.length >= capacity ? kept : new Uint8Array(capacity);
    kept = undefined;
    const written = writeBinaryCopy(rows, bytes);
    const stream = opened ?? (await begin());
    opened = undefined;
    const ids = deliveries.map(({ id }) => id);
    const isStored = await finish(stream, written, ids);
    if (bytes.length <= MAX_KEPT_BYTES) kept = bytes;
    return isStored;
  }

  return {
    open: async () => {
      opened ??= await begin();
    },
    get isOpen() {
      return opened !== undefined;
    },
    copy: (deliveries) => copy(deliveries).catch(() => false),
    close: (options) => client.end(options),
  };
}
