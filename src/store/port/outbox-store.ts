import type {
  ClaimedCommand,
  Command,
  DisplacedResume,
  DueAccount,
  NewCommand,
  PriorityRange,
  PushReplacement,
  Settlement,
} from "../../model/command.ts";
import type { StreamRecord } from "../../model/card/stream.ts";

/** Pushes that wait for long, and what goes out in their place. */
export interface LatePushes {
  /** The account's pending pushes that were made until `before`, the oldest `limit` of them. */
  waitingPushes(account: string, before: number, limit: number): Promise<readonly Command[]>;
  /**
   * Skips pushes that are pending, or the one that is claimed, and makes others pending in their
   * place. False where one of them is neither any more: nothing is written then.
   */
  replacePushes(options: {
    commandId: string;
    claim: string;
    replacements: readonly PushReplacement[];
    now: number;
  }): Promise<boolean>;
}

/** What an account's roll-up counts, and in whose name it is shown. */
export interface RollUpReads {
  /**
   * The account's pending and sending commands on streams by (createdAt, id), the oldest `limit` of
   * them.
   */
  openStreamCommands(account: string, limit: number): Promise<readonly Command[]>;
  /** The id of the account's newest endpoint; undefined where it has none. */
  newestEndpointOf(account: string): Promise<string | undefined>;
}

/** What dispatch claims, sends and records. */
export interface OutboxStore extends LatePushes, RollUpReads {
  /**
   * Accounts that have commands to claim now, and how many at most: urgent ones (priority up to
   * `streamEnd`) and others.
   */
  dueAccounts(now: number): Promise<readonly DueAccount[]>;
  /**
   * Claims pending commands of the account that are due, by (priority, createdAt), never two of one
   * stream key at once; and `sending` ones whose lease ran out. With `priorities` only those among
   * them. Counts an attempt.
   */
  claimCommands(options: {
    now: number;
    limit: number;
    leaseMs: number;
    account: string;
    priorities?: PriorityRange | undefined;
  }): Promise<readonly ClaimedCommand[]>;
  /** Puts commands that no delivery asked for into the outbox, as `commitDigest` does. */
  enqueueCommands(commands: readonly NewCommand[], now: number): Promise<void>;
  /** False where the claim was lost; nothing is written then. */
  settleCommand(settlement: Settlement): Promise<boolean>;
  /**
   * When the next command that cannot be claimed at `now` becomes claimable, in ms; undefined where
   * there is none.
   */
  nextCommandDue(now: number): Promise<number | undefined>;
  findStream(streamKey: string): Promise<StreamRecord | undefined>;
  /** Streams of the account for which a command is claimed whose lease has not run out. */
  calledStreams(account: string, now: number): Promise<readonly string[]>;
  /**
   * Records that a stream was taken off the screen to make room, and wants it back: a copy of its
   * last `done` update becomes pending with `resume`'s id, reason and times, unless a command of
   * the stream is pending or sending already.
   */
  displaceStream(stream: StreamRecord, resume: DisplacedResume): Promise<void>;
  /** Makes the account's pending commands that wait for this reason due now. */
  wakeCommands(account: string, reason: string, now: number): Promise<void>;
  /**
   * Makes every pending command due now that was tried and would wait beyond `latest`: no next try
   * is so far away but for a wrong clock. One that was never tried may have its time later.
   */
  endWaitsBeyond(latest: number, now: number): Promise<void>;
}
