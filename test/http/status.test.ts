/** What strangers and operators are told of the gateway's state, and what the figures cost. */
import { expect, test } from "vitest";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import { startGateway } from "../support/start-gateway.ts";

/** A store whose figures are counted, and can be made to fail or to take until they are let go. */
async function countedStore() {
  const store = await createSqliteStore({ file: ":memory:" });
  const figures = { asked: 0, isAway: false, ready: Promise.resolve() };
  const counts: typeof store.counts = async () => {
    figures.asked += 1;
    await figures.ready;
    if (figures.isAway) throw new Error("the database is away");
    return store.counts();
  };
  return { figures, store: { ...store, counts } };
}

test("many scrapes at once, and those of the next five seconds, count the rows once", async () => {
  const { figures, store } = await countedStore();
  const gateway = await startGateway({ store });
  const counted = Promise.withResolvers<void>();
  figures.ready = counted.promise;
  const scrapes = Array.from({ length: 20 }, () => gateway.admin("GET", "/metrics"));
  counted.resolve();
  for (const scrape of await Promise.all(scrapes)) expect(scrape.status).toBe(200);
  gateway.clock.advance(4_999);
  await gateway.admin("GET", "/metrics");
  expect(figures.asked).toBe(1);
  gateway.clock.advance(1);
  await gateway.admin("GET", "/metrics");
  expect(figures.asked).toBe(2);
  gateway.clock.advance(-3_600_000);
  await gateway.admin("GET", "/metrics");
  expect(figures.asked).toBe(3);
  await gateway.close();
});

test("while the store is away the process tells what it knows, and asks once in five seconds", async () => {
  const { figures, store } = await countedStore();
  const gateway = await startGateway({ store });
  await gateway.fetch("/hooks/ep_nowhere", { method: "POST" });
  figures.isAway = true;
  for (let times = 0; times < 3; times++) {
    const scrape = await gateway.admin("GET", "/metrics");
    expect(scrape.status).toBe(200);
    const text = await scrape.text();
    expect(text).toContain("gateway_store_up 0\n");
    expect(text).toContain('gateway_deliveries_received_total{provider="none"');
    expect(text).not.toContain("gateway_commands");
  }
  expect(figures.asked).toBe(1);
  await gateway.close();
});

test("strangers count nothing", async () => {
  const { figures, store } = await countedStore();
  const gateway = await startGateway({ store });
  for (const headers of [{}, { authorization: "Bearer wrong" }])
    expect((await gateway.fetch("/metrics", { headers })).status).toBe(401);
  expect(figures.asked).toBe(0);
  await gateway.close();
});
