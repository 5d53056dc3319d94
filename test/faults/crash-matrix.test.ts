/**
 * The gateway is killed at every point where it awaits something, and what was acknowledged comes
 * through all the same.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresForTests } from "../support/postgres.ts";
import { CRASH_POINTS, REPRESENTATIVE_POINTS } from "../support/simulation/crash-points.ts";
import { tellStory } from "../support/simulation/crash-story.ts";
import type { StoryEnd } from "../support/simulation/crash-story.ts";
import { EXTENT } from "../support/simulation/extent.ts";
import { reportTable } from "../support/simulation/report.ts";
import type { Row } from "../support/simulation/report.ts";

const postgres = await postgresForTests();
const folders: string[] = [];

function dataDir(): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "gateway-crash-"));
  folders.push(folder);
  return { DATA_DIR: folder };
}

const pointsHere = EXTENT === "ci" ? REPRESENTATIVE_POINTS : CRASH_POINTS;

/**
 * How many stories are told at a time: on Postgres most of a story is waiting for a dead process's
 * claims.
 */
const stores = [
  {
    name: "SQLite",
    points: pointsHere,
    environment: async () => dataDir(),
    atATime: 4,
  },
  {
    name: "Postgres",
    points: postgres ? pointsHere : [],
    environment: async () => ({
      ...dataDir(),
      DATABASE_URL: (await postgres?.createDatabase()) ?? "",
      ADMIN_TOKEN: "test-admin-token-0123456789",
      ENCRYPTION_KEY: "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    }),
    atATime: 12,
  },
];

const stories = new Map<string, Promise<StoryEnd>>();
/** By crash point: what was lost and repeated on each store. */
const rows = new Map<string, Row>();
let proven = 0;

beforeAll(() => {
  for (const { name, points, environment, atATime } of stores) {
    const turns = Array.from({ length: atATime }, () => Promise.resolve());
    for (const [at, point] of points.entries()) {
      const story = (turns[at % atATime] ?? Promise.resolve()).then(async () =>
        tellStory(await environment(), point),
      );
      stories.set(`${point} ${name}`, story);
      turns[at % atATime] = Promise.allSettled([story]).then(() => undefined);
    }
  }
});

afterAll(async () => {
  await Promise.allSettled(stories.values());
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  const counts = stores.map(({ name, points }) => `${points.length} on ${name}`).join(", ");
  const verdict = `Nothing acknowledged was lost: ${proven} kills (${counts}), and no push came twice unmarked.`;
  const isWhole = proven === stories.size;
  reportTable(
    `Killed at ${pointsHere.length} points, once each, and started again`,
    [...rows.values()],
    isWhole ? verdict : undefined,
  );
}, 240_000);

function check({ crashes, pushes, ends, acknowledged }: StoryEnd): void {
  expect(crashes).toBe(1);
  expect(acknowledged).toBe(8);
  const titles = [
    "web-shop preview is ready",
    "web-shop production failed",
    "web-shop · api production failed",
  ];
  expect(new Set(pushes.map(({ title }) => title))).toEqual(new Set(titles));
  expect(pushes).toHaveLength(titles.length);
  for (const { times, isMarked } of pushes) {
    // One that was on its way at the kill may have arrived: it comes once more, and is marked.
    expect(times).toBeLessThanOrEqual(isMarked ? 2 : 1);
  }
  const finals = [...ends.values()].map(({ method, body }) => [method, body["content_state"]]);
  expect(finals).toHaveLength(2);
  expect(finals).toEqual(
    expect.arrayContaining([
      ["DELETE", expect.objectContaining({ color: "red" })],
      ["DELETE", expect.objectContaining({ color: "green" })],
    ]),
  );
}

const repeated = ({ pushes }: StoryEnd) =>
  pushes.reduce((sum, { times }) => sum + Math.max(0, times - 1), 0);

describe.each(stores)("killed once, on $name", ({ name, points }) => {
  test.each(points)("%s", { timeout: 240_000 }, async (point) => {
    const end = await stories.get(`${point} ${name}`);
    if (!end) throw new Error("no such story");
    const counts = {
      [`${name}: lost`]: end.lost.length,
      [`${name}: repeated, marked`]: repeated(end),
    };
    rows.set(point, { ...(rows.get(point) ?? { point }), ...counts });
    expect(end.lost).toEqual([]);
    check(end);
    proven += 1;
  });
});
