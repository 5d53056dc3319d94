/** The registry: one import and one entry an adapter, alphabetical, nothing else. */
import type { Adapter } from "../src/adapter/contract.ts";
import { github } from "./github/index.ts";
import { netlify } from "./netlify/index.ts";
import { railway } from "./railway/index.ts";
import { vercel } from "./vercel/index.ts";

export const adapters: readonly Adapter[] = [github, netlify, railway, vercel];
