/** What the destination last confirmed for a stream key. Types only. */
import type { Picture } from "./picture.ts";

/** What the destination last confirmed for a stream key. */
export interface StreamRecord {
  readonly streamKey: string;
  readonly account: string;
  /** An activity of this key is alive as far as we know. */
  readonly alive: boolean;
  /** Hash of the last confirmed wanted state; equal means no call. */
  readonly confirmedHash: string | null;
  readonly confirmedState: Picture | null;
  readonly confirmedAt: number | null;
}
