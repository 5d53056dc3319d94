/** Summing up late pushes: nothing is lost or counted twice, whatever waits. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { STALE_MS, summariesOf } from "../../src/compose/sum-up.ts";
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
