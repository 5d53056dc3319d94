/**
 * One card per track: a result stays on it, the next run goes on with it, and in between nothing is
 * ended.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import type { RecordedCall } from "../support/recording-core.ts";
import { endpointFor, send } from "../support/send.ts";
import { webhookOf } from "../support/simulation/deployments.ts";
import type { Stage } from "../support/simulation/deployments.ts";
import { startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";
import { describeOnStores } from "../support/stores.ts";

const shown = z.object({ content_state: z.object({ color: z.string() }) });
const MINUTE_MS = 60_000;
const STARTS_AT = Date.parse("2026-11-02T12:00:00.000Z");

/** What a person sees of a call: which card, and in which colour, or that it leaves. */
const seen = ({ method, body }: RecordedCall): unknown => {
  if (method === "DELETE") return "leaves";
  return shown.parse(body).content_state.color;
};

describeOnStores((openStore) => {
  let gateway: TestGateway;
  let tell: (run: number, stage: Stage) => Promise<void>;
  const start = async (settings: object = {}) => {
    gateway = await startGateway({
      store: await openStore(),
      startsAt: STARTS_AT,
      settings: { STREAM_UPDATE_INTERVAL_SECONDS: 0 },
    });
    const endpoint = await endpointFor(gateway, "vercel", { notify: "none", ...settings });
    tell = async (run, stage) => {
      const at = gateway.clock.now();
      const answer = await send(gateway, endpoint, webhookOf({ track: 0, run, stage, at }));
      if (answer.status !== 200) throw new Error(`answered ${answer.status}`);
      await gateway.settle();
    };
  };
  beforeEach(() => start());
  afterEach(() => gateway.close());

  /** As a process does that is awake at every due time. */
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1_000) {
      gateway.clock.advance(1_000);
      await gateway.settle();
    }
  }

  const calls = () => gateway.core.calls.map(seen);

  async function deploys(run: number, as: "succeeded" | "failed"): Promise<void> {
    await tell(run, "created");
    await pass(20_000);
    await tell(run, as);
  }

  test("the next run goes on with the card of a result", async () => {
    await deploys(0, "failed");
    await pass(30 * MINUTE_MS);
    await deploys(1, "succeeded");
    expect(calls()).toEqual(["blue", "red", "blue", "green"]);
    expect(new Set(gateway.core.calls.map(({ path }) => path)).size).toBe(1);
    await pass(5 * MINUTE_MS);
    expect(calls()).toEqual(["blue", "red", "blue", "green", "leaves"]);
  });

  test("a card that has left comes back with the next run, and not with the old result", async () => {
    await deploys(0, "succeeded");
    await pass(6 * MINUTE_MS);
    await tell(0, "succeeded");
    await deploys(1, "succeeded");
    expect(calls()).toEqual(["blue", "green", "leaves", "blue", "green"]);
  });

  test("what is over within the grace time never flashes; a failure is shown", async () => {
    await tell(0, "created");
    await tell(0, "succeeded");
    await pass(MINUTE_MS);
    expect(calls()).toEqual([]);
    await tell(1, "created");
    await tell(1, "failed");
    expect(calls()).toEqual(["red"]);
  });

  test("a rule says how long a result stays", async () => {
    await gateway.close();
    await start({ rules: [{ when: { projects: ["*"] }, then: { linger_minutes: 2 } }] });
    await deploys(0, "failed");
    await pass(2 * MINUTE_MS - 2_000);
    expect(calls()).toEqual(["blue", "red"]);
    await pass(4_000);
    expect(calls()).toEqual(["blue", "red", "leaves"]);
  });
});
