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
      const teller = new Teller(deps, controller, after);
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
        const isOpen = !teller.isStopped;
        stop();
        if (isOpen) controller.close();
      }
      look();
      endClose = changes.onClose(end);
    },
    cancel: () => stop(),
  });
}

class Teller {
  readonly #deps: Pick<AdminDeps, "store" | "clock">;
  readonly #controller: ReadableStreamDefaultController<Uint8Array>;
  readonly #encoder = new TextEncoder();
  #cursor: string | undefined;
  #told: ReadonlySet<string> = new Set();
  #saidAt = 0;
  #isBusy = false;
  #isRung = false;
  #isStopped = false;

  constructor(
    deps: Pick<AdminDeps, "store" | "clock">,
    controller: ReadableStreamDefaultController<Uint8Array>,
    after: string | undefined,
  ) {
    this.#deps = deps;
    this.#controller = controller;
    this.#cursor = after;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Tells what is new. Rejects where the store is away. */
  async look(): Promise<void> {
    this.#isRung = true;
    if (this.#isBusy || this.#isStopped || (this.#controller.desiredSize ?? 0) <= 0) return;
    this.#isBusy = true;
    while (this.#isRung && !this.#isStopped) {
      this.#isRung = false;
      await this.#tellOnce();
    }
    this.#isBusy = false;
  }

  async #tellOnce(): Promise<void> {
    const { data, cursor: next, more } = await readEvents(this.#deps, this.#cursor);
    const news = data.filter(({ id }) => !this.#told.has(id));
    this.#told = new Set(data.map(({ id }) => id));
    this.#cursor = next;
    if (news.length > 0)
      this.#say(`id: ${next}\ndata: ${JSON.stringify({ data: news, cursor: next, more })}\n\n`);
    else if (this.#deps.clock.now() - this.#saidAt > ALIVE_MS) this.#say(": alive\n\n");
  }

  #say(text: string): void {
    this.#saidAt = this.#deps.clock.now();
    if (!this.#isStopped) this.#controller.enqueue(this.#encoder.encode(text));
  }
}
