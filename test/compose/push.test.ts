/** Pushes: what they say. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { occurrencePush, runPush } from "../../src/compose/push.ts";
import type { Telling } from "../../src/compose/push.ts";
import { pushBodyOf } from "../support/wire.ts";
import type { NoticeSignal } from "../../src/model/signal.ts";
import type { Run } from "../../src/model/run/run.ts";
import type { Standing } from "../../src/model/run/standing.ts";
import type { Transition } from "../../src/telling/decide.ts";
import { NEWS_KINDS } from "../../src/telling/news.ts";
import { noStanding } from "../../src/telling/standing.ts";
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
const waiting = runWith({ steps: line("succeeded", "waiting") });
const failed = runWith({ steps: line("succeeded", "running"), ...ended("failed") });
const succeeded = runWith({
  steps: line("succeeded", "succeeded", "running"),
  ...ended("succeeded"),
});
const canceled = runWith(ended("canceled"));

const standing = (changes: Partial<Standing> = {}): Standing => ({
  ...noStanding({ endpointId: "ep_1", lineKey: "web-shop", scope: "production" }),
  ...changes,
});

const push = (
  run: Run,
  as: Transition,
  own = settings(),
  failures: Partial<Standing> = {},
  level: Telling["level"] = "active",
) =>
  runPush(
    {
      run,
      as,
      level,
      lateMs: undefined,
      isOutrun: false,
      isRetry: true,
      standing: standing(failures),
    },
    own,
  );

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
    expect(pushBodyOf(push(run, "failed", settings({ channels: ["dev"] })))).toEqual({
      title: "web-shop production failed",
      subtitle: "Building failed after 38 s · Exit code 1 · main · 8a0c5f9",
      message: "Fix the cart · Exit code 1",
      redirection: "https://log.example/1",
      actions: [{ title: "View log", type: "open_url", url: "https://log.example/1" }],
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
    const broken = { failingSince: CREATED_AT + 38_000, failuresInARow: 1 };
    const { title, message } = push(run, "recovered", settings(), broken);
    expect(title).toBe("web-shop production is live again");
    expect(message).toBe("Fixed after 2 min 5 s");
  });

  test("that recovered while the failed one still went on says nothing of that", () => {
    const run = runWith({ outcome: { state: "succeeded", at: CREATED_AT + 38_000 } });
    const broken = { failingSince: CREATED_AT + 38_000, failuresInARow: 1 };
    expect(push(run, "recovered", settings(), broken)).not.toHaveProperty("message");
  });

  test.each([
    ["asked", waiting, "web-shop production needs approval"],
    ["waiting", waiting, "web-shop production is waiting"],
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
    expect(push(run, transition).title).toBe(title);
  });

  test("that fails once a day says how often", () => {
    const day = 24 * 60 * 60_000;
    const at = Date.UTC(2026, 10, 2, 3, 10);
    const run = runWith({ outcome: { state: "failed", at } });
    const nights = { failingSince: at - 4 * day, failuresInARow: 5 };
    expect(push(run, "failed", settings(), nights).title).toBe(
      "web-shop production failed, 5th night",
    );
  });

  test("that passes after two failed attempts says which try it was", () => {
    const run = runWith({
      environment: undefined,
      shape: "parallel",
      run: { id: "run_1", attempt: 3 },
      ...ended("succeeded"),
    });
    expect(push(run, "recovered").title).toBe("web-shop passed on the third try");
  });

  test("is passive where it was decided so", () => {
    const quiet = push(failed, "failed", settings(), {}, "passive");
    expect(quiet.urgency).toBe("passive");
    expect(push(failed, "failed")).not.toHaveProperty("urgency");
  });

  test("keeps what happened beside an operator's title, unless that says it itself", () => {
    const titled = (title: string) =>
      push(failed, "failed", settings({ mapping: { title } })).title;
    expect(titled("{{project}}")).toBe("web-shop failed");
    expect(titled("{{project}}: {{state}}")).toBe("web-shop: failed");
  });

  test("says what happened however long the name is", () => {
    const project = { id: "prj_1", name: "a-project-with-a-name-".repeat(5) };
    const run = runWith({ project, ...ended("failed") });
    const { title } = push(run, "failed");
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
  const transition = fc.constantFrom(...NEWS_KINDS, "recovered" as const);
  fc.assert(
    fc.property(anyRun, transition, anyText, anySettings, (run, transition, text, own) => {
      const notice = { kind: "notice" as const, title: text, message: text, url: text, at: 0 };
      for (const made of [push(run, transition, own), occurrencePush(notice, own)])
        expect(() => pushBodyOf(made)).not.toThrow();
    }),
  );
});
