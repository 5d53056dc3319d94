/**
 * What is kept of a delivery, and what is not taken, on real stores: no secret, and no name or id
 * that is too long to look up.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { httpFixture } from "../support/fixtures.ts";
import type { HttpFixture } from "../support/fixtures.ts";
import type { TestEndpoint } from "../support/gateway.ts";
import { endpointFor, send } from "../support/send.ts";
import { startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";
import { describeOnStores } from "../support/stores.ts";

const receipt = z.object({ delivery_id: z.string(), status: z.string() });
const LEAKED = "cloudhost_live_0123456789abcdef";
const alert = httpFixture("github", "secret_scanning_alert__created");
const leaking = alert.body.replace('"alert":{', `"alert":{"secret":"${LEAKED}",`);

describeOnStores((openStore) => {
  let gateway: TestGateway;
  let endpoint: TestEndpoint;
  beforeEach(async () => {
    gateway = await startGateway({ store: await openStore() });
    endpoint = await endpointFor(gateway, "github");
  });
  afterEach(() => gateway.close());

  const sent = (changes: Partial<HttpFixture>) => send(gateway, endpoint, { ...alert, ...changes });
  const under = (headers: Readonly<Record<string, string>>) =>
    sent({ headers: { ...alert.headers, ...headers } });
  const keptOf = async (answer: Response) => {
    const { delivery_id } = receipt.parse(await answer.json());
    return (await gateway.admin("GET", `/api/v1/deliveries/${delivery_id}`)).text();
  };

  test("a secret that a payload carries is not kept, and the rest of it is read", async () => {
    expect(leaking).toContain(LEAKED);
    const answer = await sent({ body: leaking });
    await gateway.settle();
    const kept = await keptOf(answer);
    expect(kept).not.toContain(LEAKED);
    expect(JSON.parse(kept)).toMatchObject({
      status: "processed",
      payload: leaking.replace(LEAKED, "[redacted]"),
    });
  });

  test("the endpoint's own secret is kept in no header", async () => {
    const answer = await under({ "x-debug": `secret=${endpoint.secret}`, "x-harmless": "stays" });
    const kept = await keptOf(answer);
    expect(kept).not.toContain(endpoint.secret);
    expect(JSON.parse(kept)).toMatchObject({ headers: { "x-harmless": "stays" } });
  });

  test("a weak secret that is a name as well takes that name out of headers only", async () => {
    endpoint = await endpointFor(gateway, "github", { secret: "production-deploy" });
    const named = alert.body.replace(/"name": ?"[^"]*"/, '"name":"production-deploy"');
    expect(named).toContain("production-deploy");
    const answer = await sent({
      headers: { ...alert.headers, "x-debug": "secret=production-deploy" },
      body: named,
    });
    expect(JSON.parse(await keptOf(answer))).toMatchObject({
      headers: { "x-debug": "[redacted]" },
      payload: expect.stringContaining("production-deploy"),
    });
  });

  test("a strong secret is taken out of a payload too", async () => {
    const told = alert.body.replace(/"name": ?"[^"]*"/, `"name":"${endpoint.secret}"`);
    expect(told).toContain(endpoint.secret);
    expect(await keptOf(await sent({ body: told }))).not.toContain(endpoint.secret);
  });

  test.each([
    ["of 200 characters is taken", "e".repeat(200), 200],
    ["of 201 is not", "e".repeat(201), 400],
  ])("an event's name %s", async (_, event, status) => {
    expect((await under({ "x-github-event": event })).status).toBe(status);
  });

  test("a delivery's id that is too long to look up is known again by its hash", async () => {
    const id = "d".repeat(300);
    const first = receipt.parse(await (await under({ "x-github-delivery": id })).json());
    const again = receipt.parse(await (await under({ "x-github-delivery": id })).json());
    expect([first.status, again]).toEqual(["accepted", { ...first, status: "duplicate" }]);
    const other = await under({ "x-github-delivery": `${id}e` });
    expect(receipt.parse(await other.json()).status).toBe("accepted");
  });
});
