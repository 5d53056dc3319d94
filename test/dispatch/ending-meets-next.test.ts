/**
 * The ending of a card meets the first update of the next run, on two processes that share a
 * database: in whatever order they act, one card is there in the end, and never two.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import { createPostgresStore } from "../../src/runtime/database/postgres.ts";
import type { Store } from "../../src/store/port.ts";
import { postgresForTests } from "../support/postgres.ts";
import { endpointFor, send } from "../support/send.ts";
import { markIn, webhookOf } from "../support/simulation/deployments.ts";
import type { Stage } from "../support/simulation/deployments.ts";
import { createLimitedCore } from "../support/simulation/limited-core.ts";
import { startGateway } from "../support/start-gateway.ts";

const postgres = await postgresForTests();
const STARTS_AT = Date.parse("2026-11-02T12:00:00.000Z");
const SECOND = 1_000;
const LINGER_MS = 5 * 60 * SECOND;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Two handles of one database. */
async function twoOnSqlite(): Promise<readonly [Store, Store]> {
  const folder = mkdtempSync(join(tmpdir(), "gateway-ending-"));
  folders.push(folder);
  const file = join(folder, "gateway.db");
  return [await createSqliteStore({ file }), await createSqliteStore({ file })];
}

async function twoOnPostgres(): Promise<readonly [Store, Store]> {
  const url = (await postgres?.createDatabase()) ?? "";
  return [await createPostgresStore({ url, max: 2 }), await createPostgresStore({ url, max: 2 })];
}

/**
 * What happens: the first process sends the ending, which arrives and is answered; the second hears
 * of the next run and sends its first frame.
 */
const ACTS = ["send", "arrive", "answer", "hear", "show"] as const;
type Act = (typeof ACTS)[number];

/** Every order in which the acts of each process keep theirs. */
const ORDERS: readonly (readonly Act[])[] = merged(["send", "arrive", "answer"], ["hear", "show"]);

function merged(one: readonly Act[], other: readonly Act[]): readonly (readonly Act[])[] {
  const [a, ...restOfOne] = one;
  const [b, ...restOfOther] = other;
  if (a === undefined || b === undefined) return [[...one, ...other]];
  return [
    ...merged(restOfOne, other).map((rest) => [a, ...rest]),
    ...merged(one, restOfOther).map((rest) => [b, ...rest]),
  ];
}

async function meet(stores: readonly [Store, Store], order: readonly Act[]) {
  let now = STARTS_AT;
  const core = createLimitedCore(() => now);
  const [ending, next] = await Promise.all(
    stores.map((store) => startGateway({ store, startsAt: STARTS_AT })),
  );
  if (!ending || !next) throw new Error("two processes are needed");
  const arrival = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  let isHeldUp = false;
  ending.core.answer(async (call) => {
    if (isHeldUp && call.method === "DELETE") await arrival.promise;
    const given = await core.answer(call, now);
    if (isHeldUp && call.method === "DELETE") await answer.promise;
    return given;
  });
  next.core.answer((call) => core.answer(call, now));
  const pass = async (ms: number, { settles }: { readonly settles: boolean }) => {
    now += ms;
    for (const { clock } of [ending, next]) clock.advance(ms);
    if (settles) for (const gateway of [ending, next]) await gateway.settle();
  };
  const endpoint = await endpointFor(ending, "vercel", { notify: "none" });
  const hear = async (run: number, stage: Stage) => {
    const { status } = await send(next, endpoint, webhookOf({ track: 0, run, stage, at: now }));
    expect(status).toBe(200);
    await next.steps.digest();
  };
  const acts: Readonly<Record<Act, () => Promise<unknown>>> = {
    send: () => ending.steps.dispatch(),
    arrive: async () => {
      arrival.resolve();
      await expect.poll(() => core.calls.some(({ kind }) => kind === "end")).toBe(true);
    },
    answer: async () => {
      answer.resolve();
      await ending.steps.idle();
    },
    hear: () => hear(1, "created"),
    show: async () => {
      await pass(2 * SECOND, { settles: false });
      await next.steps.dispatch();
      await next.steps.idle();
    },
  };

  await hear(0, "created");
  for (let second = 0; second < 20; second += 5) await pass(5 * SECOND, { settles: true });
  await hear(0, "succeeded");
  await pass(SECOND, { settles: true });
  await pass(LINGER_MS, { settles: false });
  isHeldUp = true;
  for (const act of order) {
    // What was superseded before it was sent never arrives.
    const { commands } = await ending.store.counts();
    const isSent = (commands.sending ?? 0) > 0 || core.calls.some(isEnd);
    if ((act === "arrive" || act === "answer") && !isSent) continue;
    await acts[act]();
  }
  arrival.resolve();
  answer.resolve();
  for (let second = 0; second < 60; second += 5) await pass(5 * SECOND, { settles: true });
  const cards = core.screen().activities.map(({ actions, contentState, endedAt }) => ({
    run: markIn({ actions })?.run,
    color: contentState.color,
    isAlive: endedAt === null,
  }));
  const most = Math.max(...core.calls.map(({ alive }) => alive.length));
  await Promise.all([ending, next].map((gateway) => gateway.close()));
  return { cards, most };
}

const isEnd = ({ kind }: { readonly kind: string }): boolean => kind === "end";

const STORES = [
  { name: "two handles of SQLite", open: twoOnSqlite, isThere: true },
  { name: "Postgres", open: twoOnPostgres, isThere: postgres !== undefined },
] as const;

describe.each(STORES)("$name", ({ open, isThere }) => {
  test.skipIf(!isThere).each(ORDERS.map((order) => [order.join(", "), order] as const))(
    "%s: the next run's card, and no other",
    async (_, order) => {
      const { cards, most } = await meet(await open(), order);
      expect(cards).toEqual([{ run: 1, color: "blue", isAlive: true }]);
      expect(most).toBe(1);
    },
  );
});
