/** Summing up late pushes: nothing is lost or counted twice, whatever waits. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { lateForm, STALE_MS, summariesOf } from "../../src/compose/sum-up.ts";
import type { WaitingPush } from "../../src/compose/sum-up.ts";

const NOW = Date.parse("2026-11-03T07:00:00.000Z");

const waiting = fc
  .array(
    fc.record({
      createdAt: fc.integer({ min: NOW - 24 * STALE_MS, max: NOW - STALE_MS }),
      project: fc.constantFrom("shop", "docs", undefined),
      channel: fc.constantFrom("ops", undefined),
      isProductionFailure: fc.boolean(),
      count: fc.constantFrom(undefined, 2, 30),
    }),
    { maxLength: 60 },
  )
  .map((rows) => rows.map(pushOf));

interface Row {
  readonly createdAt: number;
  readonly project: string | undefined;
  readonly channel: string | undefined;
  readonly isProductionFailure: boolean;
  readonly count: number | undefined;
}

function pushOf({ createdAt, project, channel, isProductionFailure, count }: Row, at: number) {
  const sum = { count: count ?? 0, since: createdAt - 1_000, titles: ["older"] };
  const push: WaitingPush = {
    id: `cmd_${at}`,
    endpointId: "ep_1",
    createdAt,
    intent: {
      kind: "push",
      title: `push ${at}`,
      tags: [],
      ...(channel !== undefined && { channels: [channel] }),
      about: {
        ...(project !== undefined && { project }),
        ...(count !== undefined && { sum }),
        ...(count === undefined && isProductionFailure && { isProductionFailure: true as const }),
      },
    },
  };
  return push;
}

const countOf = ({ intent }: Pick<WaitingPush, "intent">): number => intent.about?.sum?.count ?? 1;
const total = (pushes: readonly Pick<WaitingPush, "intent">[]): number =>
  pushes.reduce((sum, push) => sum + countOf(push), 0);

test("each push is in one summary or goes out by itself, and the counts add up", () => {
  fc.assert(
    fc.property(waiting, (pushes) => {
      const summaries = summariesOf(pushes, NOW);
      const summed = summaries.flatMap(({ of }) => of);
      expect(new Set(summed).size).toBe(summed.length);
      const alone = pushes.filter((push) => !summed.includes(push));
      expect(total([...summaries, ...alone])).toBe(total(pushes));
      const audiences = summaries.map(({ intent: { about, channels } }) =>
        JSON.stringify([about?.project, channels]),
      );
      expect(new Set(audiences).size).toBe(audiences.length);
      for (const { of, intent } of summaries) {
        expect(intent.urgency).toBe("passive");
        expect(intent.about?.isProductionFailure).toBeUndefined();
        const said = of.length > 1 ? `${total(of)} updates` : of[0]?.intent.title;
        expect(intent.title).toContain(said);
        for (const push of of) {
          expect(push.intent.about?.project).toBe(intent.about?.project);
          expect(push.intent.channels).toEqual(intent.channels);
        }
      }
      const failures = pushes.filter(({ intent }) => intent.about?.isProductionFailure);
      const ringing = failures.filter((push) => alone.includes(push));
      expect(ringing.length).toBeGreaterThanOrEqual(Math.min(10, failures.length));
    }),
  );
});

test("the same pushes in another order come to the same", () => {
  fc.assert(
    fc.property(waiting, (pushes) => {
      const texts = (of: readonly WaitingPush[]) =>
        summariesOf(of, NOW)
          .map(({ intent }) => JSON.stringify(intent))
          .toSorted();
      expect(texts(pushes.toReversed())).toEqual(texts(pushes));
    }),
  );
});

const failure = (id: number, createdAt: number, about: object = {}): WaitingPush => ({
  id: `cmd_${String(id).padStart(3, "0")}`,
  endpointId: "ep_1",
  createdAt,
  intent: {
    kind: "push",
    title: `failure ${id}`,
    tags: ["vercel"],
    url: `https://x.example/${id}`,
    about: { project: "shop", isProductionFailure: true, ...about },
  },
});
const update = (id: number, changes: object = {}): WaitingPush => {
  const { intent, ...rest } = failure(id, NOW - id * STALE_MS);
  return {
    ...rest,
    intent: { ...intent, about: { project: "shop" }, title: `update ${id}`, ...changes },
  };
};

test("of a project's updates one push says how many and the newest three", () => {
  const [summary, ...others] = summariesOf(
    [1, 2, 3, 4].map((id) => update(id)),
    NOW,
  );
  expect(others).toEqual([]);
  expect(summary?.of.map(({ id }) => id)).toEqual(["cmd_004", "cmd_003", "cmd_002", "cmd_001"]);
  expect(summary?.intent).toEqual({
    kind: "push",
    title: "shop: 4 updates, up to 4 h late",
    message: "update 1 · update 2 · update 3 · 1 more",
    url: "https://x.example/1",
    urgency: "passive",
    tags: ["vercel"],
    about: {
      project: "shop",
      sum: { count: 4, since: NOW - 4 * STALE_MS, titles: ["update 3", "update 2", "update 1"] },
    },
  });
});

test("of one moment the lesser id is the older; other projects and audiences are summed up apart", () => {
  const at = (id: number, changes: object = {}) => ({
    ...update(id, changes),
    createdAt: NOW - STALE_MS,
  });
  const [same] = summariesOf([at(2), at(1)], NOW);
  expect(same?.of.map(({ id }) => id)).toEqual(["cmd_001", "cmd_002"]);
  expect(summariesOf([at(1), at(2, { about: { project: "docs" } })], NOW)).toEqual([]);
  expect(summariesOf([at(1), at(2, { channels: ["ops"] })], NOW)).toEqual([]);
  expect(
    summariesOf([at(1, { about: {} }), { ...at(2, { about: {} }), endpointId: "ep_2" }], NOW),
  ).toEqual([]);
  const nameless = summariesOf(
    [at(1, { about: {}, channels: ["ops"] }), at(2, { about: {}, channels: ["ops"] })],
    NOW,
  );
  expect(nameless[0]?.intent).toMatchObject({
    title: "2 updates, up to 1 h late",
    channels: ["ops"],
    message: "update 2 · update 1",
  });
});

test("ten failures of production ring one by one, the newest; one more is silent", () => {
  const eleven = Array.from({ length: 11 }, (_, at) => failure(at, NOW - 20 * STALE_MS + at));
  const [hushed, ...others] = summariesOf(eleven, NOW);
  expect(others).toEqual([]);
  expect(hushed?.of.map(({ id }) => id)).toEqual(["cmd_000"]);
  expect(hushed?.intent).toMatchObject({
    title: "failure 0",
    urgency: "passive",
    about: { project: "shop" },
  });
  expect(hushed?.intent.about).not.toHaveProperty("isProductionFailure");
  const nameless = eleven.map((it) =>
    failure(Number(it.id.slice(4)), it.createdAt, { project: undefined }),
  );
  expect(summariesOf(nameless, NOW)[0]?.intent.about).toEqual({});
  expect(summariesOf(eleven.slice(1), NOW)).toEqual([]);
});

test("a push that is late says so, and rings only for production", () => {
  const late = (push: WaitingPush) => lateForm(push.intent, NOW - 90 * 60_000, NOW);
  expect(late(failure(1, 0))).toMatchObject({ message: "1 h 30 min late" });
  expect(late(failure(1, 0))).not.toHaveProperty("urgency");
  expect(late(update(1, { message: "Prices with tax" }))).toMatchObject({
    title: "update 1",
    message: "1 h 30 min late · Prices with tax",
    urgency: "passive",
  });
  const sum = { count: 3, since: NOW - 5 * STALE_MS, titles: [] };
  const summed = late(update(1, { message: "a · b", about: { project: "shop", sum } }));
  expect(summed).toMatchObject({ title: "shop: 3 updates, up to 5 h late", message: "a · b" });
});
