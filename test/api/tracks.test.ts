/** Tracks and runs through HTTP: the run shown, success rate, steps and durations. */
import { describe, expect, test } from "vitest";
import { runRecord, seedDigested, seedRun } from "./seed.ts";
import { NOON, at, openAdmin, textAt } from "./support.ts";

const RUN = {
  id: "run_1",
  attempt: 1,
  state: "succeeded",
  steps: [
    {
      title: "Building",
      state: "succeeded",
      started_at: "2026-05-04T11:58:30.000Z",
      // It never told its end: the next step of the line began then.
      ended_at: "2026-05-04T11:59:30.000Z",
      duration_ms: 60_000,
    },
    {
      title: "Deploying",
      state: "succeeded",
      started_at: "2026-05-04T11:59:30.000Z",
      ended_at: "2026-05-04T12:00:00.000Z",
      duration_ms: 30_000,
    },
  ],
  created_at: "2026-05-04T11:58:20.000Z",
  started_at: "2026-05-04T11:58:30.000Z",
  ended_at: "2026-05-04T12:00:00.000Z",
  duration_ms: 90_000,
  facts: { branch: "main", log_url: "https://acme.example/logs/1" },
  excluded: false,
  updated_at: "2026-05-04T12:00:00.000Z",
};

const failed = () =>
  runRecord("run_0", { state: "failed", createdAt: NOON - 500_000, endedAt: NOON - 400_000 });

/** Of which nothing but its start was heard. */
function begun() {
  const { outcome: _outcome, ...run } = runRecord("run_2").run;
  const { build } = run.steps;
  return runRecord("run_2", {
    run: { ...run, steps: build ? { build } : {} },
    state: "running",
    createdAt: NOON,
    endedAt: null,
  });
}

describe("GET /api/v1/tracks", () => {
  test("shows each track with the run it shows, counts, success rate and median duration", async () => {
    const admin = await openAdmin();
    await seedDigested(admin.store);
    await seedRun(admin.store, failed(), 2);
    const { json } = await admin.call("GET", "/api/v1/tracks");
    expect(json).toEqual({
      data: [
        {
          id: "trk_1",
          endpoint_id: "ep_shop",
          stream_key: "web-shop-production",
          project: { id: "prj_1", name: "web-shop" },
          line: null,
          environment: { name: "production", kind: "production" },
          shown_run: RUN,
          counts: { runs: 2, succeeded: 1, failed: 1 },
          success_rate: 0.5,
          median_duration_ms: 90_000,
          created_at: "2026-05-04T12:00:00.000Z",
          updated_at: "2026-05-04T12:00:00.000Z",
        },
      ],
      next_cursor: null,
    });
  });

  test("has no success rate before a run has ended", async () => {
    const admin = await openAdmin();
    await seedRun(admin.store, begun(), 1);
    const { json } = await admin.call("GET", "/api/v1/tracks");
    expect(at(json, "data", 0)).toMatchObject({
      counts: { runs: 1, succeeded: 0, failed: 0 },
      success_rate: null,
      median_duration_ms: null,
      shown_run: null,
    });
  });

  test("finds those of one endpoint", async () => {
    const admin = await openAdmin();
    await seedDigested(admin.store);
    const mine = await admin.call("GET", "/api/v1/tracks?endpoint=ep_shop");
    expect(at(mine.json, "data", 0, "id")).toBe("trk_1");
    const others = await admin.call("GET", "/api/v1/tracks?endpoint=ep_blog");
    expect(at(others.json, "data")).toEqual([]);
  });

  test("refuses an unknown filter", async () => {
    const admin = await openAdmin();
    expect((await admin.call("GET", "/api/v1/tracks?project=x")).status).toBe(400);
  });
});

describe("GET /api/v1/tracks/{id}/runs", () => {
  test("lists runs, newest first, with steps, times and facts", async () => {
    const admin = await openAdmin();
    await seedDigested(admin.store);
    await seedRun(admin.store, failed(), 2);
    const first = await admin.call("GET", "/api/v1/tracks/trk_1/runs?limit=1");
    expect(at(first.json, "data")).toEqual([RUN]);
    const cursor = encodeURIComponent(textAt(first.json, "next_cursor"));
    const second = await admin.call("GET", `/api/v1/tracks/trk_1/runs?cursor=${cursor}`);
    expect(at(second.json, "data", 0)).toMatchObject({ id: "run_0", state: "failed" });
    expect(at(second.json, "data", 1)).toBeNull();
    expect(at(second.json, "next_cursor")).toBeNull();
  });

  test("a run under way has no end and no duration yet", async () => {
    const admin = await openAdmin();
    await seedRun(admin.store, begun(), 1);
    const { json } = await admin.call("GET", "/api/v1/tracks/trk_1/runs");
    expect(at(json, "data", 0)).toMatchObject({
      state: "running",
      ended_at: null,
      duration_ms: null,
      steps: [{ title: "Building", state: "running", ended_at: null, duration_ms: null }],
    });
  });

  test("is a 404 for nobody's id", async () => {
    const admin = await openAdmin();
    expect((await admin.call("GET", "/api/v1/tracks/trk_0/runs")).status).toBe(404);
  });
});
