/** What the admin API needs from the outside. Types only. */
import type { MiddlewareHandler } from "hono";
import type { Adapter } from "../adapter/contract.ts";
import type { EndpointDirectory } from "../receive/endpoint-directory.ts";
import type { Clock, Waker } from "../ports.ts";
import type { Changes } from "../observability/changes.ts";
import type {
  AccountStore,
  AdminStore,
  DigestStore,
  EndpointStore,
  EventStore,
  MemoryStore,
  OutboxStore,
  RefusedAttemptStore,
} from "../store/port.ts";
import type { Sealer } from "../util/encryption.ts";
import type { DatabaseBackup } from "./backup.ts";
import type { DryRun } from "../digest/dry-run.ts";

export interface AdminDeps {
  readonly store: EndpointStore &
    AdminStore &
    EventStore &
    RefusedAttemptStore &
    Pick<OutboxStore, "findStream" | "enqueueCommands"> &
    Pick<DigestStore, "findRun" | "commitDigest"> &
    Pick<MemoryStore, "loadMemory"> &
    Pick<AccountStore, "listAccounts">;
  readonly directory: Pick<EndpointDirectory, "forget">;
  readonly sealer: Pick<Sealer, "seal" | "fingerprint">;
  readonly adapters: readonly Adapter[];
  readonly clock: Clock;
  readonly waker: Waker;
  /** Answers whoever may not come in; lets others through. */
  readonly requireOperator: MiddlewareHandler;
  /** Base of the hook URLs, with or without a trailing slash. */
  readonly publicUrl: () => string;
  readonly dryRun: DryRun;
  /**
   * Rung when something moved; undefined where there is nothing to stream from one request to the
   * next.
   */
  readonly changes?: Changes | undefined;
  /** Where no other program can open the database. */
  readonly backup?: DatabaseBackup | undefined;
}
