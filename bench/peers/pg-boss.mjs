/** Hono + pg-boss: answers when the job is in Postgres. https://timgit.github.io/pg-boss */
import { PgBoss } from "pg-boss";
import { startReceiver } from "../servers/receiver.ts";

const boss = new PgBoss(process.env.BENCH_DATABASE_URL);
boss.on("error", (error) => console.error(error));
await boss.start();
await boss.createQueue("deliveries");

const take = ({ event, deliveryId, payload }) =>
  boss.send("deliveries", { event, deliveryId, payload });
await startReceiver({ verify: true, parse: true, take });
