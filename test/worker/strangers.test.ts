/** What a stranger gets from each route of the Worker, inside workerd. */
import { exports } from "cloudflare:workers";
import { createD1Store } from "../../src/runtime/database/d1.ts";
import { strangersContract } from "../contract/strangers.ts";
import { emptyDatabase } from "./database.ts";
import { ADMIN_TOKEN } from "./secrets.ts";

/** All of them are tried on Node: who is let in is decided before any route is looked for. */
const METHODS = ["GET", "POST", "OPTIONS"];

strangersContract("workerd", open, METHODS);

async function open() {
  const store = createD1Store(await emptyDatabase());
  const target = {
    fetch: (path: string, init?: RequestInit) =>
      exports.default.fetch(`https://gateway.invalid${path}`, init),
    adminToken: ADMIN_TOKEN,
    settle: async () => undefined,
  };
  return { target, store };
}
