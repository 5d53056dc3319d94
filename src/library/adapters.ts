/**
 * `activitysmith-webhooks/adapters`: all knowledge of each provider, as data and pure functions.
 */
export { adapters } from "../../adapters/index.ts";
export { github } from "../../adapters/github/index.ts";
export { netlify } from "../../adapters/netlify/index.ts";
export { railway } from "../../adapters/railway/index.ts";
export { vercel } from "../../adapters/vercel/index.ts";
export type { Adapter } from "../adapter/contract.ts";
