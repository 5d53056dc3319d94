/**
 * A bell between the pipeline of a process and the pages that it streams to. Holds nothing but who
 * listens.
 */

export interface Changes {
  /** Something may have moved. */
  ring(): void;
  /** Returns how to stop listening. */
  onRing(listener: () => void): () => void;
  /** Ends all that listen; those that come later end at once. */
  close(): void;
  /** Returns how to take it back. */
  onClose(listener: () => void): () => void;
  /** How many pages are streamed to now. */
  viewers(): number;
}

export function createChanges(): Changes {
  const listeners = new Set<() => void>();
  const closers = new Set<() => void>();
  let isClosed = false;
  return {
    ring() {
      for (const listener of listeners) listener();
    },
    onRing: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      isClosed = true;
      for (const closer of closers) closer();
    },
    onClose: (listener) => {
      if (isClosed) listener();
      else closers.add(listener);
      return () => void closers.delete(listener);
    },
    viewers: () => closers.size,
  };
}
