/**
 * Two gateway processes on one Postgres: no command twice, no track torn, and one budget for both.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import type { GatewayProcess } from "../support/gateway-process.ts";
import { postgresForTests } from "../support/postgres.ts";
import type { DeploymentEvent, Stage } from "../support/simulation/deployments.ts";
import { IS_FULL } from "../support/simulation/extent.ts";
import { callsByTrack, haveEnded, lostIn, startFleet } from "../support/simulation/fleet.ts";
import type { Fleet } from "../support/simulation/fleet.ts";
import { reportTable } from "../support/simulation/report.ts";

const postgres = await postgresForTests();
/** At most one activity each, as many as the fleet allows: nothing has to give way. */
const TRACKS = IS_FULL ? 100 : 30;
const STARTED_AT = Date.now();
const STAGES = ["created", "ready", "succeeded"] as const satisfies readonly Stage[];

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.close());

async function startTwo(settings: Readonly<Record<string, string>>) {
  const environment = { ...settings, DATABASE_URL: (await postgres?.createDatabase()) ?? "" };
  const first = await fleet.start({ ...environment, DATA_DIR: `${fleet.folder}/first` });
  const second = await fleet.start({ ...environment, DATA_DIR: `${fleet.folder}/second` });
  return { both: [first, second] as const, hook: await fleet.createHook(first) };
}

/**
 * Every event goes to one of the two in turn, all at once; even retries of the provider go to both.
 */
async function postAlternately(
  both: readonly [GatewayProcess, GatewayProcess],
  hook: string,
  events: readonly DeploymentEvent[],
): Promise<void> {
  const answers = await Promise.all(
    events.map((event, at) => fleet.post(both[at % 2 === 0 ? 0 : 1], hook, event)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
}

const eventsOf = (stage: Stage): DeploymentEvent[] =>
  Array.from({ length: TRACKS }, (_, track) => ({
    track,
    run: 1,
    stage,
    at: STARTED_AT + ["created", "ready", "succeeded"].indexOf(stage) * 1000,
  }));

/** How many calls a process made, by its log. */
const callsMadeBy = (gateway: GatewayProcess): number =>
  gateway
    .output()
    .split("\n")
    .filter((line) => line.includes('"message":"command"') && line.includes('"status":200')).length;

describe.skipIf(!postgres)("two processes on one Postgres", () => {
  test("no command twice, no track torn", async () => {
    const { both, hook } = await startTwo({});
    const events = STAGES.flatMap(eventsOf);
    await postAlternately(both, hook, events);
    await postAlternately([both[1], both[0]], hook, events);
    await fleet.core.until(haveEnded(TRACKS));
    await expect.poll(() => lostIn(fleet, both[0]), { interval: 250 }).toEqual([]);
    const calls = fleet.core.calls;
    const byTrack = callsByTrack(calls);
    expect(byTrack.size).toBe(TRACKS);
    for (const own of byTrack.values()) {
      const bodies = own.map(({ method, body }) => `${method} ${JSON.stringify(body)}`);
      expect(new Set(bodies).size).toBe(bodies.length);
      expect(own.filter(({ method }) => method === "POST")).toHaveLength(1);
      const stream = own.filter(({ method }) => method !== "POST");
      expect(stream.filter(({ method }) => method === "DELETE")).toHaveLength(1);
      expect(stream.at(-1)?.method).toBe("DELETE");
    }
    const made = both.map(callsMadeBy);
    for (const count of made) expect(count).toBeGreaterThan(0);
    reportTable(
      "Two processes on one Postgres",
      [
        {
          tracks: TRACKS,
          acknowledged: fleet.acknowledged.size,
          calls: calls.length,
          "by the first": made[0] ?? 0,
          "by the second": made[1] ?? 0,
          "sent twice": 0,
          torn: 0,
        },
      ],
      `Two processes shared ${calls.length} calls: none was made twice, no track was torn.`,
    );
  });

  test("one budget for both: never a call beyond it", async () => {
    const budget = 20;
    const { both, hook } = await startTwo({
      CALLS_PER_MINUTE: String(budget),
      CALLS_RESERVED: "0",
    });
    const ofFeature = (calls: readonly { readonly method: string }[]) => ({
      pushes: calls.filter(({ method }) => method === "POST").length,
      streams: calls.filter(({ method }) => method !== "POST").length,
    });
    const startedAt = Date.now();
    await postAlternately(both, hook, eventsOf("created"));
    await fleet.core.until((calls) => ofFeature(calls).streams >= budget);
    // More work for both, and urgent: each has digested it and looked for budget when all of it is
    // digested.
    await postAlternately(both, hook, eventsOf("succeeded"));
    await expect.poll(() => lostIn(fleet, both[1]), { interval: 250 }).toEqual([]);
    // What is digested side by side is digested before it is sent.
    await fleet.core.until((calls) => ofFeature(calls).pushes >= budget);
    const observedMs = Date.now() - startedAt;
    expect(observedMs).toBeLessThan(60_000);
    // Pushes and Live Activities have a budget each.
    expect(ofFeature(fleet.core.calls)).toEqual({ pushes: budget, streams: budget });
    const waiting = await both[0].admin("GET", "/api/v1/commands?status=pending&limit=100");
    const { data } = z.object({ data: z.array(z.unknown()) }).parse(await waiting.json());
    expect(data.length).toBeGreaterThan(0);
    reportTable(
      "Two processes, one budget",
      [
        {
          "calls a minute": budget,
          "calls made": fleet.core.calls.length,
          "waiting for budget": data.length,
          "observed s": Math.round(observedMs / 1000),
        },
      ],
      `Two processes kept to one budget: ${budget} calls, and not one more.`,
    );
  });
});
