/** Endpoints that only show: what is wrong is on one card, and leaves within the hour. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { railway } from "./hosts.ts";
import { MINUTE, play, startPhone } from "./phone.ts";
import type { Phone, Step } from "./phone.ts";

let phone: Phone;
beforeEach(async () => {
  phone = await startPhone();
});
afterEach(() => phone.close());

const rail =
  (kind: string, id: string, service = "api"): Step[1] =>
  (at) =>
    railway(kind, { id, at, service });
const streams = () =>
  new Set(phone.gateway.core.calls.flatMap(({ path }) => (path.includes("/alerts-") ? path : [])));
const alertCalls = () => phone.gateway.core.calls.filter(({ path }) => path.includes("/alerts-"));

test("a crash is on the card, once, and nobody is rung; an hour later it is gone", async () => {
  const endpoint = await phone.endpoint("railway", { deliver: "live_activity" });
  await play(phone, endpoint, [
    [0, rail("deployed", "a")],
    [600, rail("crashed", "a")],
    [620, rail("crashed", "a")],
    [640, rail("crashed", "a")],
  ]);
  expect(phone.pushes()).toEqual([]);
  expect(phone.cards().at(-1)).toBe("web-shop: api crashed: production · main · Sell more");
  expect(alertCalls()).toHaveLength(1);
  for (let waited = 0; waited < 62; waited++) await phone.wait(MINUTE);
  expect(alertCalls().at(-1)?.method).toBe("DELETE");
});

test("two services that crash share one card; the one that is live again clears only its own", async () => {
  const endpoint = await phone.endpoint("railway", { deliver: "live_activity" });
  await play(phone, endpoint, [
    [0, rail("deployed", "a")],
    [1, rail("deployed", "w", "worker")],
    [600, rail("crashed", "a")],
    [660, rail("crashed", "w", "worker")],
    [700, rail("deployed", "b")],
  ]);
  expect(streams().size).toBe(1);
  expect(JSON.stringify(alertCalls().at(-1)?.body)).toContain("worker crashed");
  await play(phone, endpoint, [[800, rail("deployed", "x", "worker")]]);
  expect(JSON.stringify(alertCalls().at(-1)?.body)).toContain("web-shop · worker is live again");
});

test("with notify it rings as well", async () => {
  const settings = { deliver: "live_activity", notify: "failures" };
  const endpoint = await phone.endpoint("railway", settings);
  await play(phone, endpoint, [
    [0, rail("deployed", "a")],
    [600, rail("crashed", "a")],
  ]);
  expect(phone.rung()).toEqual(["web-shop: api crashed"]);
  expect(alertCalls()).toHaveLength(1);
});

test("the card's stream does not tell the endpoint's id", async () => {
  const endpoint = await phone.endpoint("railway", { deliver: "live_activity" });
  await play(phone, endpoint, [
    [0, rail("deployed", "a")],
    [600, rail("crashed", "a")],
  ]);
  expect([...streams()].join()).not.toContain(endpoint.id);
});
