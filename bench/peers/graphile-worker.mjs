/**
 * Hono + Graphile Worker: answers when the job is in Postgres.
 * https://worker.graphile.org/docs/library/add-job
 */
import { makeWorkerUtils } from "graphile-worker";
import { startReceiver } from "../servers/receiver.ts";

const utils = await makeWorkerUtils({ connectionString: process.env.BENCH_DATABASE_URL });
await utils.migrate();

const take = async ({ event, deliveryId, payload }) => {
  const job = await utils.addJob("digest", { event, deliveryId, payload });
  return job.id;
};
await startReceiver({ verify: true, parse: true, take });
