/**
 * The store as a port of atomic steps, in facets: each stage asks for the facet that it uses.
 *
 * Every method is ONE atomic step: it happens whole or not at all, and holds no lock or transaction
 * when it returns. Times are ms since the epoch and always passed in; a store has no clock of its
 * own. A rejection means that the store is broken or away, never an expected outcome; a
 * RowRejectedError means that it will never take what it was given.
 */
import type { AccountStore } from "./port/account-store.ts";
import type { AdminStore } from "./port/admin-store.ts";
import type { DeliveryStore } from "./port/delivery-store.ts";
import type { DigestStore } from "./port/digest-store.ts";
import type { EndpointStore } from "./port/endpoint-store.ts";
import type { EventStore } from "./port/event-store.ts";
import type { MaintenanceStore } from "./port/maintenance-store.ts";
import type { MemoryStore } from "./port/memory-store.ts";
import type { OutboxStore } from "./port/outbox-store.ts";
import type { RefusedAttemptStore } from "./port/refused-attempt-store.ts";

export type * from "./port/account-store.ts";
export type * from "./port/admin-store.ts";
export type * from "./port/delivery-store.ts";
export type * from "./port/digest-commit.ts";
export type * from "./port/digest-store.ts";
export type * from "./port/endpoint-store.ts";
export type * from "./port/event-store.ts";
export type * from "./port/maintenance-store.ts";
export type * from "./port/memory-store.ts";
export type * from "./port/outbox-store.ts";
export type * from "./port/page.ts";
export type * from "./port/refused-attempt-store.ts";

/** All facets in one: what a dialect offers. */
export interface Store
  extends
    EndpointStore,
    DeliveryStore,
    DigestStore,
    MemoryStore,
    OutboxStore,
    AccountStore,
    RefusedAttemptStore,
    EventStore,
    AdminStore,
    MaintenanceStore {}
