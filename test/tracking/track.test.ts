/** Tracks: their identity, their stream key, and which run they show. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { streamKey } from "../../src/destinations/activitysmith/contract.ts";
import { newId } from "../../src/util/id.ts";
import type { RunRecord } from "../../src/model/run/run-record.ts";
import { runOf } from "../../src/tracking/merge.ts";
import { newestOf, openTrack, trackKey } from "../../src/tracking/track.ts";
import { anyText, CREATED_AT, progress, runWith } from "../support/runs.ts";

describe("a track's key", () => {
  const key = (changes: Parameters<typeof progress>[0] = {}) => trackKey(progress(changes));

  test("is the same for another name, run or time of the same project", () => {
    expect(key({ project: { id: "prj_1", name: "renamed" }, at: 1 })).toBe(key());
    expect(key({ run: { id: "run_2", attempt: 1 } })).toBe(key());
  });

  test("tells projects, lines and environments apart", () => {
    const keys = [
      key(),
      key({ project: { id: "prj_2", name: "web-shop" } }),
      key({ environment: { name: "preview", kind: "preview" } }),
      key({ environment: undefined }),
      key({ line: { id: "production", name: "api" } }),
      key({ line: { id: "production", name: "api" }, environment: undefined }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

test("runs of other branches have tracks of their own where they do not replace one another", () => {
  const on = (branch: string, changes: Parameters<typeof progress>[0] = {}) =>
    trackKey(progress({ facts: { branch }, ...changes }));
  const ci = { environment: undefined };
  const preview = { environment: { name: "preview", kind: "preview" as const } };
  expect(on("main", ci)).not.toBe(on("dev", ci));
  expect(on("main", preview)).not.toBe(on("dev", preview));
  expect(on("main")).toBe(on("dev"));
});

describe("a track's stream key", () => {
  const keyOf = (id: string, project: string, environment = "production") => {
    const signal = progress({
      project: { id: "prj_1", name: project },
      environment: { name: environment, kind: "other" },
    });
    return openTrack(id, "ep_1", runOf(signal), CREATED_AT).streamKey;
  };

  test("can be read by a person", () => {
    const id = "trk_01K7ZK3V5Q4W8M2N6P9R0S1T2V";
    expect(keyOf(id, "Web Shop")).toBe("web-shop-production-6p9r0s1t2v");
    expect(keyOf(id, "Résumé (new)", "日本")).toBe("resume-new-6p9r0s1t2v");
  });

  test("is one that the core API takes, whatever the names", () => {
    fc.assert(
      fc.property(anyText, anyText, (project, environment) => {
        expect(streamKey.safeParse(keyOf(newId("trk", 0), project, environment)).success).toBe(
          true,
        );
      }),
    );
  });

  test("is another for another track of the same names", () => {
    expect(keyOf(newId("trk", 0), "web-shop")).not.toBe(keyOf(newId("trk", 0), "web-shop"));
  });
});

test("a new track is not stored yet and shows nothing", () => {
  expect(openTrack("trk_0123456789", "ep_1", runOf(progress()), CREATED_AT)).toEqual({
    id: "trk_0123456789",
    endpointId: "ep_1",
    key: trackKey(progress()),
    streamKey: "web-shop-production-0123456789",
    projectId: "prj_1",
    projectName: "web-shop",
    lineName: null,
    environment: "production",
    environmentKind: "production",
    isDefaultBranch: false,
    version: 0,
    shownRunId: null,
    createdAt: CREATED_AT,
    updatedAt: CREATED_AT,
  });
});

describe("the shown run", () => {
  const record = (id: string, createdAt: number, excluded = false): RunRecord => ({
    trackId: "trk_1",
    run: runWith({ run: { id, attempt: 1 } }),
    state: "queued",
    createdAt,
    startedAt: null,
    endedAt: null,
    excluded,
    lastSignalAt: 0,
    contact: "heard",
    checkAt: null,
    pushed: [],
    forecast: null,
    updatedAt: 0,
  });

  test("is the newest by the provider's time, then by id, in whatever order they come", () => {
    const runs = [record("c", 1), record("a", 2), record("b", 2), record("d", 3, true)];
    fc.assert(
      fc.property(fc.shuffledSubarray(runs, { minLength: runs.length }), (shuffled) => {
        expect(newestOf(shuffled)?.run.id).toBe("b");
      }),
    );
  });

  test("is none where all are excluded", () => {
    expect(newestOf([record("a", 1, true)])).toBeUndefined();
    expect(newestOf([])).toBeUndefined();
  });
});
