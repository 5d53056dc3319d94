/**
 * The lock screen as server-sent events: always the whole picture, so that a lost event is made
 * good by the next one.
 */
import type { ScreenStore } from "../screen/screen-store.ts";

/** Shorter than the idle timeouts of common proxies. */
const HEARTBEAT_MS = 15_000;

export interface EventStreams {
  open(): ReadableStream<Uint8Array>;
  /** Ends all streams; those opened later end at once. */
  close(): void;
  /** How many are open. */
  viewers(): number;
}

export function createEventStreams(store: ScreenStore): EventStreams {
  const closers = new Set<() => void>();
  let closed = false;
  return {
    open: () => openStream(store, closers, () => closed),
    close() {
      closed = true;
      for (const close of closers) close();
    },
    viewers: () => closers.size,
  };
}

/**
 * Never queues more than one picture: a reader that lags gets the latest one when it is ready
 * again.
 */
function openStream(
  store: ScreenStore,
  closers: Set<() => void>,
  closed: () => boolean,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stale = true;
  let stop = () => {};
  const flush = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    if (!stale || (controller.desiredSize ?? 0) <= 0) return;
    stale = false;
    controller.enqueue(encoder.encode(`data: ${JSON.stringify(store.snapshot())}\n\n`));
  };
  return new ReadableStream({
    start(controller) {
      if (closed()) return controller.close();
      const unsubscribe = store.onChange(() => {
        stale = true;
        flush(controller);
      });
      const heartbeat = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(": alive\n\n"));
      }, HEARTBEAT_MS);
      const close = () => {
        stop();
        controller.close();
      };
      stop = () => {
        unsubscribe();
        clearInterval(heartbeat);
        closers.delete(close);
      };
      closers.add(close);
    },
    pull: flush,
    cancel: () => stop(),
  });
}
