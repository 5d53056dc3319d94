/**
 * The HTTP contract on the Worker, inside workerd: D1, the queue's consumer and the Durable Object
 * are the real ones.
 */
import { exports } from "cloudflare:workers";
import { httpContract } from "../contract/http-contract.ts";
import { emptyDatabase } from "./database.ts";
import { ADMIN_TOKEN } from "./secrets.ts";

httpContract("workerd", async () => {
  await emptyDatabase();
  return {
    fetch: (path, init) => exports.default.fetch(`https://gateway.invalid${path}`, init),
    adminToken: ADMIN_TOKEN,
    settle: async () => undefined,
  };
});
