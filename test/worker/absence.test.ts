/**
 * While D1 is away, what was verified waits in the queue and is stored from there; what fits
 * nowhere is refused.
 */
import { beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import createdText from "../../recordings/vercel/deployment.created__production.http?raw";
import type { D1Database } from "../../src/runtime/cloudflare-bindings.ts";
import { D1_MAX_BODY_BYTES } from "../../src/runtime/database/d1.ts";
import { admin, createEndpoint, deliver, parseHttp } from "../contract/target.ts";
import { emptyDatabase } from "./database.ts";
import { DEAD_LETTERS, testWorker } from "./worker.ts";

const answered = z.object({ delivery_id: z.string(), status: z.string() });
const waiting = z.object({ delivery: z.record(z.string(), z.unknown()) });
const recorded = parseHttp(createdText).body;

let database: D1Database;
beforeEach(async () => {
  database = await emptyDatabase();
});

const away = (): D1Database => ({
  prepare: (sql) => database.prepare(sql),
  batch: () => Promise.reject(new Error("D1_ERROR: Network connection lost.")),
});

/** A Worker that knows the endpoint from the moment before D1 went away. */
async function justCutOff(changes: Parameters<typeof testWorker>[0] = {}) {
  const before = testWorker();
  const endpoint = await createEndpoint(before, {});
  const ping = await deliver(before, { ...endpoint, secret: "not this one" }, recorded);
  expect(ping.status).toBe(401);
  return { endpoint, before, worker: testWorker({ DB: away(), ...changes }) };
}

/** A body of so many bytes that is still a Vercel event. */
function padded(bytes: number): string {
  const text = recorded.replace(/\}$/, ',"padding":""}');
  return text.replace('"padding":"', `"padding":"${"x".repeat(bytes - text.length)}`);
}

describe("without D1", () => {
  test("a delivery waits in the queue and is stored from there, once", async () => {
    const { endpoint, before, worker } = await justCutOff();
    const response = await deliver(worker, endpoint, recorded);
    expect(response.status).toBe(200);
    const { delivery_id, status } = answered.parse(await response.json());
    expect(status).toBe("accepted");
    const bodies = worker.sent.map(({ body }) => body);
    expect(bodies).toMatchObject([{ delivery: { id: delivery_id } }, { wake: "deliveries" }]);

    const still = await worker.consume(bodies, { attempts: 3 });
    expect(still.acked).toEqual([]);
    expect(still.retried).toEqual([
      { place: 0, delaySeconds: 40 },
      { place: 1, delaySeconds: 40 },
    ]);

    expect(await before.consume([...bodies, ...bodies])).toMatchObject({ acked: [0, 1, 2, 3] });
    const found = await admin(before, "GET", `/api/v1/deliveries/${delivery_id}`);
    expect(await found.json()).toMatchObject({ id: delivery_id, status: "processed" });
    const again = answered.parse(await (await deliver(before, endpoint, recorded)).json());
    expect(again).toEqual({ delivery_id, status: "duplicate" });
  });

  test("a dead letter is logged, and its delivery stored", async () => {
    const { endpoint, before, worker } = await justCutOff();
    await deliver(worker, endpoint, recorded);
    const bodies = worker.sent.map(({ body }) => body);
    const log = vi.spyOn(console, "log");
    expect(await before.consume(bodies, { queue: DEAD_LETTERS })).toMatchObject({ acked: [0, 1] });
    expect(log.mock.calls.flat().join("\n")).toContain('"message":"dead letter"');
    const listed = await admin(before, "GET", "/api/v1/deliveries");
    expect(await listed.json()).toMatchObject({ data: [{ endpoint_id: endpoint.id }] });
  });

  test("one poisoned delivery keeps no other from being stored", async () => {
    const { endpoint, before, worker } = await justCutOff();
    const known = answered.parse(await (await deliver(before, endpoint, recorded)).json());
    await deliver(worker, endpoint, recorded.replace(/"evt_\w+"/, '"evt_fresh"'));
    const [good] = worker.sent.map(({ body }) => body);
    const { delivery } = waiting.parse(good);
    // An id that another delivery has: D1 refuses the row, and with it the batch.
    const bad = { delivery: { ...delivery, id: known.delivery_id, providerDeliveryId: "evt_bad" } };
    expect(await before.consume([bad, good])).toEqual({
      acked: [1],
      retried: [{ place: 0, delaySeconds: 10 }],
    });
  });

  test.each([
    ["neither a message holds it", 130_000, {}],
    ["the queue is away too", 2_000, { QUEUE: { send: () => Promise.reject(new Error("away")) } }],
  ])("503 where %s", async (_why, bytes, changes) => {
    const { endpoint, worker } = await justCutOff(changes);
    const response = await deliver(worker, endpoint, padded(bytes));
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("503 where nobody remembers the endpoint", async () => {
    const endpoint = await createEndpoint(testWorker(), {});
    expect((await deliver(testWorker({ DB: away() }), endpoint, recorded)).status).toBe(503);
  });
});

describe("what D1 can hold", () => {
  test("is stored whole up to its limit, and refused above", async () => {
    const worker = testWorker();
    const endpoint = await createEndpoint(worker, {});
    const largest = padded(D1_MAX_BODY_BYTES);
    const stored = answered.parse(await (await deliver(worker, endpoint, largest)).json());
    const found = await admin(worker, "GET", `/api/v1/deliveries/${stored.delivery_id}`);
    expect(await found.text()).toContain("x".repeat(1_000));
    await worker.sweep();
    const after = await admin(worker, "GET", `/api/v1/deliveries/${stored.delivery_id}`);
    expect(await after.json()).toMatchObject({ status: "processed" });
    const tooLarge = await deliver(worker, endpoint, padded(D1_MAX_BODY_BYTES + 1));
    expect(tooLarge.status).toBe(413);
    expect(await tooLarge.json()).toEqual({ error: "body_too_large" });
  });
});
