/**
 * What was acknowledged outlives the Worker's sudden death: the queue forgets it, the sweep finds
 * it.
 */
import { afterAll, expect, test, vi } from "vitest";
import { admin, createEndpoint, deliver } from "../contract/target.ts";
import type { Target } from "../contract/target.ts";
import { deliveriesOf, readLifecycle } from "../../src/cli/recordings.ts";
import { ADMIN_TOKEN } from "../worker/secrets.ts";
import { devFolder } from "./dev-worker.ts";
import type { DevWorker } from "./dev-worker.ts";

/** Wake-ups wait this long for others, so that death comes between the queue and its consumer. */
const folder = await devFolder((toml) =>
  toml.replace(/^max_batch_timeout = .*/gm, "max_batch_timeout = 60"),
);
let worker: DevWorker | undefined;

afterAll(async () => {
  await worker?.kill();
  folder.remove();
});

const targetOf = ({ url }: DevWorker): Target => ({
  fetch: (path, init) => fetch(url + path, init),
  adminToken: ADMIN_TOKEN,
  settle: async () => undefined,
});

const screenOf = async (running: DevWorker): Promise<unknown> =>
  (await admin(targetOf(running), "GET", "/preview/state")).json();

test("killed between queue and consumer", async () => {
  const first = await folder.start();
  worker = first;
  const endpoint = await createEndpoint(targetOf(first), {});
  for (const { body } of deliveriesOf(readLifecycle("vercel", "production-success"))) {
    expect((await deliver(targetOf(first), endpoint, body)).status).toBe(200);
  }
  expect(await screenOf(first)).toMatchObject({ activities: [] });
  await first.kill();

  const second = await folder.start();
  worker = second;
  expect(await screenOf(second)).toMatchObject({ activities: [] });
  const sweep = () => fetch(`${second.url}/cdn-cgi/local/scheduled`);
  await vi.waitFor(
    async () => {
      expect((await sweep()).ok).toBe(true);
      const green = { activities: [{ contentState: { color: "green" } }] };
      expect(await screenOf(second)).toMatchObject(green);
    },
    { timeout: 60_000, interval: 1_000 },
  );
});
