/** How processes on one Postgres tell each other of new work: LISTEN and NOTIFY. */
import type { Sql } from "postgres";
import type { WakeReason } from "../../ports.ts";
import { connect } from "./postgres-client.ts";

/**
 * Where a process tells the others of new work; the payload is `deliveries` or `commands`, and the
 * process.
 */
const WORK_CHANNEL = "gateway_work";

/**
 * A statement of its own after the commit: a NOTIFY inside the transaction would hold a lock of the
 * whole server through its sync to disk, so that processes could no longer commit side by side.
 */
export async function notify(client: Sql, payload: string): Promise<void> {
  try {
    await client.notify(WORK_CHANNEL, payload);
  } catch {
    // What was to be announced is stored, and a lost wake-up only costs time: every process sweeps.
  }
}

/**
 * How long an announcement stands for those that come after it, in ms: a rush of them would cost
 * more than it spares.
 */
const ANNOUNCE_EVERY_MS = 20;

/** Announces at once what was not announced just now, and the rest when that is over. */
export function announcer(tell: (what: WakeReason) => Promise<void>): (what: WakeReason) => void {
  const resting = new Map<WakeReason, { again: boolean }>();
  const announce = (what: WakeReason): void => {
    const rest = resting.get(what);
    if (rest) {
      rest.again = true;
      return;
    }
    const begun = { again: false };
    resting.set(what, begun);
    void tell(what);
    setTimeout(() => {
      resting.delete(what);
      if (begun.again) announce(what);
    }, ANNOUNCE_EVERY_MS).unref();
  };
  return announce;
}

/** How long the end of listening waits for the server. */
const STOP_SECONDS = 1;

/**
 * Calls `onWork` when another process on this database has stored work, until the function it
 * resolves to is called. Holds one connection and opens it again when it breaks; what was sent
 * meanwhile is not heard.
 *
 * @param own the `process` of the store whose announcements are not wanted
 */
export async function listen(
  url: string,
  own: string,
  onWork: (what: WakeReason) => void,
): Promise<() => Promise<void>> {
  const client = connect({ url, max: 1, prepare: false });
  try {
    await client.listen(WORK_CHANNEL, (payload) => {
      const [what, sender] = payload.split(" ");
      if (sender !== own && (what === "deliveries" || what === "commands")) onWork(what);
    });
  } catch (error) {
    await client.end({ timeout: 0 });
    throw error;
  }
  return () => client.end({ timeout: STOP_SECONDS });
}
