/**
 * The queue is only a wake-up: whatever it loses, doubles or shuffles, the lock screen ends up the
 * same.
 */
import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import createdText from "../../recordings/vercel/deployment.created__production.http?raw";
import promotedText from "../../recordings/vercel/deployment.promoted__production.http?raw";
import readyText from "../../recordings/vercel/deployment.ready__production.http?raw";
import succeededText from "../../recordings/vercel/deployment.succeeded__production.http?raw";
import type { D1Database } from "../../src/runtime/cloudflare-bindings.ts";
import { admin, createEndpoint, deliver, parseHttp } from "../contract/target.ts";
import type { Endpoint } from "../contract/target.ts";
import { emptyDatabase } from "./database.ts";
import { testWorker } from "./worker.ts";
import type { TestWorker } from "./worker.ts";

const tracks = z.object({ data: z.array(z.object({ stream_key: z.string() })) });
const screen = z.object({
  activities: z.array(
    z.object({ streamKey: z.string().nullable(), contentState: z.record(z.string(), z.unknown()) }),
  ),
});
const commands = z.object({ data: z.array(z.object({ call: z.string(), status: z.string() })) });

const lifecycle = [createdText, readyText, succeededText, promotedText].map(
  (text) => parseHttp(text).body,
);

beforeEach(async () => {
  await emptyDatabase();
});

async function shownOf(worker: TestWorker, endpoint: Endpoint): Promise<unknown> {
  const listed = await admin(worker, "GET", `/api/v1/tracks?endpoint=${endpoint.id}`);
  const [track] = tracks.parse(await listed.json()).data;
  const { activities } = screen.parse(await (await admin(worker, "GET", "/preview/state")).json());
  return activities.find(({ streamKey }) => streamKey === track?.stream_key)?.contentState;
}

async function openCommands(worker: TestWorker): Promise<number> {
  const listed = await admin(worker, "GET", "/api/v1/commands?limit=100");
  const { data } = commands.parse(await listed.json());
  const open = data.filter(({ status }) => status === "pending" || status === "sending");
  // The card of a result leaves the screen later.
  return open.filter((it) => it.call !== "stream_end" || it.status !== "pending").length;
}

/**
 * Plays a deployment, hands its wake-ups to the consumer as told, and answers what the lock screen
 * shows at the end.
 */
async function play(
  worker: TestWorker,
  hand: (bodies: readonly unknown[]) => Promise<unknown>,
): Promise<unknown> {
  const endpoint = await createEndpoint(worker, {});
  for (const body of lifecycle) {
    const response = await deliver(worker, endpoint, body);
    expect(response.status).toBe(200);
  }
  const bodies = worker.sent.splice(0).map(({ body }) => body);
  expect(bodies).toEqual(lifecycle.map(() => ({ wake: "deliveries" })));
  await hand(bodies);
  // What is beyond the calls of one invocation is left to the next, which it wakes.
  for (let next = 0; next < 3 && worker.sent.length > 0; next++)
    await worker.consume(worker.sent.splice(0).map(({ body }) => body));
  expect(await openCommands(worker)).toBe(0);
  return shownOf(worker, endpoint);
}

const GREEN = { color: "green" };

describe("wake-ups", () => {
  test("each in its turn", async () => {
    const worker = testWorker();
    const endpoint = await createEndpoint(worker, {});
    for (const body of lifecycle) {
      await deliver(worker, endpoint, body);
      const [wake] = worker.sent.splice(0);
      expect(await worker.consume([wake?.body])).toEqual({ acked: [0], retried: [] });
    }
    expect(await shownOf(worker, endpoint)).toMatchObject(GREEN);
    expect(worker.sent).toEqual([]);
  });

  test("one batch of all", async () => {
    const worker = testWorker();
    const shown = await play(worker, async (bodies) => {
      expect(await worker.consume(bodies)).toEqual({ acked: [0, 1, 2, 3], retried: [] });
    });
    expect(shown).toMatchObject(GREEN);
  });

  test("all lost: the sweep finds the work", async () => {
    const worker = testWorker();
    expect(await play(worker, () => worker.sweep())).toMatchObject(GREEN);
  });

  test("doubled, shuffled, and at once", async () => {
    const worker = testWorker();
    const shown = await play(worker, async (bodies) => {
      const twice = [...bodies, ...bodies].toReversed();
      await Promise.all(twice.map((body) => worker.consume([body])));
      await worker.sweep();
    });
    expect(shown).toMatchObject(GREEN);
  });

  test("a queue that refuses them costs time only", async () => {
    const worker = testWorker({ QUEUE: { send: () => Promise.reject(new Error("over quota")) } });
    const endpoint = await createEndpoint(worker, {});
    for (const body of lifecycle) {
      expect((await deliver(worker, endpoint, body)).status).toBe(200);
    }
    await worker.sweep();
    expect(await shownOf(worker, endpoint)).toMatchObject(GREEN);
  });
});

describe("an invocation", () => {
  test("goes no further than its calls reach, and wakes another one for the rest", async () => {
    const database = await emptyDatabase();
    let calls = 0;
    const batch: D1Database["batch"] = (statements) => {
      calls += 1;
      return database.batch(statements);
    };
    const worker = testWorker({ DB: { prepare: (sql) => database.prepare(sql), batch } });
    const endpoint = await createEndpoint(worker, {});
    const [first = ""] = lifecycle;
    for (let place = 0; place < 30; place++) {
      // Deployments of projects of their own, so that each brings a command.
      const body = first
        .replaceAll(/"(evt|prj|dpl)_\w+"/g, `"$1_${place}"`)
        .replaceAll("web-shop", `p${place}`);
      await deliver(worker, endpoint, body);
    }
    worker.sent.length = 0;
    const callsOf: number[] = [];
    do {
      const bodies = worker.sent.splice(0).map(({ body }) => body);
      calls = 0;
      await worker.consume(bodies.length > 0 ? bodies : [{ wake: "deliveries" }]);
      callsOf.push(calls);
    } while (worker.sent.some(({ delaySeconds = 0 }) => delaySeconds <= 1) && callsOf.length < 40);
    expect(callsOf.length).toBeGreaterThan(3);
    expect(Math.max(...callsOf)).toBeLessThanOrEqual(50);
    const received = await admin(worker, "GET", "/api/v1/deliveries?status=received");
    expect(await received.json()).toMatchObject({ data: [] });
  });

  test("does not lose what it does not understand", async () => {
    const worker = testWorker();
    const answer = await worker.consume([{ from: "a newer version" }, { wake: "deliveries" }]);
    expect(answer).toEqual({ acked: [1], retried: [{ place: 0, delaySeconds: 10 }] });
  });
});
