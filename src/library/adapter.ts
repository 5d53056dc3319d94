/**
 * `activitysmith-webhooks/adapter`: what an adapter of one's own is written with. zod is a peer:
 * payloads are parsed with yours.
 */
export * from "../adapter/contract.ts";
export type { Signal } from "../model/signal.ts";
