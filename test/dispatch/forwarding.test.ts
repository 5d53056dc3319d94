/** Webhooks in, core API calls out: whole recorded lifecycles through the front door. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { adapters } from "../../adapters/index.ts";
import { wireCall } from "../../src/destinations/activitysmith/wire-call.ts";
import { deliveriesOf, readLifecycle } from "../support/fixtures.ts";
import type { RecordedCall } from "../support/recording-core.ts";
import { endpointFor, send } from "../support/send.ts";
import { startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";
import { describeOnStores } from "../support/stores.ts";

const MINUTE_MS = 60_000;
const listed = z.object({ data: z.array(z.object({ id: z.string() })) });

/**
 * Plays a lifecycle; every delivery is digested and forwarded before the next one comes, unless
 * told otherwise.
 */
async function play(
  gateway: TestGateway,
  provider: string,
  name: string,
  { settings = {}, at = "each" }: { settings?: object; at?: "each" | "end" } = {},
): Promise<readonly RecordedCall[]> {
  const endpoint = await endpointFor(gateway, provider, settings);
  for (const fixture of deliveriesOf(readLifecycle(provider, name))) {
    const answer = await send(gateway, endpoint, fixture);
    expect(answer.status).toBe(200);
    gateway.clock.advance(1000);
    if (at === "each") await gateway.settle();
  }
  await gateway.settle();
  return gateway.core.calls;
}

const pushes = (calls: readonly RecordedCall[]) =>
  calls.filter(({ path }) => path === "/push-notification");
const updates = (calls: readonly RecordedCall[]) => calls.filter(({ method }) => method === "PUT");
const ends = (calls: readonly RecordedCall[]) => calls.filter(({ method }) => method === "DELETE");

describeOnStores((openStore) => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startGateway({ store: await openStore() });
  });
  afterEach(() => gateway.close());

  describe.each(adapters.map(({ name }) => name))("%s", (provider) => {
    test("a successful deployment is shown as it goes, with its result, and ended once", async () => {
      await play(gateway, provider, "production-success");
      expect(gateway.core.calls.at(-1)?.method).toBe("PUT");
      gateway.clock.advance(5 * MINUTE_MS - 1_000);
      await gateway.settle();
      expect(ends(gateway.core.calls)).toEqual([]);
      gateway.clock.advance(1_000);
      await gateway.settle();
      const { calls } = gateway.core;
      expect(ends(calls)).toHaveLength(1);
      expect(pushes(calls)).toEqual([]);
      const keys = new Set(calls.map(({ path }) => path));
      expect(keys.size).toBe(1);
      const final = updates(calls).at(-1)?.body["content_state"];
      expect(final).toMatchObject({
        type: "segmented_progress",
        color: "green",
      });
      expect(ends(calls)[0]?.body["content_state"]).toMatchObject({ auto_dismiss_seconds: 0 });
    });

    test("a failed deployment stays red for hours, and pushes where failures are asked for", async () => {
      const calls = await play(gateway, provider, "production-failure", {
        settings: { notify: "failures" },
      });
      expect(ends(calls)).toEqual([]);
      expect(updates(calls).at(-1)?.body["content_state"]).toMatchObject({
        color: "red",
        step_color: "red",
      });
      expect(pushes(calls)).toHaveLength(1);
      expect(pushes(calls)[0]?.body["title"]).toMatch(/failed$/);
    });

    test("nothing pushes where nothing is asked for", async () => {
      const calls = await play(gateway, provider, "production-failure", {
        settings: { notify: "none" },
      });
      expect(pushes(calls)).toEqual([]);
    });

    test("a lifecycle that comes all at once is still shown", async () => {
      const calls = await play(gateway, provider, "production-success", { at: "end" });
      expect(updates(calls)).toHaveLength(1);
    });

    test("pushes alone tell how it ended", async () => {
      const calls = await play(gateway, provider, "production-success", {
        settings: { deliver: "push" },
      });
      expect(calls).toHaveLength(1);
      expect(pushes(calls)[0]?.body["title"]).toMatch(/ live$/);
    });

    test("every call fits the core API's contract", async () => {
      const settings = { notify: "all", channels: ["ops"], name: "all of it" };
      for (const call of await play(gateway, provider, "production-failure", { settings })) {
        const streamKey = call.path.split("/").at(-1);
        const name = { PUT: "stream_update", DELETE: "stream_end", POST: "push" }[call.method];
        const sent = { call: name, streamKey, body: call.body, ending: "", announce: null };
        expect(wireCall.safeParse(sent).error).toBeUndefined();
        if (call.method === "PUT") expect(call.body["channels"]).toEqual(["ops"]);
        if (call.method === "POST") expect(call.body["target"]).toEqual({ channels: ["ops"] });
      }
    });
  });

  test("an endpoint's own API key is used for its calls", async () => {
    const calls = await play(gateway, "github", "production-success", {
      settings: { api_key: "its-own-key" },
    });
    expect(new Set(calls.map(({ apiKey }) => apiKey))).toEqual(new Set(["its-own-key"]));
  });

  test("a preview is not shown where only production is wanted", async () => {
    const settings = { filters: { environments: ["production"] } };
    const calls = await play(gateway, "vercel", "preview-success", { settings });
    expect(calls).toEqual([]);
  });

  test("a new run takes over the activity of its track", async () => {
    const endpoint = await endpointFor(gateway, "vercel");
    const [created] = deliveriesOf(readLifecycle("vercel", "production-success"));
    if (!created) throw new Error("no delivery");
    await send(gateway, endpoint, created);
    await gateway.settle();
    const later = {
      ...created,
      body: created.body.replaceAll(
        /"(dpl_|uev_|evt_)?[A-Za-z0-9]{20,}"/g,
        (id) => id.slice(0, -3) + 'zz"',
      ),
    };
    expect(later.body).not.toBe(created.body);
    await send(gateway, endpoint, later);
    await gateway.settle();
    expect(new Set(gateway.core.calls.map(({ path }) => path)).size).toBe(1);
  });

  test("a replayed delivery changes nothing on the screen", async () => {
    const calls = await play(gateway, "netlify", "production-success");
    const before = calls.length;
    const list = await gateway.admin("GET", "/api/v1/deliveries");
    const { data } = listed.parse(await list.json());
    for (const { id } of data) {
      expect((await gateway.admin("POST", `/api/v1/deliveries/${id}/replay`)).status).toBe(202);
    }
    await gateway.settle();
    expect(gateway.core.calls).toHaveLength(before);
  });
});
