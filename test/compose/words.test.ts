/** What pushes and cards say, word for word: plain data, one fact changed at a time. */
import { describe, expect, test } from "vitest";
import { countPush, occurrencePush, recoveryPush, runPush } from "../../src/compose/push.ts";
import type { Telling } from "../../src/compose/push.ts";
import { buttons, environmentWord, screenOf, subtitleOf } from "../../src/compose/screen.ts";
import type { Outlook } from "../../src/compose/screen.ts";
import type { Run } from "../../src/model/run/run.ts";
import type { NoticeSignal, ProgressSignal, StepReport } from "../../src/model/signal.ts";
import { noStanding } from "../../src/telling/standing.ts";
import { runState } from "../../src/tracking/segments.ts";
import { incidentOf } from "../store/records.ts";
import { CREATED_AT, line, runWith, settings } from "../support/runs.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KEY = { endpointId: "ep_1", lineKey: "line", scope: "scope" };

const ended = (
  state: "failed" | "succeeded" | "canceled",
  at = CREATED_AT + MINUTE,
  more: object = {},
) => ({ outcome: { state, at, ...more } });
const asked = (asks: readonly string[], key = "production"): StepReport => ({
  key,
  title: key,
  order: 0,
  state: "waiting",
  asks: [...asks],
});

type Change = Partial<Omit<Telling, "run" | "standing">> & {
  readonly run?: Partial<ProgressSignal>;
  readonly with?: Partial<Run>;
  readonly standing?: Partial<Telling["standing"]>;
};

const push = ({ run = {}, with: more = {}, standing = {}, ...rest }: Change, own = settings()) =>
  runPush(
    {
      run: { ...runWith({ ...ended("failed"), ...run }), ...more },
      as: "failed",
      level: "active",
      lateMs: undefined,
      isOutrun: false,
      isRetry: false,
      ...rest,
      standing: { ...noStanding(KEY), ...standing },
    },
    own,
  );

describe("the title of a push", () => {
  const night = Date.parse("2026-11-09T03:10:00.000Z");
  const nightly = (failuresInARow: number, since: number, at = night) => ({
    run: ended("failed", at),
    standing: { failuresInARow, failingSince: since },
  });
  test.each<[string, Change, string]>([
    ["a failure", {}, "web-shop production failed"],
    [
      "an environment with a name of its own",
      { run: { environment: { name: "Production – eu", kind: "production" } } },
      "web-shop Production – eu failed",
    ],
    [
      "one that a host writes in capitals",
      { run: { environment: { name: "PRODUCTION", kind: "production" } } },
      "web-shop production failed",
    ],
    [
      "a preview",
      { run: { environment: { name: "deploy-preview-12", kind: "preview" } } },
      "web-shop preview failed",
    ],
    [
      "a preview of a pull request",
      { run: { environment: { name: "pr-12", kind: "preview" } } },
      "web-shop PR 12 failed",
    ],
    [
      "a preview of a labelled pull request",
      { run: { environment: { name: "preview-x", kind: "preview" }, facts: { label: "#7" } } },
      "web-shop PR 7 failed",
    ],
    [
      "staging",
      { run: { environment: { name: "staging", kind: "other" } } },
      "web-shop staging failed",
    ],
    ["no environment", { run: { environment: undefined } }, "web-shop failed"],
    [
      "a project of which only an id is known",
      {
        run: {
          environment: undefined,
          project: { id: "prj_4fKq0d9VxL2m", name: "prj_4fKq0d9VxL2m" },
        },
      },
      "A project failed",
    ],
    [
      "a project that is called like an id",
      { run: { environment: undefined, project: { id: "x", name: "prj_4fKq0d9VxL2m" } } },
      "prj_4fKq0d9VxL2m failed",
    ],
    [
      "a project whose id is its name",
      { run: { environment: undefined, project: { id: "docs", name: "docs" } } },
      "docs failed",
    ],
    [
      "a refusal",
      { run: { facts: { rejectedBy: "ada" }, steps: [{ ...asked(["ada"]), state: "failed" }] } },
      "web-shop production was rejected",
    ],
    [
      "a time limit",
      { run: ended("canceled", CREATED_AT + HOUR, { canceledBy: "time_limit" }) },
      "web-shop production stopped (time limit?)",
    ],
    [
      "a failure that was outrun",
      { isOutrun: true },
      "web-shop production failed, a newer run passed",
    ],
    [
      "a success",
      {
        as: "succeeded",
        run: { ...ended("succeeded"), steps: line("succeeded", "succeeded", "succeeded") },
      },
      "web-shop production is live",
    ],
    [
      "a success that was outrun",
      {
        as: "succeeded",
        isOutrun: true,
        run: { ...ended("succeeded"), steps: line("succeeded", "succeeded", "succeeded") },
      },
      "web-shop production is live, a newer run failed",
    ],
    [
      "jobs that passed",
      {
        as: "succeeded",
        run: { ...ended("succeeded"), shape: "parallel", environment: undefined },
      },
      "web-shop passed",
    ],
    [
      "what is withheld",
      { as: "succeeded", run: { ...ended("succeeded"), withheld: "promotion" } },
      "web-shop production built, not promoted",
    ],
    [
      "what is not published",
      { as: "succeeded", run: { ...ended("succeeded"), withheld: "publishing" } },
      "web-shop production built, not published",
    ],
    [
      "what is withheld again",
      { as: "recovered", run: { ...ended("succeeded"), withheld: "promotion" } },
      "web-shop production built, not promoted",
    ],
    [
      "an end that was only assumed",
      { as: "succeeded", run: ended("succeeded", CREATED_AT, { provisional: true }) },
      "web-shop production is finished",
    ],
    [
      "a preview that is ready",
      {
        as: "succeeded",
        run: {
          ...ended("succeeded"),
          environment: { name: "preview", kind: "preview" },
          steps: line("succeeded", "succeeded", "succeeded"),
        },
      },
      "web-shop preview is ready",
    ],
    [
      "a recovery",
      {
        as: "recovered",
        run: { ...ended("succeeded"), steps: line("succeeded", "succeeded", "succeeded") },
      },
      "web-shop production is live again",
    ],
    [
      "a third try",
      {
        as: "recovered",
        isRetry: true,
        run: { ...ended("succeeded"), shape: "parallel", run: { id: "r", attempt: 3 } },
      },
      "web-shop production passed on the third try",
    ],
    [
      "a third try of another run's failure",
      {
        as: "recovered",
        run: { ...ended("succeeded"), shape: "parallel", run: { id: "r", attempt: 3 } },
      },
      "web-shop production passed again",
    ],
    [
      "a first try",
      { as: "recovered", isRetry: true, run: { ...ended("succeeded"), shape: "parallel" } },
      "web-shop production passed again",
    ],
    [
      "an eighth try",
      {
        as: "recovered",
        isRetry: true,
        run: { ...ended("succeeded"), shape: "parallel", run: { id: "r", attempt: 8 } },
      },
      "web-shop production passed again",
    ],
    [
      "a third deployment",
      {
        as: "recovered",
        isRetry: true,
        run: {
          ...ended("succeeded"),
          run: { id: "r", attempt: 3 },
          steps: line("succeeded", "succeeded", "succeeded"),
        },
      },
      "web-shop production is live again",
    ],
    [
      "a rollback to a commit",
      { as: "rolled_back", run: { facts: { commit: "8a0c5f93e7d1", label: "#7" } } },
      "web-shop production rolled back to 8a0c5f9",
    ],
    [
      "a rollback to a label",
      { as: "rolled_back", run: { facts: { label: "v12" } } },
      "web-shop production rolled back to v12",
    ],
    [
      "a rollback to nobody knows what",
      { as: "rolled_back" },
      "web-shop production rolled back to an earlier one",
    ],
    ["a cancellation", { as: "canceled" }, "web-shop production was canceled"],
    ["a beginning", { as: "started" }, "web-shop production started"],
    ["a long wait", { as: "waiting" }, "web-shop production is waiting"],
    ["somebody who is asked", { as: "asked" }, "web-shop production needs approval"],
    ["a second night", nightly(2, night - DAY), "web-shop production failed, 2nd night"],
    ["a third night", nightly(3, night - 2 * DAY), "web-shop production failed, 3rd night"],
    ["a fourth night", nightly(4, night - 3 * DAY), "web-shop production failed, 4th night"],
    [
      "a twenty-first night",
      nightly(21, night - 20 * DAY),
      "web-shop production failed, 21st night",
    ],
    [
      "a second day",
      nightly(2, night + 9 * HOUR - DAY, night + 9 * HOUR),
      "web-shop production failed, 2nd day",
    ],
    [
      "seven in the morning",
      nightly(2, night + 3.9 * HOUR - DAY, night + 3.9 * HOUR),
      "web-shop production failed, 2nd day",
    ],
    [
      "nine in the evening",
      nightly(2, night + 18 * HOUR - DAY, night + 18 * HOUR),
      "web-shop production failed, 2nd night",
    ],
    ["a first night", nightly(1, night - DAY), "web-shop production failed"],
    ["twice within hours", nightly(2, night - 0.79 * DAY), "web-shop production failed"],
    ["nearly a day apart", nightly(2, night - 0.8 * DAY), "web-shop production failed, 2nd night"],
    [
      "a day and more apart",
      nightly(2, night - 1.2 * DAY),
      "web-shop production failed, 2nd night",
    ],
    ["two days apart", nightly(2, night - 1.21 * DAY), "web-shop production failed"],
  ])("%s", (_, change, title) => {
    expect(push(change).title).toBe(title);
  });
});

describe("the rest of a push", () => {
  const facts = { message: "Prices with tax\n\nlong", error: "exit 1\nmore" };
  test.each<[string, Change, string | undefined]>([
    ["a failure and its error", { run: { facts } }, "Prices with tax · exit 1"],
    ["a late failure", { lateMs: 2 * HOUR, run: { facts } }, "2 h ago · Prices with tax · exit 1"],
    [
      "a success and no error",
      { as: "succeeded", run: { ...ended("succeeded"), facts } },
      "Prices with tax",
    ],
    ["nothing", {}, undefined],
    [
      "who is asked",
      {
        as: "asked",
        run: { outcome: undefined, facts, steps: [asked(["ada", "grace"]), asked([], "docs")] },
      },
      "production (ada, grace), docs · Prices with tax",
    ],
    [
      "a recovery",
      {
        as: "recovered",
        run: { ...ended("succeeded"), facts },
        standing: { failingSince: CREATED_AT - HOUR, failuresInARow: 1 },
      },
      "Fixed after 1 h 1 min · Prices with tax",
    ],
    [
      "a recovery of nights",
      {
        as: "recovered",
        run: ended("succeeded", CREATED_AT),
        standing: { failingSince: CREATED_AT - 3 * DAY, failuresInARow: 3 },
      },
      "Failed 3 days",
    ],
    [
      "a recovery of one night",
      {
        as: "recovered",
        run: ended("succeeded", CREATED_AT),
        standing: { failingSince: CREATED_AT - DAY, failuresInARow: 1 },
      },
      "Fixed after 1 d",
    ],
    ["a recovery of nobody knows when", { as: "recovered", run: ended("succeeded") }, undefined],
    [
      "a recovery from what came later",
      { as: "recovered", run: ended("succeeded"), standing: { failingSince: CREATED_AT + MINUTE } },
      undefined,
    ],
  ])("%s", (_, change, message) => {
    expect(push(change).message).toBe(message);
  });

  const links = { logUrl: "https://x.example/log", url: "https://x.example/site" };
  test.each<[string, Change, string | undefined, readonly string[]]>([
    ["a failure opens its log", { run: { facts: links } }, links.logUrl, ["View log"]],
    [
      "a success opens the site",
      { as: "succeeded", run: { ...ended("succeeded"), facts: links } },
      links.url,
      ["Open", "View log"],
    ],
    [
      "what is withheld opens its log",
      { as: "succeeded", run: { ...ended("succeeded"), withheld: "promotion", facts: links } },
      links.logUrl,
      ["View log"],
    ],
    [
      "an approval opens its review",
      { as: "asked", run: { facts: links } },
      links.logUrl,
      ["Review"],
    ],
    [
      "an approval without a log opens the site",
      { as: "asked", run: { facts: { url: links.url } } },
      links.url,
      ["Review"],
    ],
    [
      "a failure without a log opens the site",
      { run: { facts: { url: links.url } } },
      links.url,
      [],
    ],
    ["nothing opens nothing", {}, undefined, []],
  ])("%s", (_, change, url, titles) => {
    const composed = push(change);
    expect(composed.url).toBe(url);
    expect((composed.buttons ?? []).map(({ title }) => title)).toEqual(titles);
    expect("buttons" in composed).toBe(titles.length > 0);
  });

  test("is quiet where it is told quietly, and for its channels", () => {
    expect(push({})).not.toHaveProperty("urgency");
    expect(push({ level: "passive" }).urgency).toBe("passive");
    expect(push({}, settings({ channels: ["ops"] })).channels).toEqual(["ops"]);
    expect(push({})).not.toHaveProperty("channels");
  });

  test("is in the operator's own words, which swallow nothing that happened", () => {
    const own = (mapping: object) =>
      push({ run: { facts: { branch: "main" } } }, settings({ mapping }));
    expect(own({ title: "{{project}} on {{branch}}" }).title).toBe("web-shop on main failed");
    expect(own({ title: "{{project}}: {{ status }}" }).title).toBe("web-shop: Failed after 1 min");
    expect(own({ title: "{{state}} {{project}}" }).title).toBe("failed web-shop");
    expect(own({ title: "{{ statusx }}" }).title).toMatch(/ failed$|^failed$/);
    expect(own({ subtitle: "on {{branch}}" }).subtitle).toBe("on main");
    expect(
      own({ message: "see {{branch}}", redirection: "https://x.example/{{branch}}" }),
    ).toMatchObject({ message: "see main", url: "https://x.example/main" });
  });
});

describe("other pushes", () => {
  const counted = {
    name: "CI",
    of: "bots",
    counts: {},
    message: "a, b",
    url: "https://x.example/",
  } as const;
  test.each<[Partial<Parameters<typeof countPush>[0]>, string]>([
    [{ counts: { failed: 5 } }, "CI: 5 bot runs failed"],
    [{ counts: { failed: 1 } }, "CI: 1 bot run failed"],
    [{ counts: { asked: 1 }, of: "forks" }, "CI: 1 fork run waits for a maintainer"],
    [{ counts: { asked: 2 }, of: "forks" }, "CI: 2 fork runs wait for a maintainer"],
    [
      { counts: { failed: 2, asked: 3 }, of: "rest" },
      "CI: 2 more runs failed, 3 more runs wait for a maintainer",
    ],
  ])("of several: %j", (change, title) => {
    const composed = countPush({ ...counted, ...change }, settings());
    expect(composed).toEqual({
      kind: "push",
      title,
      urgency: "passive",
      message: "a, b",
      url: "https://x.example/",
    });
  });

  test("of several, in the operator's words", () => {
    const composed = countPush(
      { ...counted, counts: { failed: 2 } },
      settings({ mapping: { title: "{{project}} {{status}} {{state}}", message: "{{message}}!" } }),
    );
    expect(composed).toMatchObject({ title: "CI 2 bot runs failed failed", message: "a, b!" });
  });

  test.each<[readonly string[] | null, readonly string[] | null, readonly string[] | undefined]>([
    [["night"], ["ops"], ["night"]],
    [[], ["ops"], ["ops"]],
    [null, ["ops"], ["ops"]],
    [null, null, undefined],
  ])("of a crash that is over: %j was told, %j is the endpoint's", (told, channels, reached) => {
    const incident = incidentOf({ since: 10_000, toldAudience: told });
    const run = runWith({
      ...ended("succeeded"),
      facts: { url: "https://x.example/a", logUrl: "https://x.example/b" },
    });
    const composed = recoveryPush(
      run,
      incident,
      70_000,
      settings({ channels: channels === null ? null : [...channels] }),
    );
    expect(composed.title).toBe("web-shop production is live again");
    expect(composed.message).toBe("Fixed after 1 min");
    expect(composed.channels).toEqual(reached);
    expect(composed.url).toBe("https://x.example/a");
    expect(composed.buttons).toHaveLength(1);
    expect(recoveryPush(run, incident, 10_000, settings())).not.toHaveProperty("message");
    expect(recoveryPush(runWith(), incident, 70_000, settings())).not.toHaveProperty("url");
  });

  const notice: NoticeSignal = { kind: "notice", title: "Domain renewed", at: CREATED_AT };
  const words = settings({
    mapping: {
      title: "{{project}}|{{environment}}|{{branch}}|{{state}}|{{status}}",
      message: "{{message}}|{{url}}",
    },
  });
  test("of a notice has its own words", () => {
    expect(occurrencePush(notice, settings())).toEqual({ kind: "push", title: "Domain renewed" });
    expect(
      occurrencePush(
        { ...notice, message: "for a year", url: "https://x.example/" },
        settings(),
        "passive",
      ),
    ).toEqual({
      kind: "push",
      title: "Domain renewed",
      message: "for a year",
      url: "https://x.example/",
      urgency: "passive",
    });
  });

  test("of a notice or an alert fills the operator's words, with nothing where nothing is told", () => {
    const full = {
      ...notice,
      project: { id: "p", name: "web-shop" },
      environment: { name: "production", kind: "production" },
      branch: "main",
      message: "m",
      url: "https://x.example/",
    } as const;
    expect(occurrencePush(full, words)).toMatchObject({
      title: "web-shop|production|main|notice|Domain renewed",
      message: "m|https://x.example/",
    });
    expect(occurrencePush(notice, words)).toMatchObject({
      title: "|||notice|Domain renewed",
      message: "|",
    });
    const alert = {
      ...notice,
      kind: "alert",
      incident: "i",
      state: "firing",
      severity: "critical",
    } as const;
    expect(occurrencePush(alert, words).title).toBe("|||firing|Domain renewed");
  });
});

describe("the line below a card's title", () => {
  const subtitle = (run: Partial<ProgressSignal>, outlook: Outlook = {}, more: Partial<Run> = {}) =>
    screenOf({ ...runWith(run), ...more }, null, outlook).subtitle;
  test.each<[string, Partial<ProgressSignal>, Outlook, Partial<Run>, string]>([
    ["a queue", { steps: line("queued") }, {}, {}, "Queued"],
    ["a wait for a person", { steps: [asked([])] }, {}, {}, "Needs approval"],
    ["another wait", { steps: line("succeeded", "waiting") }, {}, {}, "Waiting"],
    ["a step", { steps: line("succeeded", "running") }, {}, {}, "Building"],
    [
      "a step and its time",
      { steps: line("succeeded", "running") },
      { pace: { kind: "left", ms: 40_000 } },
      {},
      "Building, about 40 s left",
    ],
    [
      "a step that is slow",
      { steps: line("succeeded", "running") },
      { pace: { kind: "slow" } },
      {},
      "Building, slower than usual",
    ],
    [
      "a queue of which the time is known",
      { steps: line("queued") },
      { pace: { kind: "slow" } },
      {},
      "Queued",
    ],
    ["what goes live", { steps: line("succeeded", "succeeded", "running") }, {}, {}, "Going live"],
    ["no news", { steps: line("succeeded", "running") }, { silentMs: HOUR }, {}, "No news for 1 h"],
    ["no news of what is over", ended("succeeded"), { silentMs: HOUR }, {}, "Finished in 1 min"],
    [
      "jobs",
      { shape: "parallel", steps: [{ key: "t", title: "test", order: 0, state: "running" }] },
      {},
      {},
      "test",
    ],
    [
      "jobs that are all over",
      { shape: "parallel", steps: [{ key: "t", title: "test", order: 0, state: "succeeded" }] },
      {},
      {},
      "Running",
    ],
    ["an end at its beginning", ended("succeeded", CREATED_AT), {}, {}, "Finished"],
    ["a failure at its beginning", ended("failed", CREATED_AT), {}, {}, "Failed"],
    [
      "a failure",
      { ...ended("failed"), steps: line("succeeded", "running") },
      {},
      {},
      "Building failed after 1 min",
    ],
    [
      "a job that failed",
      {
        ...ended("failed"),
        shape: "parallel",
        steps: [{ key: "t", title: "test", order: 0, state: "failed" }],
      },
      {},
      {},
      "test failed after 1 min",
    ],
    [
      "two jobs that failed",
      {
        ...ended("failed"),
        shape: "parallel",
        steps: [
          { key: "a", title: "a", order: 0, state: "failed" },
          { key: "b", title: "b", order: 1, state: "failed" },
        ],
      },
      {},
      {},
      "2 jobs failed after 1 min",
    ],
    [
      "a time limit",
      ended("canceled", CREATED_AT + HOUR, { canceledBy: "time_limit" }),
      {},
      {},
      "Stopped after 1 h (time limit?)",
    ],
    [
      "a refusal",
      {
        ...ended("failed"),
        facts: { rejectedBy: "ada" },
        steps: [{ ...asked(["ada"]), state: "failed" }],
      },
      {},
      {},
      "Rejected by ada after 1 min",
    ],
    ["a cancellation", ended("canceled"), {}, {}, "Canceled after 1 min"],
    ["what was skipped", { outcome: { state: "skipped" } }, {}, {}, "Skipped"],
    [
      "what was rolled back to",
      { ...ended("succeeded"), serves: { how: "rolled_back", at: 1 } },
      {},
      {},
      "Rolled back",
    ],
    [
      "what is withheld",
      { ...ended("succeeded"), withheld: "promotion" },
      {},
      {},
      "Built, not promoted",
    ],
    [
      "what was withheld and is promoted at once",
      { ...ended("succeeded"), withheld: "promotion", serves: { how: "promoted", at: CREATED_AT } },
      {},
      {},
      "Finished in 1 min",
    ],
    [
      "what was promoted long after",
      {
        ...ended("succeeded", CREATED_AT + HOUR),
        serves: { how: "promoted", at: CREATED_AT + HOUR },
      },
      {},
      { withheld: { value: "promotion", at: CREATED_AT } },
      "Finished",
    ],
  ])("%s", (_, run, outlook, more, expected) => {
    expect(subtitle(run, outlook, more)).toBe(expected);
  });

  test("is gray where there is no news, until it is over", () => {
    const running = runWith({ steps: line("succeeded", "running") });
    expect(screenOf(running, null, { silentMs: HOUR })).toMatchObject({
      color: "gray",
      symbol: "questionmark.circle.fill",
    });
    expect(screenOf(running, null).color).toBe("blue");
    expect(screenOf(runWith(ended("succeeded")), null, { silentMs: HOUR }).color).toBe("green");
  });

  test.each<[Parameters<typeof subtitleOf>[0], string]>([
    [
      {
        status: "test failed after 1 s",
        state: "failed",
        error: "test: exit 1",
        branch: "main",
        commit: "8a0c5f9",
      },
      "test failed after 1 s · exit 1 · main · 8a0c5f9",
    ],
    [
      { status: "test failed after 1 s", state: "failed", error: "test: a: b", branch: "main" },
      "test failed after 1 s · a: b · main",
    ],
    [
      { status: "2 jobs failed", state: "failed", error: "test: exit 1" },
      "2 jobs failed · test: exit 1",
    ],
    [
      { status: "testing failed", state: "failed", error: "test: exit 1" },
      "testing failed · test: exit 1",
    ],
    [{ status: "test failed", state: "failed", error: "test" }, "test failed · test"],
    [{ status: "Live", state: "succeeded", error: "test: exit 1" }, "Live"],
    [{ state: "failed", error: "test: exit 1" }, "test: exit 1"],
  ])("%j", (words, expected) => {
    expect(subtitleOf(words)).toBe(expected);
  });
});

describe("badges and buttons", () => {
  test.each<[string, "production" | "preview" | "other", string, string]>([
    ["prod-eu", "production", "#7", "Production"],
    ["staging_eu", "other", "#7", "Staging eu"],
    ["preview", "preview", "", "Preview"],
    ["pr-12", "preview", "#7", "PR 12"],
    ["preview", "preview", "#7", "PR 7"],
    ["preview", "preview", "x#7", "Preview"],
    ["preview", "preview", "#7x", "Preview"],
  ])("%s, %s, %j is %s", (name, kind, label, word) => {
    expect(environmentWord({ name, kind }, label)).toBe(word);
  });

  const facts = { logUrl: "https://x.example/log", url: "https://x.example/site" };
  test.each<[string, Partial<ProgressSignal>, readonly string[]]>([
    ["under way", { steps: line("running") }, ["View log"]],
    ["asking somebody", { steps: [asked([])] }, ["Review"]],
    ["waiting for nobody", { steps: line("waiting") }, ["View log"]],
    ["over", ended("succeeded"), ["Open", "View log"]],
    ["built", { ...ended("succeeded"), withheld: "promotion" }, ["View log"]],
    ["failed", ended("failed"), ["View log"]],
  ])("of one %s", (_, changes, titles) => {
    const run = runWith({ ...changes, facts });
    expect(buttons(run, runState(run)).map(({ title }) => title)).toEqual(titles);
    expect(screenOf(run, null).buttons?.map(({ title }) => title)).toEqual(titles);
    expect(screenOf(runWith(changes), null)).not.toHaveProperty("buttons");
  });
});
