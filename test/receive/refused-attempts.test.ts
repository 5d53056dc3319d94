/** What an operator sees of requests that were refused, and what a flood of them costs. */
import { expect, test } from "vitest";
import * as z from "zod";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import { startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";

const JSON_BODY = { "content-type": "application/json" };
const FORGED = {
  ...JSON_BODY,
  "x-hub-signature-256": `sha256=${"0".repeat(64)}`,
  "x-github-event": "push",
  "x-forwarded-for": "203.0.113.9",
};

const listed = z.object({
  data: z.array(
    z.looseObject({
      status: z.literal("refused"),
      reason: z.string(),
      answered: z.number(),
      sender: z.string().nullable(),
      header_names: z.array(z.string()),
    }),
  ),
});

async function refusedOf(gateway: TestGateway, endpoint: string) {
  await gateway.steps.writeRefused();
  const path = `/api/v1/deliveries?status=refused&endpoint=${endpoint}`;
  return listed.parse(await (await gateway.admin("GET", path)).json()).data;
}

function post(gateway: TestGateway, id: string, headers: Record<string, string>, body = "{}") {
  return gateway.fetch(`/hooks/${id}`, { method: "POST", headers, body });
}

test("what was refused, and why, is listed with names of headers and no value or body", async () => {
  const gateway = await startGateway();
  const { id } = await gateway.createEndpoint("github");
  expect((await post(gateway, id, FORGED, '{"forged":"body-of-a-forger"}')).status).toBe(401);
  expect((await post(gateway, id, JSON_BODY)).status).toBe(401);
  expect((await post(gateway, id, { "content-type": "text/plain" })).status).toBe(415);
  await gateway.admin("PATCH", `/api/v1/endpoints/${id}`, { max_body_bytes: 1024 });
  expect((await post(gateway, id, JSON_BODY, `"${"x".repeat(2000)}"`)).status).toBe(413);
  await gateway.admin("PATCH", `/api/v1/endpoints/${id}`, { enabled: false });
  expect((await post(gateway, id, JSON_BODY)).status).toBe(404);

  const rows = await refusedOf(gateway, id);
  expect(rows.map(({ answered, reason }) => `${answered} ${reason}`)).toEqual([
    "404 endpoint_disabled",
    "413 body_too_large",
    "415 unsupported_media_type",
    "401 signature_missing",
    "401 signature_mismatch",
  ]);
  expect(rows.at(-1)).toMatchObject({ sender: "203.0.113.9", endpoint_id: id });
  expect(rows.at(-1)?.header_names).toContain("x-hub-signature-256");
  expect(JSON.stringify(rows)).not.toMatch(/body-of-a-forger|0{64}/);

  const view = await (await gateway.admin("GET", `/api/v1/endpoints/${id}`)).json();
  expect(view).toMatchObject({ refused: { total: 5, reason: "endpoint_disabled" } });
  const all = await (await gateway.admin("GET", "/api/v1/endpoints")).json();
  expect(all).toMatchObject({ data: [{ id, refused: { total: 5 } }] });
  const metrics = await (await gateway.admin("GET", "/metrics")).text();
  const mismatch = `{endpoint="${id}",provider="github",reason="signature_mismatch"} 1`;
  expect(metrics).toContain(`gateway_refused_total${mismatch}`);
  await gateway.close();
});

test("a flood of forgeries is counted whole, in few rows and a line a minute", async () => {
  const inner = await createSqliteStore({ file: ":memory:" });
  let rows = 0;
  const addRefusedAttempts: typeof inner.addRefusedAttempts = (id, count, latest) => {
    rows += latest.length;
    return inner.addRefusedAttempts(id, count, latest);
  };
  const gateway = await startGateway({ store: { ...inner, addRefusedAttempts } });
  const { id } = await gateway.createEndpoint("github");
  for (let second = 0; second < 70; second++) {
    for (let times = 0; times < 20; times++) await post(gateway, id, FORGED);
    await gateway.steps.writeRefused();
    gateway.clock.advance(1_000);
  }
  gateway.clock.advance(60_000);
  await gateway.steps.writeRefused();
  const view = await (await gateway.admin("GET", `/api/v1/endpoints/${id}`)).json();
  expect(view).toMatchObject({ refused: { total: 1_400, reason: "signature_mismatch" } });
  expect(rows).toBeLessThanOrEqual(15 * 10);
  expect(await refusedOf(gateway, id)).toHaveLength(50);
  const lines = gateway.log.filter(({ outcome }) => outcome === "verification_failed");
  expect(lines.map(({ repeated }) => repeated)).toEqual([undefined, 1_199, undefined, 199]);
  await gateway.close();
});

test("what is refused while the store is away is written when it is back", async () => {
  const inner = await createSqliteStore({ file: ":memory:" });
  let isAway = false;
  const addRefusedAttempts: typeof inner.addRefusedAttempts = async (id, count, latest) => {
    if (isAway) throw new Error("the database is away");
    await inner.addRefusedAttempts(id, count, latest);
  };
  const gateway = await startGateway({ store: { ...inner, addRefusedAttempts } });
  const { id } = await gateway.createEndpoint("github");
  isAway = true;
  await post(gateway, id, FORGED);
  await gateway.steps.writeRefused();
  await post(gateway, id, FORGED);
  isAway = false;
  gateway.clock.advance(5_000);
  expect(await refusedOf(gateway, id)).toHaveLength(2);
  await gateway.close();
});
