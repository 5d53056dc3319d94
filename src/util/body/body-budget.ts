/**
 * How many bytes of unfinished bodies may be held at once, over all connections. Where there would
 * be more the oldest gives way: a sender means its body to arrive within a moment, and what is
 * dribbled in to hold memory has begun before. No I/O, no clock.
 */

export interface BodyShare {
  /** So many more bytes are held; it may be told to give way before this returns. */
  add(bytes: number): void;
  /** It is whole or given up: nothing of it counts any more. */
  end(): void;
}

export interface BodyBudget {
  /** @param giveWay told once, where the body may be held no longer */
  begin(giveWay: () => void): BodyShare;
}

/**
 * What unfinished bodies may take in one process or isolate: a few of the largest, many of the
 * usual.
 */
export const MAX_UNFINISHED_BYTES = 64 * 1024 * 1024;

export function createBodyBudget(maxBytes: number): BodyBudget {
  /** Those that are read now, oldest first, with what each holds. */
  const open = new Map<object, { bytes: number; readonly giveWay: () => void }>();
  let total = 0;

  function close(share: object): void {
    total -= open.get(share)?.bytes ?? 0;
    open.delete(share);
  }

  function makeRoom(): void {
    for (const [share, { bytes, giveWay }] of open) {
      if (total <= maxBytes) return;
      if (bytes === 0) continue;
      close(share);
      giveWay();
    }
  }

  return {
    begin: (giveWay) => {
      const share: BodyShare = {
        add: (bytes) => {
          const held = open.get(share);
          if (!held) return;
          held.bytes += bytes;
          total += bytes;
          makeRoom();
        },
        end: () => close(share),
      };
      open.set(share, { bytes: 0, giveWay });
      return share;
    },
  };
}

/** Of this process or isolate, whose connections share its memory. */
export const unfinishedBodies = createBodyBudget(MAX_UNFINISHED_BYTES);
