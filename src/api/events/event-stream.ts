/**
 * The news as server-sent events: the same answers as `GET /api/v1/events`, told when something
 * moves.
 */
import type { Changes } from "../../observability/changes.ts";
import type { AdminDeps } from "../deps.ts";
import { readEvents } from "./events.ts";

/**
 * What no bell told of, such as a delivery that another process digested, is found by looking this
 * often.
 */
const LOOK_MS = 1_000;
/** Shorter than the idle timeouts of common proxies. */
const ALIVE_MS = 15_000;

/**
 * Never queues more than one answer: a reader that lags is told the rest when it is ready again.
 */
export function eventStream(
  deps: Pick<AdminDeps, "store" | "clock">,
  changes: Changes,
  after: string | undefined,
): ReadableStream<Uint8Array> {
  let stop = () => {};
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const teller = createTeller(deps, controller, after);
      const look = () => void teller.look().catch(end);
      const timer = setInterval(look, LOOK_MS);
      const endRing = changes.onRing(look);
      let endClose = () => {};
      stop = () => {
        stop = () => {};
        teller.stop();
        clearInterval(timer);
        endRing();
        endClose();
      };
      // A store that is away ends the stream too: the reader comes again by itself.
      function end() {
        const isOpen = !teller.isStopped();
        stop();
        if (isOpen) controller.close();
      }
      look();
      endClose = changes.onClose(end);
    },
    cancel: () => stop(),
  });
}

interface Teller {
  /** Tells what is new. Rejects where the store is away. */
  look(): Promise<void>;
  stop(): void;
  isStopped(): boolean;
}

function createTeller(
  deps: Pick<AdminDeps, "store" | "clock">,
  controller: ReadableStreamDefaultController<Uint8Array>,
  after: string | undefined,
): Teller {
  const encoder = new TextEncoder();
  let cursor = after;
  let told: ReadonlySet<string> = new Set();
  let saidAt = 0;
  let isBusy = false;
  let isRung = false;
  let isStopped = false;
  const say = (text: string) => {
    saidAt = deps.clock.now();
    if (!isStopped) controller.enqueue(encoder.encode(text));
  };
  const tellOnce = async () => {
    const { data, cursor: next, more } = await readEvents(deps, cursor);
    const news = data.filter(({ id }) => !told.has(id));
    told = new Set(data.map(({ id }) => id));
    cursor = next;
    if (news.length > 0)
      say(`id: ${next}\ndata: ${JSON.stringify({ data: news, cursor: next, more })}\n\n`);
    else if (deps.clock.now() - saidAt > ALIVE_MS) say(": alive\n\n");
  };
  const mayGoOn = () => isRung && !isStopped;
  return {
    async look() {
      isRung = true;
      if (isBusy || isStopped || (controller.desiredSize ?? 0) <= 0) return;
      isBusy = true;
      do {
        isRung = false;
        await tellOnce();
      } while (mayGoOn());
      isBusy = false;
    },
    stop: () => {
      isStopped = true;
    },
    isStopped: () => isStopped,
  };
}
