/** Pushes: which transitions ask for one, and what it says. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isNotified, occurrencePush, runPush, transitionOf } from "../../src/compose/push.ts";
import { pushBodyOf } from "../support/wire.ts";
import type { NoticeSignal } from "../../src/model/signal.ts";
import type { Run } from "../../src/model/run.ts";
import {
  anyRun,
  anyTemplate,
  anyText,
  CREATED_AT,
  ended,
  line,
  runWith,
  settings,
} from "../support/runs.ts";

const queued = runWith({ steps: line("queued") });
const running = runWith({ steps: line("succeeded", "running") });
const waiting = runWith({ steps: line("succeeded", "waiting") });
const failed = runWith({ steps: line("succeeded", "running"), ...ended("failed") });
const succeeded = runWith({
  steps: line("succeeded", "succeeded", "running"),
  ...ended("succeeded"),
});
const canceled = runWith(ended("canceled"));
const secondAttempt = runWith({ run: { id: "run_1", attempt: 2 }, steps: line("queued") });

test.each<[string, Run | undefined, Run, Run | undefined, string | undefined]>([
  ["is new", undefined, queued, undefined, "started"],
  ["is heard of when it runs already", undefined, running, undefined, "started"],
  ["runs on", queued, running, undefined, undefined],
  ["stays as it is", running, running, undefined, undefined],
  ["waits", running, waiting, undefined, "waiting"],
  ["is let go", waiting, running, undefined, undefined],
  ["fails", running, failed, undefined, "failed"],
  ["fails unheard of", undefined, failed, undefined, "failed"],
  ["succeeds", running, succeeded, succeeded, "succeeded"],
  ["succeeds after a failed one", running, succeeded, failed, "recovered"],
  ["is canceled", running, canceled, failed, "canceled"],
  ["begins again", failed, secondAttempt, undefined, "started"],
])("the transition of a run that %s", (_, before, after, previous, transition) => {
  expect(transitionOf(before, after, previous, [])).toBe(transition);
});

test.each([
  ["none", []],
  ["failures", ["failed", "recovered", "waiting"]],
  ["outcomes", ["failed", "recovered", "succeeded", "waiting"]],
  ["all", ["canceled", "failed", "recovered", "started", "succeeded", "waiting"]],
] as const)("notify %s pushes %j", (notify, pushed) => {
  const all = ["canceled", "failed", "recovered", "started", "succeeded", "waiting"] as const;
  expect(all.filter((it) => isNotified(it, settings({ notify })))).toEqual(pushed);
});

describe("the push of a run", () => {
  const facts = {
    branch: "main",
    commit: "8a0c5f93e7d14b26f0a9e3c75d81b4620fe9c7a3",
    message: "Fix the cart\n\nIt lost its last item.",
    error: "Exit code 1",
    url: "https://web-shop.example/",
    logUrl: "https://log.example/1",
  };

  test("that failed", () => {
    const run = runWith({ steps: line("succeeded", "running"), facts, ...ended("failed") });
    expect(pushBodyOf(runPush(run, "failed", undefined, settings({ channels: ["dev"] })))).toEqual({
      title: "web-shop production failed",
      subtitle: "Building failed after 38 s · main · 8a0c5f9",
      message: "Fix the cart · Exit code 1",
      redirection: "https://log.example/1",
      actions: [
        { title: "View log", type: "open_url", url: "https://log.example/1" },
        { title: "Open", type: "open_url", url: "https://web-shop.example/" },
      ],
      target: { channels: ["dev"] },
    });
  });

  test("that recovered says how long it was broken", () => {
    const at = CREATED_AT + 38_000 + 125_000;
    const run = runWith({
      run: { id: "run_2", attempt: 1, createdAt: CREATED_AT + 100_000 },
      steps: line("succeeded", "succeeded", "running"),
      outcome: { state: "succeeded", at },
    });
    const push = runPush(run, "recovered", failed, settings());
    expect(push.title).toBe("web-shop production is live again");
    expect(push.message).toBe("Fixed after 2 min 5 s");
  });

  test("that recovered while the failed one still went on says nothing of that", () => {
    const run = runWith({ outcome: { state: "succeeded", at: CREATED_AT + 38_000 } });
    expect(runPush(run, "recovered", failed, settings())).not.toHaveProperty("message");
  });

  test.each([
    ["waiting", waiting, "web-shop production needs approval"],
    ["started", queued, "web-shop production started"],
    ["canceled", canceled, "web-shop production was canceled"],
    ["succeeded", succeeded, "web-shop production is live"],
    [
      "succeeded",
      runWith({ shape: "parallel", ...ended("succeeded") }),
      "web-shop production passed",
    ],
    ["succeeded", runWith(ended("succeeded")), "web-shop production is finished"],
  ] as const)("that is %s", (transition, run, title) => {
    expect(runPush(run, transition, undefined, settings()).title).toBe(title);
  });

  test("says what happened however long the name is", () => {
    const project = { id: "prj_1", name: "a-project-with-a-name-".repeat(5) };
    const run = runWith({ project, ...ended("failed") });
    const { title } = runPush(run, "failed", undefined, settings());
    expect(title).toMatch(/^a-project-with-a-name-.*… failed$/);
    expect(title).toHaveLength(64);
  });
});

describe("the push of a notice", () => {
  const notice: NoticeSignal = {
    kind: "notice",
    project: { id: "prj_1", name: "web-shop" },
    title: "Budget reached",
    message: "100 % of it",
    url: "https://billing.example/",
    at: CREATED_AT,
  };

  test("is its own words", () => {
    expect(pushBodyOf(occurrencePush(notice, settings()))).toEqual({
      title: "Budget reached",
      message: "100 % of it",
      redirection: "https://billing.example/",
    });
  });

  test("is the operator's words where there are some", () => {
    const mapping = {
      title: "{{project}}: {{status}}",
      subtitle: "{{environment}}",
      message: "{{state}}",
      redirection: "https://console.example/{{project}}",
    };
    expect(pushBodyOf(occurrencePush(notice, settings({ mapping })))).toEqual({
      title: "web-shop: Budget reached",
      message: "notice",
      redirection: "https://console.example/web-shop",
    });
  });

  test("keeps its link where the operator's is not https", () => {
    const mapping = { redirection: "http://console.example" };
    expect(occurrencePush(notice, settings({ mapping })).url).toBe(notice.url);
  });
});

test("any push is what the core API takes", () => {
  const anySettings = fc
    .option(
      fc.record({
        title: anyTemplate,
        subtitle: anyTemplate,
        message: anyTemplate,
        redirection: anyTemplate,
      }),
    )
    .map((mapping) => settings({ mapping }));
  const transition = fc.constantFrom(
    "failed",
    "waiting",
    "canceled",
    "started",
    "succeeded",
    "recovered",
  );
  fc.assert(
    fc.property(
      anyRun,
      transition,
      anyRun,
      anyText,
      anySettings,
      (run, transition, previous, text, own) => {
        const notice = { kind: "notice" as const, title: text, message: text, url: text, at: 0 };
        for (const push of [runPush(run, transition, previous, own), occurrencePush(notice, own)])
          expect(() => pushBodyOf(push)).not.toThrow();
      },
    ),
  );
});
