/** Hono + BullMQ: answers when the job is in Redis. https://docs.bullmq.io/guide/queues */
import { Queue } from "bullmq";
import { startReceiver } from "../servers/receiver.ts";

const port = Number(process.env.BENCH_REDIS_PORT);
const queue = new Queue("deliveries", { connection: { host: "127.0.0.1", port } });
await queue.waitUntilReady();

const take = async ({ event, deliveryId, payload }) => {
  const job = await queue.add(event, { deliveryId, payload });
  return job.id;
};
await startReceiver({ verify: true, parse: true, take });
