/** The registry: one import and one entry an adapter, alphabetical, nothing else. */
import type { Adapter } from "../src/adapter.ts";

export const adapters: readonly Adapter[] = [];
