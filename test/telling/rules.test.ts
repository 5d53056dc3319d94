/** What a rule says holds for what is told alone, collected with others, or counted. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { REPOSITORY, github, iso, workflowRun } from "./github.ts";
import { MINUTE, NOON, SECOND, startPhone } from "./phone.ts";
import type { Phone } from "./phone.ts";

let phone: Phone;
beforeEach(async () => {
  phone = await startPhone();
});
afterEach(() => phone.close());

const reviewRequest = (reviewer: string, login: string) =>
  github("pull_request", {
    action: "review_requested",
    number: 7,
    pull_request: {
      number: 7,
      title: "Bump zod",
      html_url: "https://github.com/ada/web-shop/pull/7",
      updated_at: iso(NOON),
      head: { ref: "renovate/zod", repo: { id: REPOSITORY.id } },
      base: { ref: "main" },
    },
    requested_reviewer: { login: reviewer },
    sender: { login, type: login.endsWith("[bot]") ? "Bot" : "User" },
  });

/** By title; which of two that are due at once goes out first is nobody's business. */
const heard = () =>
  phone
    .pushes()
    .map(({ title, interruption_level: level, target }) => ({
      title,
      level,
      channels: target?.channels ?? [],
    }))
    .toSorted((a, b) => `${a.title}${a.level}`.localeCompare(`${b.title}${b.level}`));

const BOTS_ELSEWHERE = {
  when: { authors: ["renovate[bot]"] },
  then: { channels: ["bots"], interruption_level: "passive" },
};

test.each([1, 2])(
  "review requests that a rule sends elsewhere go there: %i of them",
  async (count) => {
    const endpoint = await phone.endpoint("github", {
      rules: [
        { ...BOTS_ELSEWHERE, when: { authors: ["renovate[bot]"], events: ["pull_request*"] } },
      ],
    });
    for (const reviewer of ["grace", "edsger"].slice(0, count))
      await phone.hear(endpoint, reviewRequest(reviewer, "renovate[bot]"));
    await phone.wait(10 * SECOND);
    expect(heard().map(({ level, channels }) => ({ level, channels }))).toEqual([
      { level: "passive", channels: ["bots"] },
    ]);
  },
);

test("a person's request beside a bot's is told as the settings say", async () => {
  const endpoint = await phone.endpoint("github", {
    rules: [{ ...BOTS_ELSEWHERE, when: { authors: ["renovate[bot]"] } }],
  });
  await phone.hear(endpoint, reviewRequest("grace", "renovate[bot]"));
  await phone.hear(endpoint, reviewRequest("edsger", "ada"));
  await phone.wait(10 * SECOND);
  await phone.wait(10 * SECOND);
  expect(heard().map(({ level, channels }) => ({ level, channels }))).toEqual([
    { level: "active", channels: [] },
    { level: "passive", channels: ["bots"] },
  ]);
});

test("runs that are counted are told to whom their rule says, in its words", async () => {
  const endpoint = await phone.endpoint("github", {
    rules: [
      {
        when: { authors: ["dependabot[bot]"] },
        then: { channels: ["bots"], mapping: { title: "Bots of {{project}}" } },
      },
    ],
  });
  const failure = (id: number, login: string) =>
    workflowRun({ id, at: NOON, conclusion: "failure", branch: `${login}/${id}`, login });
  for (const id of [1, 2]) await phone.hear(endpoint, failure(id, "dependabot[bot]"));
  await phone.hear(endpoint, failure(3, "renovate[bot]"));
  await phone.wait(11 * MINUTE);
  expect(heard()).toEqual([
    { title: "Bots of web-shop · CI", level: "passive", channels: ["bots"] },
    { title: "web-shop · CI: 1 bot run failed", level: "passive", channels: [] },
  ]);
});

test("a rule that only makes it quiet counts its runs with those of no rule", async () => {
  const endpoint = await phone.endpoint("github", {
    rules: [{ when: { branches: ["wip/*"] }, then: { interruption_level: "passive" } }],
  });
  for (const [id, branch] of [
    [1, "wip/a"],
    [2, "b"],
  ] as const)
    await phone.hear(
      endpoint,
      workflowRun({ id, at: NOON, conclusion: "failure", branch, login: "renovate[bot]" }),
    );
  await phone.wait(11 * MINUTE);
  expect(heard()).toEqual([
    { title: "web-shop · CI: 2 bot runs failed", level: "passive", channels: [] },
  ]);
});
