/**
 * What D1 bills for: rows written for one production success of Vercel, told at its recorded times, by
 * D1's own meter. Of the second deployment of a project, as all but the first are.
 */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import createdText from "../../recordings/vercel/deployment.created__production.http?raw";
import promotedText from "../../recordings/vercel/deployment.promoted__production.http?raw";
import readyText from "../../recordings/vercel/deployment.ready__production.http?raw";
import succeededText from "../../recordings/vercel/deployment.succeeded__production.http?raw";
import { createEndpoint, deliver, parseHttp } from "../contract/target.ts";
import type { Endpoint } from "../contract/target.ts";
import { emptyDatabase } from "./database.ts";
import { meterOf } from "./meter.ts";
import { testWorker } from "./worker.ts";
import type { TestWorker } from "./worker.ts";

/** When each was recorded, in ms after the first. */
const LIFECYCLE = [
  { text: createdText, at: 0 },
  { text: readyText, at: 34_120 },
  { text: succeededText, at: 36_050 },
  { text: promotedText, at: 38_240 },
];
const RECORDED_AT = 1_793_610_000_000;
const HOUR_MS = 3_600_000;
/** `max_batch_timeout` of wrangler.toml. */
const BATCH_MS = 1_000;
const MINUTE_MS = 60_000;
/** Longer than a success stays on the screen. */
const AFTERWARDS_MS = 12 * MINUTE_MS;

/** A delivery, its commands, calls and history included. `src/store/schema.md` says what for. */
const MOST_ROWS = 18.5;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: RECORDED_AT });
});

afterEach(() => {
  vi.useRealTimers();
});

/** The deployment of that number, with ids and times of its own. */
function nth(text: string, number: number): string {
  return parseHttp(text)
    .body.replaceAll(/\b(evt|dpl)_/g, `$1_${number}`)
    .replaceAll(/\b17936\d{8}\b/g, (at) => String(Number(at) + number * HOUR_MS));
}

/** Hands over what the queue holds, in its time, and sweeps each minute, until then. */
async function runUntil(worker: TestWorker, queue: Waiting[], end: number): Promise<void> {
  for (;;) {
    const now = Date.now();
    queue.push(
      ...worker.sent.splice(0).map(({ body, delaySeconds = 0 }) => ({
        body,
        at: now + BATCH_MS + delaySeconds * 1_000,
      })),
    );
    const sweep = (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS;
    const next = Math.min(sweep, ...queue.map(({ at }) => at));
    if (next > end) break;
    vi.setSystemTime(next);
    const due = queue.filter(({ at }) => at <= next);
    queue.splice(0, queue.length, ...queue.filter(({ at }) => at > next));
    if (due.length > 0) await worker.consume(due.map(({ body }) => body));
    else await worker.sweep();
  }
  vi.setSystemTime(end);
}

interface Waiting {
  readonly body: unknown;
  readonly at: number;
}

async function deploy(worker: TestWorker, endpoint: Endpoint, number: number): Promise<void> {
  const queue: Waiting[] = [];
  const begin = RECORDED_AT + number * HOUR_MS;
  for (const { text, at } of LIFECYCLE) {
    await runUntil(worker, queue, begin + at);
    expect((await deliver(worker, endpoint, nth(text, number))).status).toBe(200);
  }
  await runUntil(worker, queue, begin + AFTERWARDS_MS);
}

test("a production success of Vercel", async () => {
  const meter = meterOf(await emptyDatabase());
  const worker = testWorker({ DB: meter.database, STREAM_UPDATE_INTERVAL_SECONDS: undefined });
  const endpoint = await createEndpoint(worker, {});
  await deploy(worker, endpoint, 1);
  meter.reset();
  await deploy(worker, endpoint, 2);
  const rows = [...meter.rows().values()].reduce((sum, count) => sum + count, 0);
  expect(rows / LIFECYCLE.length).toBeLessThanOrEqual(MOST_ROWS);
  expect(rows).toBeGreaterThan(LIFECYCLE.length);
});
