import type { EndpointPatch, EndpointRecord, SecretRecord } from "../../model/endpoint.ts";
import type { Page, Paged } from "./page.ts";

/** Endpoints with their sealed secrets and keys. */
export interface EndpointStore {
  insertEndpoint(endpoint: EndpointRecord, secret: SecretRecord | undefined): Promise<void>;
  findEndpoint(
    id: string,
  ): Promise<{ endpoint: EndpointRecord; secrets: readonly SecretRecord[] } | undefined>;
  listEndpoints(page: Page): Promise<Paged<EndpointRecord>>;
  /**
   * False where there is no such endpoint. With another `account` it leaves the old one: a stream
   * end is pending there for each of its streams that may be on the screen, its tracks get new
   * stream keys, pending updates become `skipped`, and what else is pending, but for ends of
   * streams, moves to the new account.
   */
  updateEndpoint(id: string, patch: EndpointPatch, now: number): Promise<boolean>;
  /**
   * Removes the endpoint with its secrets; its deliveries, tracks and commands stay for the record.
   * Undigested deliveries become `ignored`, pending commands other than stream ends `skipped`. A
   * stream end is pending afterwards for each of its streams that may be on the screen: alive, with
   * a slot, or being sent to; its tracks get new stream keys, so that nothing replaces these ends.
   * The sealed API key is kept until nothing of it is pending or sending. False where there is no
   * such endpoint.
   */
  deleteEndpoint(id: string, now: number): Promise<boolean>;
  /**
   * Adds a secret and lets all older ones of the endpoint expire at `oldExpireAt` (or earlier if
   * they did).
   */
  rotateSecret(secret: SecretRecord, oldExpireAt: number): Promise<void>;
  /** Sets the pin if there is none and answers the pin in force. */
  pinEndpoint(id: string, pin: string): Promise<string>;
}
