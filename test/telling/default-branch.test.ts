/** Whose failure rings: a project's default branch is known from what its payloads told before. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { REPOSITORY, github, runFields } from "./github.ts";
import type { RunOf } from "./github.ts";
import { NOON, play, SECOND, startPhone } from "./phone.ts";
import type { Phone, Step } from "./phone.ts";

let phone: Phone;
beforeEach(async () => {
  phone = await startPhone();
});
afterEach(() => phone.close());

const BOT = "renovate[bot]";

/** @param main the default branch that the payload tells; undefined: it tells none */
const run =
  (main: string | undefined, it: Omit<RunOf, "at">): Step[1] =>
  (at) =>
    github("workflow_run", {
      action: "completed",
      workflow_run: runFields({ ...it, at }),
      workflow: { id: 88, name: "CI", path: ".github/workflows/ci.yml" },
      repository: { ...REPOSITORY, default_branch: main },
    });

const passed = { id: 1, conclusion: "success" } as const;
const failed = { id: 2, conclusion: "failure", login: BOT, startedAt: NOON + 60 * SECOND } as const;
const RUNG = ["web-shop · CI failed"];
const COUNTED = ["web-shop · CI: 1 bot run failed"];

test.each([
  ["tells it", undefined, "trunk", "trunk", RUNG, []],
  ["told it on that branch", "trunk", undefined, "trunk", RUNG, []],
  ["told another than the usual one", "trunk", undefined, "main", [], COUNTED],
  ["told the usual one, and the bot's is another", "main", undefined, "master", [], COUNTED],
  ["never told it", undefined, undefined, "main", RUNG, []],
  ["never told it, and the bot's is an unusual one", undefined, undefined, "trunk", [], COUNTED],
] as const)("a bot fails where the project %s", async (_, before, now, branch, rung, quiet) => {
  const endpoint = await phone.endpoint("github");
  const first = { ...passed, branch: before ?? "feature" };
  await play(
    phone,
    endpoint,
    [
      [30, run(before, first)],
      [90, run(now, { ...failed, branch })],
    ],
    700,
  );
  expect({ rung: phone.rung(), quiet: phone.quiet() }).toEqual({ rung, quiet });
});

test("it was told on another branch, and is another one since", async () => {
  const endpoint = await phone.endpoint("github");
  const on = (id: number, main: string | undefined, branch: string): Step => [
    id * 60,
    run(main, { ...failed, id, branch, startedAt: NOON + (id * 60 - 30) * SECOND }),
  ];
  const told = [on(1, "trunk", "bots/a"), on(2, undefined, "trunk"), on(3, "next", "bots/b")];
  await play(phone, endpoint, [...told, on(4, undefined, "trunk"), on(5, undefined, "next")], 700);
  expect(phone.rung()).toEqual(["web-shop · CI failed", "web-shop · CI failed"]);
  expect(phone.quiet()).toEqual(["web-shop · CI: 3 bot runs failed"]);
});
