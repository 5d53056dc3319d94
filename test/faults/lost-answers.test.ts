/**
 * A connection to Postgres that breaks after the server has done what it was asked and before it can
 * say so: each write of an operator loses the answer to each of its messages in turn. What is
 * answered as done is there, once; what is not may be asked again.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { createPostgresStore } from "../../src/runtime/database/postgres.ts";
import type { Store } from "../../src/store/port.ts";
import { postgresForTests } from "../support/postgres.ts";
import { startProxy } from "../support/simulation/stalling-proxy.ts";
import type { StallingProxy } from "../support/simulation/stalling-proxy.ts";
import { startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";
import { claimCommands, commitOf, deliveryOf, incidentOf, pushOf } from "../store/records.ts";
import { settlementOf, writeCommands } from "../store/records.ts";

const server = await postgresForTests();
/** More messages than any of these writes takes. */
const MOST_MESSAGES = 30;
const TRIES = 5;
/** A transaction that is cut off in the middle takes half of it. */
const DEADLINE_MS = 2_000;

const incidents = z.object({ data: z.array(z.looseObject({ id: z.string() })) });
const list = z.object({ data: z.array(z.looseObject({ id: z.string(), name: z.string() })) });
const outbox = z.object({
  data: z.array(z.object({ body: z.looseObject({ title: z.string().optional() }) })),
});

describe.skipIf(!server)("an operator's write whose answer is lost", () => {
  let proxy: StallingProxy;
  let direct: Store;
  let gateway: TestGateway;
  beforeAll(async () => {
    const url = new URL((await server?.createDatabase()) ?? "");
    direct = await createPostgresStore({ url: url.href, max: 2 });
    proxy = await startProxy(Number(url.port || "5432"), url.hostname);
    url.hostname = "127.0.0.1";
    url.port = String(proxy.port);
    // One connection: its messages come in their order.
    const behindProxy = { url: url.href, max: 1, deadlineMs: DEADLINE_MS };
    gateway = await startGateway({ store: await createPostgresStore(behindProxy) });
  });
  afterAll(async () => {
    await gateway.close();
    await direct.close();
    await proxy.close();
  });

  let made = 0;
  const read = async (path: string): Promise<unknown> => (await gateway.admin("GET", path)).json();
  const endpointView = async (id: string) => read(`/api/v1/endpoints/${id}`);

  async function deadCommand(): Promise<string> {
    const command = pushOf();
    await writeCommands(direct, command);
    const claimed = (await claimCommands(direct)).find((it) => it.id === command.id);
    if (!claimed) throw new Error("It was not claimed.");
    const result = { status: "dead", reason: "no" } as const;
    await direct.settleCommand(settlementOf(claimed, { result }));
    return command.id;
  }

  async function openIncident(): Promise<string> {
    await direct.commitDigest(commitOf({ memory: { incidents: [incidentOf()] } }));
    const { data } = incidents.parse(await read("/api/v1/incidents?state=firing&limit=1"));
    if (!data[0]) throw new Error("No incident is open.");
    return data[0].id;
  }

  interface Write {
    readonly done: number;
    readonly method: string;
    readonly path: string;
    readonly body?: object;
    /** Fails unless it was done once. */
    readonly check: () => Promise<void>;
  }

  const writes: Readonly<Record<string, () => Promise<Write>>> = {
    "an endpoint is made": async () => {
      const name = `endpoint ${(made += 1)}`;
      const check = async () => {
        const { data } = list.parse(await read("/api/v1/endpoints?limit=200"));
        expect(data.filter((it) => it.name === name)).toHaveLength(1);
      };
      const body = { provider: "github", name, expect: [{ line: "Nightly", every: "24h" }] };
      return { done: 201, method: "POST", path: "/api/v1/endpoints", body, check };
    },
    "an endpoint is changed": async () => {
      const { id } = await gateway.createEndpoint("github");
      const check = async () => expect(await endpointView(id)).toMatchObject({ notify: "all" });
      const path = `/api/v1/endpoints/${id}`;
      return { done: 200, method: "PATCH", path, body: { notify: "all" }, check };
    },
    "a secret is rotated": async () => {
      const { id } = await gateway.createEndpoint("github");
      const check = async () => expect(await endpointView(id)).toHaveProperty("secrets.length", 2);
      const path = `/api/v1/endpoints/${id}/secrets`;
      return { done: 201, method: "POST", path, body: {}, check };
    },
    "an endpoint is removed": async () => {
      const { id } = await gateway.createEndpoint("github");
      const check = async () => expect(await direct.findEndpoint(id)).toBeUndefined();
      return { done: 204, method: "DELETE", path: `/api/v1/endpoints/${id}`, check };
    },
    "a call is queued": async () => {
      const title = `push ${(made += 1)}`;
      const check = async () => {
        const { data } = outbox.parse(await read("/api/v1/commands?limit=200"));
        expect(data.filter(({ body }) => body.title === title)).toHaveLength(1);
      };
      const body = { call: "push", body: { title } };
      return { done: 202, method: "POST", path: "/api/v1/commands", body, check };
    },
    "a command is tried again": async () => {
      const id = await deadCommand();
      const check = async () =>
        expect(await direct.findCommand({ id })).toMatchObject({ status: "pending" });
      return { done: 202, method: "POST", path: `/api/v1/commands/${id}/retry`, check };
    },
    "a delivery is replayed": async () => {
      const delivery = deliveryOf();
      await direct.storeDeliveries([delivery]);
      const check = async () =>
        expect((await direct.findDelivery(delivery.id))?.delivery.replays).toBeGreaterThan(0);
      const path = `/api/v1/deliveries/${delivery.id}/replay`;
      return { done: 202, method: "POST", path, check };
    },
    "an incident is acknowledged": async () => {
      const id = await openIncident();
      const path = `/api/v1/incidents/${id}`;
      const check = async () => expect(await read(path)).toMatchObject({ state: "acknowledged" });
      return { done: 200, method: "POST", path: `${path}/acknowledge`, check };
    },
    "an incident is muted": async () => {
      const id = await openIncident();
      const path = `/api/v1/incidents/${id}`;
      const check = async () => expect(await read(path)).toMatchObject({ muted: true });
      return { done: 200, method: "POST", path: `${path}/mute`, body: { muted: true }, check };
    },
  };

  test.each(Object.entries(writes))("%s, and is once", async (_, prepare) => {
    let at = 0;
    for (let wasLost = true; wasLost && at < MOST_MESSAGES; at++) {
      const { done, method, path, body, check } = await prepare();
      const isLost = proxy.loseAnswerAfter(at);
      let status = 503;
      for (let tries = 0; status === 503 && tries < TRIES; tries++)
        ({ status } = await gateway.admin(method, path, body));
      wasLost = isLost();
      expect([at, status]).toEqual([at, done]);
      await check();
    }
    expect(at).toBeGreaterThan(1);
    expect(at).toBeLessThan(MOST_MESSAGES);
  });
});
