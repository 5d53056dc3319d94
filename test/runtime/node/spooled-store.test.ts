/**
 * What waits in the spool reaches the store in order, and what the store will never take neither
 * blocks it nor vanishes.
 */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { NewDelivery } from "../../../src/model/delivery.ts";
import type { Store } from "../../../src/store/port.ts";
import { RowRejectedError } from "../../../src/model/errors/row-rejected-error.ts";
import { createSqliteStore } from "../../../src/runtime/database/node-sqlite.ts";
import { openSetAside } from "../../../src/runtime/node/spool/quarantine.ts";
import type { SetAside } from "../../../src/runtime/node/spool/quarantine.ts";
import { openSpool } from "../../../src/runtime/node/spool/spool.ts";
import { withSpool } from "../../../src/runtime/node/spool/spooled-store.ts";
import type { SpooledStore } from "../../../src/runtime/node/spool/spooled-store.ts";
import { deliveryOf } from "../../store/records.ts";
import { startGateway } from "../../support/start-gateway.ts";

let folder: string;
let spoolFile: string;
let asideFile: string;
let errors: Record<string, unknown>[];
const opened: SpooledStore[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gateway-spooled-"));
  spoolFile = join(folder, "spool.log");
  asideFile = join(folder, "spool.set-aside.log");
  errors = [];
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
  rmSync(folder, { recursive: true, force: true });
});

/**
 * A real store that can be away and refuses some deliveries for their own sake; what it was handed,
 * by id.
 */
async function fussyStore(refused: readonly string[]) {
  const store = await createSqliteStore({ file: ":memory:" });
  const stored: string[] = [];
  const state = { isAway: true };
  const storeDeliveries: Store["storeDeliveries"] = async (batch) => {
    if (state.isAway) throw new Error("the store is away");
    const bad = batch.find(({ id }) => refused.includes(id));
    if (bad) throw new RowRejectedError(`${bad.id} is too large`);
    stored.push(...batch.map(({ id }) => id));
    return store.storeDeliveries(batch);
  };
  return { state, stored, store: { ...store, storeDeliveries } };
}

async function open(store: Store, setAside?: SetAside): Promise<SpooledStore> {
  const error = (message: string, facts: object = {}) => void errors.push({ message, ...facts });
  const log = { info: () => undefined, warn: () => undefined, error };
  const aside = setAside ?? (await openSetAside(asideFile));
  const spooled = withSpool(store, await openSpool(spoolFile), aside, log);
  opened.push(spooled);
  return spooled;
}

async function accept(store: SpooledStore, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const [result] = await store.storeDeliveries([deliveryOf({ id, body: `{"id":"${id}"}` })]);
    expect(result).toEqual({ status: "accepted", id });
  }
}

test("one that the store refuses is set aside, and the others are stored in order", async () => {
  const { state, stored, store } = await fussyStore(["b", "d"]);
  const spooled = await open(store);
  await accept(spooled, "a", "b", "c", "d", "e");
  expect(existsSync(asideFile)).toBe(false);
  state.isAway = false;
  expect(await spooled.drain()).toBe(0);
  expect(stored).toEqual(["a", "c", "e"]);
  expect(spooled.setAside).toBe(2);
  expect(errors).toEqual(
    ["b", "d"].map((id) => ({
      message: "the store refuses a delivery, it is set aside",
      delivery_id: id,
      endpoint: "ep_shop",
      reason: `${id} is too large`,
    })),
  );
  await accept(spooled, "f");
  expect(stored).toEqual(["a", "c", "e", "f"]);
});

test("a crash before the spool is emptied sets nothing aside twice", async () => {
  const { state, store } = await fussyStore(["b"]);
  const first = await open(store);
  await accept(first, "a", "b");
  const spool = readFileSync(spoolFile);
  state.isAway = false;
  await first.drain();
  const aside = readFileSync(asideFile);
  writeFileSync(spoolFile, spool);
  const second = await open(store);
  expect(second.setAside).toBe(1);
  expect(await second.drain()).toBe(0);
  expect(readFileSync(asideFile)).toEqual(aside);
  expect(errors).toHaveLength(1);
});

test("what was set aside is tried again as a spool of its own", async () => {
  const { state, store } = await fussyStore(["b"]);
  const first = await open(store);
  await accept(first, "b");
  state.isAway = false;
  await first.drain();
  const cured = await fussyStore([]);
  cured.state.isAway = false;
  renameSync(asideFile, spoolFile);
  const second = await open(cured.store);
  expect(second.spooled).toBe(1);
  expect(await second.drain()).toBe(0);
  expect(cured.stored).toEqual(["b"]);
  const found = await second.findDelivery("b");
  expect(found?.delivery.body).toBe('{"id":"b"}');
});

test("what cannot be set aside stays in the spool", async () => {
  const { state, store } = await fussyStore(["b"]);
  const full = () => Promise.reject(new Error("ENOSPC: no space left on device"));
  const spooled = await open(store, { size: 0, keep: full, close: async () => undefined });
  await accept(spooled, "a", "b", "c");
  state.isAway = false;
  expect(await spooled.drain()).toBe(3);
  const waiting: NewDelivery[] = [];
  const again = await openSpool(spoolFile);
  await again.drain(async (batch) => void waiting.push(...batch));
  await again.close();
  expect(waiting.map(({ id }) => id)).toEqual(["a", "b", "c"]);
});

test("a torn record among what was set aside costs only itself", async () => {
  const aside = await openSetAside(asideFile);
  await aside.keep(deliveryOf({ id: "a" }));
  const whole = readFileSync(asideFile);
  await aside.keep(deliveryOf({ id: "b" }));
  await aside.close();
  writeFileSync(asideFile, readFileSync(asideFile).subarray(0, whole.length + 20));
  const again = await openSetAside(asideFile);
  expect(again.size).toBe(1);
  expect(await again.keep(deliveryOf({ id: "a" }))).toBe(false);
  expect(await again.keep(deliveryOf({ id: "b" }))).toBe(true);
  await again.close();
  const third = await openSetAside(asideFile);
  expect(third.size).toBe(2);
  await third.close();
});

test("readiness and metrics count what is set aside", async () => {
  const gateway = await startGateway({ setAside: () => 3 });
  const ready = await gateway.admin("GET", "/readyz");
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({ status: "degraded", store: "ok", set_aside: 3 });
  const metrics = await (await gateway.admin("GET", "/metrics")).text();
  expect(metrics).toContain("gateway_deliveries_set_aside 3\n");
  await gateway.close();
});
