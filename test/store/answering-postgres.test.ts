/**
 * A Postgres that hangs, restarts, or whose last word is lost: every step answers in time, and no
 * write is lost or done twice.
 */
import { afterEach, describe, expect, test } from "vitest";
import { isStoreAway } from "../../src/model/errors/store-away-error.ts";
import { createPostgresStore } from "../../src/runtime/database/postgres.ts";
import type { Store } from "../../src/store/port.ts";
import { ownCluster, postgresForTests } from "../support/postgres.ts";
import { startProxy } from "../support/simulation/stalling-proxy.ts";
import type { StallingProxy } from "../support/simulation/stalling-proxy.ts";
import { deliveryOf, endpointOf, NOON, secretOf } from "./records.ts";

const server = await postgresForTests();
const DEADLINE_MS = 600;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A store behind a proxy, and the same database seen directly. */
async function behindProxy(
  deadlineMs = DEADLINE_MS,
): Promise<{ store: Store; direct: Store; proxy: StallingProxy }> {
  const url = new URL((await server?.createDatabase()) ?? "");
  const direct = await createPostgresStore({ url: url.href, max: 2 });
  const proxy = await startProxy(Number(url.port || "5432"), url.hostname);
  url.hostname = "127.0.0.1";
  url.port = String(proxy.port);
  const store = await createPostgresStore({ url: url.href, max: 4, deadlineMs });
  closing.push(
    () => proxy.close(),
    () => direct.close(),
    () => store.close(),
  );
  return { store, direct, proxy };
}

describe.skipIf(!server)("a server that hangs", () => {
  test("is away after the deadline, and the store goes on when it answers again", async () => {
    const { store, proxy } = await behindProxy();
    await store.storeDeliveries([deliveryOf()]);
    proxy.stall();
    const begun = performance.now();
    const steps = await Promise.allSettled([
      store.ping(),
      store.findEndpoint("ep_shop"),
      store.storeDeliveries([deliveryOf()]),
      store.claimDeliveries({ now: NOON, limit: 1, leaseMs: 1_000 }),
    ]);
    // The deadline of this store, not the ten seconds of others.
    expect(performance.now() - begun).toBeLessThan(9_000);
    for (const it of steps) expect(it.status === "rejected" && isStoreAway(it.reason)).toBe(true);
    proxy.resume();
    await expect
      .poll(() =>
        store.ping().then(
          () => "there",
          () => "away",
        ),
      )
      .toBe("there");
  });

  test("does not hold up the end", async () => {
    const { store, proxy } = await behindProxy(60_000);
    await store.ping();
    proxy.stall();
    const hanging = Promise.allSettled([store.ping(), store.storeDeliveries([deliveryOf()])]);
    const begun = performance.now();
    await store.close();
    // Far from its deadline of a minute.
    expect(performance.now() - begun).toBeLessThan(30_000);
    expect((await hanging).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });
});

describe.skipIf(!server)("a commit whose answer is lost", () => {
  test("an endpoint is made once, and the operator learns that it is there", async () => {
    const { store, direct, proxy } = await behindProxy(5_000);
    const endpoint = endpointOf();
    proxy.loseAnswerTo("commit");
    await store.insertEndpoint(endpoint, secretOf(endpoint.id));
    expect(await direct.findEndpoint(endpoint.id)).toMatchObject({ endpoint, secrets: [{}] });
  });

  test("a deletion says that it deleted", async () => {
    const { store, direct, proxy } = await behindProxy(5_000);
    const endpoint = endpointOf();
    await direct.insertEndpoint(endpoint, undefined);
    proxy.loseAnswerTo("commit");
    expect(await store.deleteEndpoint(endpoint.id, NOON)).toBe(true);
    expect(await direct.findEndpoint(endpoint.id)).toBeUndefined();
    expect(await store.deleteEndpoint(endpoint.id, NOON)).toBe(false);
  });
});

const cluster = await ownCluster();

describe.skipIf(!cluster)("a server that restarts", () => {
  test("is used again soon, however long it was away", async () => {
    if (!cluster) return;
    const store = await createPostgresStore({ url: cluster.url, max: 2, deadlineMs: 2_000 });
    closing.push(
      () => cluster.stop(),
      () => store.close(),
    );
    await store.ping();
    cluster.crash();
    const until = performance.now() + 4_000;
    while (performance.now() < until) {
      const error: unknown = await store.ping().catch((it: unknown) => it);
      expect(isStoreAway(error)).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    cluster.start();
    const started = performance.now();
    await expect
      .poll(
        () =>
          store.ping().then(
            () => "there",
            () => "away",
          ),
        { interval: 20 },
      )
      .toBe("there");
    // The driver's own pauses would have grown to seven seconds by then.
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

test("where none of several hosts takes a connection, that is said at once", async () => {
  const url = "postgres://ada:secret@127.0.0.1:1,127.0.0.1:2/gateway";
  const begun = performance.now();
  const error: unknown = await createPostgresStore({ url }).catch((it: unknown) => it);
  // It would try for forty seconds.
  expect(performance.now() - begun).toBeLessThan(20_000);
  expect(isStoreAway(error)).toBe(true);
  expect(String(error)).toMatch(
    /None of .* hosts .*: 127\.0\.0\.1:1 \(ECONNREFUSED\), 127\.0\.0\.1:2 \(ECONNREFUSED\)$/,
  );
});

test.skipIf(!server)("one host of several is enough", async () => {
  const url = new URL((await server?.createDatabase()) ?? "");
  const several = url.href.replace(url.host, `127.0.0.1:1,${url.host}`);
  const store = await createPostgresStore({ url: several, max: 1 });
  closing.push(() => store.close());
  await expect(store.ping()).resolves.toBeUndefined();
});

test.skipIf(!server)(
  "a wrong database or password is told as such, and not waited for",
  async () => {
    const url = new URL((await server?.createDatabase()) ?? "");
    url.pathname = "there_is_none";
    await expect(createPostgresStore({ url: url.href })).rejects.toThrow(/does not exist/);
  },
);
