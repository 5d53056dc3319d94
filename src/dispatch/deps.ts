/** What sending a command needs from the outside. Types only. */
import type { Destination, DestinationLimits } from "../destinations/destination.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Ledger } from "../pacing/ledger.ts";
import type { CallName, CommandAttempt } from "../model/command.ts";
import type { Clock, Logger } from "../ports.ts";
import type { OutboxStore } from "../store/port.ts";

export interface SendDeps {
  readonly store: OutboxStore;
  readonly ledger: Ledger;
  readonly findEndpoint: (id: string) => Promise<Endpoint | undefined>;
  /** Opens a sealed API key of the endpoint. */
  readonly openApiKey: (endpointId: string, sealed: string) => Promise<string>;
  /** Where an endpoint's commands go: with its own API key, or the gateway's. */
  readonly destinationFor: (endpoint: Pick<Endpoint, "apiKey">) => Destination;
  readonly destinationLimits: DestinationLimits;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** Told of every finished call, for metrics. */
  readonly observe: (call: CallName | "probe", attempt: CommandAttempt) => void;
  /** Updates of one stream follow each other at this distance at least, in ms. */
  readonly updateIntervalMs: number;
  /** How long a command that fails for now is tried again, in ms. */
  readonly retryForMs: number;
}
