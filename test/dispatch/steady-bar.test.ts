/** The bar on the phone stands still from the first frame to the last, for every run but a line's first. */
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import type { HttpFixture } from "../support/fixtures.ts";
import { workflowJob, workflowRun } from "../support/github-runs.ts";
import type { WorkflowJob } from "../support/github-runs.ts";
import { endpointFor, send } from "../support/send.ts";
import { startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";
import { describeOnStores } from "../support/stores.ts";

const STARTS_AT = Date.parse("2026-11-02T12:00:00.000Z");
const NINE = Array.from({ length: 9 }, (_, at) => `job ${at}`);
const frame = z.object({
  content_state: z.object({ number_of_steps: z.number(), current_step: z.number() }),
});

describeOnStores((openStore) => {
  let gateway: TestGateway;
  let tell: (fixture: HttpFixture) => Promise<void>;
  beforeEach(async () => {
    gateway = await startGateway({
      store: await openStore(),
      startsAt: STARTS_AT,
      settings: { STREAM_UPDATE_INTERVAL_SECONDS: 0 },
    });
    const endpoint = await endpointFor(gateway, "github", { notify: "none" });
    tell = async (fixture) => {
      const answer = await send(gateway, endpoint, fixture);
      if (answer.status !== 200) throw new Error(`answered ${answer.status}`);
      await gateway.settle();
    };
  });
  afterEach(() => gateway.close());

  const now = () => gateway.clock.now();
  const bars = () =>
    gateway.core.calls
      .filter(({ method }) => method === "PUT")
      .map(({ body }) => frame.parse(body).content_state)
      .map(({ number_of_steps, current_step }) => [current_step, number_of_steps]);

  async function pass(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed++) {
      gateway.clock.advance(1_000);
      await gateway.settle();
    }
  }

  interface Attempt {
    readonly run: number;
    readonly attempt?: number;
    readonly branch?: string;
    readonly names: readonly string[];
    readonly failed?: string;
  }

  /** Its jobs begin one after the other, each when the one before it is over, as `needs` makes them. */
  async function runThrough({ names, failed, ...which }: Attempt): Promise<void> {
    const startedAt = now();
    const { run: id, ...rest } = which;
    await tell(workflowRun({ id, ...rest, startedAt, at: now(), conclusion: null }));
    await pass(10);
    for (const [at, name] of names.entries()) {
      const job = { ...which, id: id * 1_000 + (which.attempt ?? 1) * 100 + at, name };
      const say = (state: WorkflowJob["state"]) => tell(workflowJob({ ...job, state, at: now() }));
      await say("queued");
      await say("in_progress");
      await pass(2);
      await say(name === failed ? "failure" : "success");
    }
    const conclusion = failed === undefined ? "success" : "failure";
    await tell(workflowRun({ id, ...rest, startedAt, at: now(), conclusion }));
  }

  test("jobs that come one by one find their segments there", async () => {
    await runThrough({ run: 1, names: NINE });
    const first = bars().length;
    await pass(60);
    await runThrough({ run: 2, names: NINE });
    const seen = bars().slice(first);
    expect(new Set(seen.map(([, segments]) => segments))).toEqual(new Set([9]));
    const completed = seen.map(([count]) => count ?? 0);
    expect(completed).toEqual(completed.toSorted((a, b) => a - b));
    expect(new Set(completed)).toEqual(new Set(Array.from({ length: 10 }, (_, at) => at)));
  });

  test("another branch begins with what the default branch came to", async () => {
    await runThrough({ run: 1, names: NINE, branch: "main" });
    const first = bars().length;
    await runThrough({ run: 2, names: NINE, branch: "feature" });
    expect(
      new Set(
        bars()
          .slice(first)
          .map(([, segments]) => segments),
      ),
    ).toEqual(new Set([9]));
  });

  test("a re-run of the failed job goes on where the others are", async () => {
    await runThrough({ run: 1, names: NINE, failed: "job 8" });
    const first = bars().length;
    await runThrough({ run: 1, attempt: 2, names: ["job 8"] });
    const again = bars().slice(first);
    expect(new Set(again.map(([, segments]) => segments))).toEqual(new Set([9]));
    expect(again.at(-1)).toEqual([9, 9]);
    const completed = again.map(([count]) => count ?? 0);
    expect(completed).toEqual(completed.toSorted((a, b) => a - b));
    expect(completed).toContain(8);
  });
});
