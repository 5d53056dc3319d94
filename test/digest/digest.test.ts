/**
 * A delivery that cannot be digested: set aside where it is to blame, tried again for ever where
 * the store is.
 */
import { DEFAULT_LINGER } from "../../src/compose/linger.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { defineAdapter, sharedToken } from "../../src/adapter/contract.ts";
import type { Endpoint } from "../../src/model/endpoint.ts";
import { digest } from "../../src/digest/digest.ts";
import type { Store } from "../../src/store/port.ts";
import { RowRejectedError } from "../../src/model/errors/row-rejected-error.ts";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import { DEFAULT_WATCH } from "../../src/tracking/watch.ts";
import { deliveryOf, NOON } from "../store/records.ts";
import { progress, settings } from "../support/runs.ts";

const LONGER_THAN_A_CLAIM_MS = 20_000;

const acme = defineAdapter({
  name: "acme",
  title: "Acme",
  docs: "https://acme.example/webhooks",
  verify: sharedToken(),
  secret: { madeBy: "gateway", where: "Enter it." },
  identify: { event: { header: "x-event" } },
  events: {
    deployed: { schema: z.object({}), toSignals: () => [progress()] },
    deployed_project: {
      schema: z.object({ project: z.string(), run: z.string() }),
      toSignals: ({ project: id, run }) => [
        { ...progress(), project: { id, name: id }, run: { ...progress().run, id: run } },
      ],
    },
    broken: {
      schema: z.object({}),
      toSignals: () => {
        throw new TypeError("a bug");
      },
    },
  },
  ignores: {},
  setup: [],
  recommended: [],
});

const endpoint: Endpoint = {
  ...settings(),
  id: "ep_shop",
  provider: "acme",
  secrets: [],
  apiKey: undefined,
  account: "default",
  pin: null,
  rules: [],
  options: {},
  me: [],
  expect: [],
};

let real: Store;
let now: number;
let errors: unknown[];
beforeEach(async () => {
  real = await createSqliteStore({ file: ":memory:" });
  now = NOON;
  errors = [];
  isBilledByRows = false;
});
afterEach(() => real.close());

/**
 * Digests a delivery of this event so many times, each when the claim of the time before has run
 * out.
 */
async function digestAgain(event: string, times: number, troubles: Partial<Store> = {}) {
  const delivery = deliveryOf({ provider: "acme", event, body: "{}" });
  await real.storeDeliveries([delivery]);
  await digestStored(times, troubles);
  return async () => (await real.findDelivery(delivery.id))?.delivery;
}

/** Whether deliveries are digested without a claim. */
let isBilledByRows = false;

async function digestStored(times: number, troubles: Partial<Store>): Promise<void> {
  const error = (_message: string, facts?: object) => void errors.push(facts);
  const ignore = () => undefined;
  for (let time = 0; time < times; time++) {
    await digest({
      store: { ...real, ...troubles },
      adapters: new Map([["acme", acme]]),
      findEndpoint: async () => endpoint,
      waker: { wake: ignore },
      clock: { now: () => now },
      log: { info: ignore, warn: ignore, error },
      watch: DEFAULT_WATCH,
      linger: DEFAULT_LINGER,
      updateIntervalMs: 0,
      isBilledByRows,
    });
    now += LONGER_THAN_A_CLAIM_MS;
  }
}

const rejecting = (error: Error) => async () => {
  throw error;
};

test.each<[string, Partial<Store>]>([
  ["reading a track", { loadTrack: rejecting(new Error("ECONNRESET")) }],
  ["committing", { commitDigest: rejecting(new Error("ECONNRESET")) }],
])("a store that fails at %s ten times costs nothing", async (_step, troubles) => {
  const found = await digestAgain("deployed", 10, troubles);
  expect(await found()).toMatchObject({ status: "received", attempts: 10 });
  expect(errors).toHaveLength(10);
  await digestAgain("deployed", 1);
  expect(await found()).toMatchObject({ status: "processed" });
});

test("a bug in an adapter is tried five times, and the delivery set aside with its words", async () => {
  const found = await digestAgain("broken", 4);
  expect(await found()).toMatchObject({ status: "received" });
  await digestAgain("deployed", 1);
  expect(await found()).toMatchObject({
    status: "failed",
    detail: expect.stringContaining("TypeError: a bug"),
  });
});

test("without a claim it is put off as well, and counted", async () => {
  isBilledByRows = true;
  const found = await digestAgain("broken", 4);
  expect(await found()).toMatchObject({ status: "received", attempts: 4 });
  now -= LONGER_THAN_A_CLAIM_MS;
  await digestStored(1, {});
  expect(await found()).toMatchObject({ status: "received", attempts: 4 });
  await digestStored(1, {});
  expect(await found()).toMatchObject({ status: "failed" });
});

test("what another process has committed meanwhile is digested once", async () => {
  isBilledByRows = true;
  const overtaken: Store["commitDigest"] = async (commit) => {
    await real.commitDigest(commit);
    return real.commitDigest({ ...commit, tracks: [], commands: [], memory: {} });
  };
  const found = await digestAgain("deployed", 1, { commitDigest: overtaken });
  expect(await found()).toMatchObject({ status: "processed" });
  const commands = await real.listCommands({ limit: 9 });
  expect(commands.rows).toHaveLength(1);
  expect(errors).toEqual([]);
});

test("a delivery whose outcome the store refuses for its own sake is set aside too", async () => {
  const refusing: Store["commitDigest"] = async (commit) => {
    if (commit.delivery?.status !== "failed") throw new RowRejectedError("a value is too long");
    return real.commitDigest(commit);
  };
  const found = await digestAgain("deployed", 5, { commitDigest: refusing });
  expect(await found()).toMatchObject({
    status: "failed",
    detail: expect.stringContaining("a value is too long"),
  });
});

test("a look at a run that fails is tried again, and holds up none of the others", async () => {
  await digestAgain("deployed", 1);
  now += DEFAULT_WATCH.silentAfterMs;
  let loads = 0;
  const twice: Store["dueChecks"] = async (options) => {
    const due = await real.dueChecks(options);
    return [...due, ...due];
  };
  const once: Store["loadTrack"] = async (...asked) => {
    if (loads++ === 0) throw new Error("ECONNRESET");
    return real.loadTrack(...asked);
  };
  const silent = { run: expect.objectContaining({ contact: "silent" }) };
  await digestAgain("broken", 1, {
    claimDeliveries: async () => [],
    dueChecks: twice,
    loadTrack: once,
  });
  expect(errors).toMatchObject([{ error: expect.stringContaining("ECONNRESET") }]);
  const later = now + DEFAULT_WATCH.graceMs + DEFAULT_WATCH.silentAfterMs;
  expect(await real.dueChecks({ now: later, limit: 9 })).toEqual([expect.objectContaining(silent)]);
});

test("projects of one endpoint do not wait for each other, and what is of one project keeps its order", async () => {
  const deployed = (project: string, run: string) =>
    deliveryOf({
      provider: "acme",
      event: "deployed_project",
      body: JSON.stringify({ project, run }),
    });
  await real.storeDeliveries([
    deployed("slow", "first"),
    deployed("slow", "second"),
    deployed("quick", "other"),
  ]);
  const quickIsDone = Promise.withResolvers<void>();
  const committed: (string | undefined)[] = [];
  await digestStored(1, {
    loadTrack: async (endpointId, key, runId) => {
      if (runId === "first") await quickIsDone.promise;
      return real.loadTrack(endpointId, key, runId);
    },
    commitDigest: async (commit) => {
      const result = await real.commitDigest(commit);
      const run = commit.tracks[0]?.run?.run.id;
      committed.push(run);
      if (run === "other") quickIsDone.resolve();
      return result;
    },
  });
  expect(committed).toEqual(["other", "first", "second"]);
});
