/**
 * A code host signs the body and neither the event's name nor the delivery's id: what was captured
 * and is sent again under new ones rings no second time. A redelivery by the host's own button, and
 * a replay by the operator, are what they were.
 */
import { expect, test } from "vitest";
import * as z from "zod";
import { httpFixture } from "../support/fixtures.ts";
import { endpointFor, send } from "../support/send.ts";
import { startGateway } from "../support/start-gateway.ts";
import { describeOnStores } from "../support/stores.ts";

const receipt = z.object({ delivery_id: z.string(), status: z.string() });

describeOnStores((openStore) => {
  test("a captured body under new ids rings once", async () => {
    const gateway = await startGateway({ store: await openStore() });
    const endpoint = await endpointFor(gateway, "github", { notify: "all" });
    const recorded = httpFixture("github", "release__published");
    const sent = async (headers: Readonly<Record<string, string>>) => {
      const fixture = { ...recorded, headers: { ...recorded.headers, ...headers } };
      const answer = receipt.parse(await (await send(gateway, endpoint, fixture)).json());
      await gateway.settle();
      return answer;
    };
    const pushes = () => gateway.core.calls.filter(({ method }) => method === "POST").length;
    const first = await sent({});
    expect(pushes()).toBe(1);
    expect(await sent({})).toEqual({ delivery_id: first.delivery_id, status: "duplicate" });
    for (let times = 0; times < 5; times++)
      await sent({ "x-github-delivery": crypto.randomUUID() });
    await sent({ "x-github-delivery": crypto.randomUUID(), "x-github-event": "deployment" });
    expect(pushes()).toBe(1);
    await gateway.admin("POST", `/api/v1/deliveries/${first.delivery_id}/replay`);
    await gateway.settle();
    expect(pushes()).toBe(2);
    await gateway.close();
  });

  test("another release rings for itself", async () => {
    const gateway = await startGateway({ store: await openStore() });
    const endpoint = await endpointFor(gateway, "github", { notify: "all" });
    const recorded = httpFixture("github", "release__published");
    for (const version of ["v9.0.1", "v9.0.2"]) {
      const headers = { ...recorded.headers, "x-github-delivery": crypto.randomUUID() };
      const body = recorded.body.replaceAll(/"tag_name":\s*"[^"]*"/g, `"tag_name":"${version}"`);
      expect((await send(gateway, endpoint, { ...recorded, headers, body })).status).toBe(200);
    }
    await gateway.settle();
    expect(gateway.core.calls.filter(({ method }) => method === "POST")).toHaveLength(2);
    await gateway.close();
  });
});
