/** The roll-up activity on Workers, where nothing is remembered from one invocation to the next. */
import { beforeEach, expect, test } from "vitest";
import * as z from "zod";
import createdText from "../../recordings/vercel/deployment.created__production.http?raw";
import promotedText from "../../recordings/vercel/deployment.promoted__production.http?raw";
import { admin, createEndpoint, deliver, parseHttp } from "../contract/target.ts";
import type { Endpoint } from "../contract/target.ts";
import { emptyDatabase } from "./database.ts";
import { testWorker } from "./worker.ts";
import type { TestWorker } from "./worker.ts";

const screen = z.object({
  activities: z.array(
    z.object({
      endedAt: z.number().nullable(),
      contentState: z.looseObject({ title: z.string() }),
    }),
  ),
});

beforeEach(async () => {
  await emptyDatabase();
});

async function titlesOn(worker: TestWorker): Promise<string[]> {
  const { activities } = screen.parse(await (await admin(worker, "GET", "/preview/state")).json());
  return activities
    .filter(({ endedAt }) => endedAt === null)
    .map(({ contentState }) => contentState.title);
}

async function tell(worker: TestWorker, endpoints: readonly Endpoint[], fixture: string) {
  for (const endpoint of endpoints) {
    expect((await deliver(worker, endpoint, parseHttp(fixture).body)).status).toBe(200);
    await worker.settle();
  }
  // An invocation may make few calls: what is left goes to the next one.
  for (let left = 3; left > 0; left--) await worker.settle();
}

test("appears where two wait, and ends where none does", async () => {
  const worker = testWorker({
    ROLL_UP: "true",
    LIVE_ACTIVITIES: "4",
    LINGER_SUCCESS_MINUTES: "0",
  });
  const endpoints: Endpoint[] = [];
  for (let count = 0; count < 6; count++) endpoints.push(await createEndpoint(worker, {}));
  await tell(worker, endpoints, createdText);
  const titles = await titlesOn(worker);
  expect(titles).toHaveLength(4);
  expect(titles).toContain("+3 deploys");
  await tell(worker, endpoints, promotedText);
  expect(await titlesOn(worker)).toEqual([]);
});
