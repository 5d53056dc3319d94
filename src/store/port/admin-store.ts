import type { Command, CommandStatus, CommandWithAttempts } from "../../model/command.ts";
import type { Delivery, DeliveryStatus } from "../../model/delivery.ts";
import type { RunRecord } from "../../model/run/run-record.ts";
import type { TrackSummary } from "../../model/run/track.ts";
import type { Incident } from "../../model/telling/incident.ts";
import type { Page, Paged } from "./page.ts";

/** Tracks and their runs, as lists. */
export interface TrackLists {
  listTracks(
    filter: Page & { endpointId?: string | undefined; trackId?: string | undefined },
  ): Promise<Paged<TrackSummary>>;
  listRuns(trackId: string, page: Page): Promise<Paged<RunRecord> | undefined>;
}

/** Incidents, as a list. */
export interface IncidentList {
  /** By (since, endpoint, key), the newest first. */
  listIncidents(
    filter: Page & { endpointId?: string | undefined; state?: Incident["state"] | undefined },
  ): Promise<Paged<Incident>>;
}

/** What deliveries led to. */
export interface DeliveryEffects {
  /** All commands that any of these deliveries asked for, oldest first. At most 200 ids. */
  commandsOfDeliveries(ids: readonly string[]): Promise<readonly Command[]>;
}

/** What operators list, replay and retry. */
export interface AdminStore extends TrackLists, IncidentList, DeliveryEffects {
  listDeliveries(
    filter: Page & {
      endpointId?: string | undefined;
      status?: DeliveryStatus | undefined;
      event?: string | undefined;
      q?: string | undefined;
      /** Only ids from this one on. */
      from?: string | undefined;
    },
  ): Promise<Paged<Delivery>>;
  findDelivery(id: string): Promise<
    | {
        delivery: Delivery;
        commands: readonly CommandWithAttempts[];
      }
    | undefined
  >;
  /** The id of each endpoint's newest delivery, by the endpoint's; nothing of one without. */
  lastDeliveries(endpointIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Makes a delivery `received` again. False where there is no such delivery. */
  replayDelivery(id: string, now: number): Promise<boolean>;
  listCommands(filter: Page & { status?: CommandStatus | undefined }): Promise<Paged<Command>>;
  /** By its id, or by the key that lets it in but once. */
  findCommand(
    by: { readonly id: string } | { readonly dedupeKey: string },
  ): Promise<CommandWithAttempts | undefined>;
  /**
   * Makes a dead or skipped command pending again. False where there is no such command in such a
   * state.
   */
  retryCommand(id: string, now: number): Promise<boolean>;
  /** For metrics. */
  counts(): Promise<{
    deliveries: Readonly<Partial<Record<DeliveryStatus, number>>>;
    commands: Readonly<Partial<Record<CommandStatus, number>>>;
    oldestPendingAt: number | undefined;
  }>;
}
