/** The lock screen of a run: true, short, and always something that the core API takes. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { screenOf } from "../../src/compose/screen.ts";
import { bodyOf } from "../support/wire.ts";
import { anyRun, anyTemplate, CREATED_AT, ended, line, runWith } from "../support/runs.ts";

const FACTS = {
  branch: "main",
  commit: "8a0c5f93e7d14b26f0a9e3c75d81b4620fe9c7a3",
  url: "https://web-shop.example/",
  logUrl: "https://log.example/1",
};

test("any run and any templates give what the core API takes", () => {
  const mapping = fc.option(fc.record({ title: anyTemplate, subtitle: anyTemplate }));
  fc.assert(
    fc.property(anyRun, mapping, (run, mapping) => {
      const { content_state: state } = bodyOf(screenOf(run, mapping));
      expect(state.step_colors?.length ?? 0).toBe(state.current_step);
      expect(state.current_step).toBeLessThanOrEqual(state.number_of_steps ?? 0);
      const bytes = Buffer.byteLength(JSON.stringify(bodyOf(screenOf(run, mapping))));
      expect(bytes).toBeLessThanOrEqual(3_500);
    }),
    { numRuns: 1_000 },
  );
});

test("links and texts of any length leave room for each other", () => {
  const long = (host: string) => `https://${host}.example/${"a".repeat(2_000)}`;
  const facts = { url: long("shop"), logUrl: long("log") };
  const run = runWith({
    facts,
    ...ended("succeeded"),
    project: { id: "p", name: "e\u0301".repeat(600) },
  });
  const body = bodyOf(screenOf(run, null));
  expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(3_500);
  expect(body.action?.title).toBe("Open");
  expect(body.secondary_action).toBeUndefined();
});

test("a deployment under way", () => {
  const run = runWith({ steps: line("succeeded", "running", "planned"), facts: FACTS });
  expect(bodyOf(screenOf(run, null))).toEqual({
    content_state: {
      type: "segmented_progress",
      title: "web-shop",
      subtitle: "Building · main · 8a0c5f9",
      number_of_steps: 3,
      current_step: 1,
      color: "blue",
      step_colors: ["green"],
      step_color: "blue",
      icon: { symbol: "hammer.fill", color: "blue" },
      badge: { title: "Production", color: "purple" },
    },
    action: { title: "View log", type: "open_url", url: "https://log.example/1" },
  });
});

describe("says how it stands", () => {
  const subtitle = (changes: Parameters<typeof runWith>[0]) =>
    screenOf(runWith(changes), null).subtitle;

  test.each([
    ["Queued", { steps: line("queued", "planned") }],
    ["Waiting", { steps: line("succeeded", "waiting") }],
    [
      "Needs approval",
      { steps: line("succeeded", "waiting").map((step) => ({ ...step, asks: ["ada"] })) },
    ],
    ["Going live", { steps: line("succeeded", "succeeded", "running") }],
    ["Live in 38 s", { steps: line("succeeded", "succeeded", "running"), ...ended("succeeded") }],
    ["Building failed after 38 s", { steps: line("succeeded", "running"), ...ended("failed") }],
    ["Canceled after 38 s", { steps: line("running"), ...ended("canceled") }],
    ["Queued", { steps: [] }],
    ["Finished in 38 s", { steps: [], ...ended("succeeded") }],
    ["Failed after 38 s", { steps: [], ...ended("failed") }],
    ["Failed after 38 s", { steps: line("queued", "planned"), ...ended("failed") }],
    ["Building", { steps: line("succeeded", "running"), facts: { branch: "" } }],
  ] as const)("%s", (said, changes) => {
    expect(subtitle({ ...changes, steps: [...changes.steps] })).toBe(said);
  });

  const jobs = (...states: readonly ("running" | "failed" | "succeeded" | "queued")[]) =>
    states.map((state, index) => ({
      key: `${index}`,
      title: `job ${index}`,
      order: 0,
      state,
      at: CREATED_AT + index,
    }));

  test.each([
    ["job 1", { steps: jobs("succeeded", "running", "queued") }],
    ["job 0 +1", { steps: jobs("running", "running", "queued") }],
    ["job 1 failed after 38 s", { steps: jobs("succeeded", "failed"), ...ended("failed") }],
    ["2 jobs failed after 38 s", { steps: jobs("failed", "failed"), ...ended("failed") }],
    ["Passed in 38 s", { steps: jobs("succeeded"), ...ended("succeeded") }],
  ])("of jobs side by side: %s", (said, changes) => {
    expect(subtitle({ ...changes, shape: "parallel" })).toBe(said);
  });

  test("claims no more of an end that was only assumed than that it is over", () => {
    const outcome = { state: "succeeded" as const, at: CREATED_AT + 38_000, provisional: true };
    expect(subtitle({ steps: line("succeeded", "succeeded", "planned"), outcome })).toBe(
      "Finished in 38 s",
    );
  });
});

test("only what is done can be opened; until then, and where it failed, there is the log", () => {
  const titles = (changes: Parameters<typeof runWith>[0]) => {
    const { buttons } = screenOf(runWith({ facts: FACTS, ...changes }), null);
    return buttons?.map(({ title }) => title);
  };
  expect(titles({ steps: line("running") })).toEqual(["View log"]);
  expect(titles(ended("failed"))).toEqual(["View log"]);
  expect(titles(ended("succeeded"))).toEqual(["Open", "View log"]);
  expect(titles({ ...ended("succeeded"), withheld: "promotion" })).toEqual(["View log"]);
  const asked = line("waiting").map((step) => ({ ...step, asks: [] }));
  expect(titles({ steps: asked })).toEqual(["Review"]);
});

test("a single link is the first button, and none that is not https", () => {
  const { buttons } = screenOf(
    runWith({ facts: { url: "http://web-shop.example", logUrl: FACTS.logUrl } }),
    null,
  );
  expect(buttons?.map(({ title }) => title)).toEqual(["View log"]);
});

test("the badge is the environment, else the run's label, else there is none", () => {
  const badge = (changes: Parameters<typeof runWith>[0]) => screenOf(runWith(changes), null).badge;
  expect(badge({ environment: { name: "pr 12", kind: "preview" } })).toEqual({
    title: "PR 12",
    color: "cyan",
  });
  expect(badge({ environment: undefined, facts: { label: "#42" } })).toEqual({
    title: "#42",
    color: "gray",
  });
  expect(badge({ environment: undefined })).toBeUndefined();
  expect(badge({ environment: { name: " ", kind: "other" } })).toBeUndefined();
});

test("the operator's own texts replace the composed ones; a title that comes out empty does not", () => {
  const run = runWith({ steps: line("running"), facts: FACTS });
  const own = screenOf(run, { title: "{{branch}}: {{status}}", subtitle: "{{author}}" });
  expect(own.title).toBe("main: Queued");
  expect(own).not.toHaveProperty("subtitle");
  expect(screenOf(run, { title: "{{author}}" }).title).toBe("web-shop");
});
