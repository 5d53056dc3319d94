/** What Netlify's recorded deliveries cannot show one by one. */
import { describe, expect, test } from "vitest";
import { netlify } from "../../adapters/netlify/index.ts";
import { identify, lazyPayload } from "../../src/adapter/payload.ts";
import { mergeSignal, settle } from "../../src/tracking/merge.ts";
import type { Run } from "../../src/model/run/run.ts";
import { barOf } from "../../src/tracking/bar.ts";
import { runState } from "../../src/tracking/segments.ts";
import { httpFixture, httpFixtures } from "../support/fixtures.ts";

/** Names of the deploy notifications, and what else hooks can be made for, checked 2026-11-22. */
const EVENT_NAMES = [
  "deploy_building",
  "deploy_created",
  "deploy_failed",
  "deploy_request_pending",
  "deploy_request_accepted",
  "deploy_request_rejected",
  "deploy_locked",
  "deploy_unlocked",
  "deploy_restored",
  "deploy_deleted",
  "deploy_failed_after_succeeding",
  "deploy_succeeded_after_failing",
  "submission_created",
  "split_test_activated",
  "split_test_deactivated",
  "split_test_modified",
  "dev_server_created",
  "dev_server_live",
  "dev_server_failed",
  "dev_server_stopped",
];

describe("netlify", () => {
  test.each(EVENT_NAMES)("%s is handled or ignored with a reason", (event) => {
    const result = netlify.read({ header: () => undefined, json: {} }, { event, receivedAt: 0 });
    expect(result.kind).not.toBe("event_unknown");
  });

  test.each(["deploy_created", "deploy_restored", "deploy_succeeded_after_failing"])(
    "no body but that of a finished deploy succeeds under the name %s, which is not signed",
    (event) => {
      const unfinished = httpFixtures("netlify").filter(
        ({ body }) => body.includes('"state":') && !body.includes('"state":"ready"'),
      );
      expect(unfinished.length).toBeGreaterThan(5);
      const relabelled = unfinished.flatMap(({ body }) => signalsOf(event, body));
      expect(relabelled.filter((it) => it.kind !== "progress")).toEqual([]);
      expect(
        relabelled.filter((it) => it.kind === "progress" && it.outcome?.state === "succeeded"),
      ).toEqual([]);
    },
  );

  test("tokens and visitors' addresses reach no signal", () => {
    const signals = httpFixtures("netlify").flatMap(({ headers, body }) =>
      signalsOf(headers["x-netlify-event"] ?? "", body),
    );
    expect(JSON.stringify(signals)).not.toMatch(/token-not-a-credential|logs\.example\.com|@/);
  });

  test("the same state of a deploy is one delivery per event, and another state is another", () => {
    const ids = [
      "deploy_created__production-recovers",
      "deploy_succeeded_after_failing__production-recovers",
      "deploy_building__production-recovers",
    ].map(deliveryIdOf);
    expect(new Set(ids).size).toBe(3);
    expect(deliveryIdOf("deploy_created__production-recovers")).toBe(ids[0]);
  });

  test("an approval keeps its segment once given, and waits without it", () => {
    const pending = runFrom("deploy_request_pending__fork");
    expect(runState(pending)).toBe("waiting");
    expect(settle(pending).outcome?.state).toBe("canceled");
    const approved = runFrom("deploy_request_pending__fork", "deploy_request_accepted__fork");
    expect(runState(approved)).toBe("queued");
    expect(barOf(approved).segments.map(({ title, state }) => [title, state])).toEqual([
      ["Approval", "succeeded"],
      ["Building", "queued"],
      ["Ready", "planned"],
    ]);
  });

  test("a production deploy that turns out unpublished does not claim to be live", () => {
    const titles = (run: Run) => barOf(run).segments.map(({ title }) => title);
    expect(titles(runFrom("deploy_building__locked"))).toEqual(["Building", "Live"]);
    expect(titles(runFrom("deploy_created__locked", "deploy_building__locked"))).toEqual([
      "Building",
      "Ready",
    ]);
  });
});

function signalsOf(event: string, body: string) {
  const json: unknown = JSON.parse(body);
  const result = netlify.read({ header: () => undefined, json }, { event, receivedAt: 0 });
  return result.kind === "signals" ? result.signals : [];
}

function deliveryIdOf(name: string): string | undefined {
  const { headers, body } = httpFixture("netlify", name);
  return identify(
    netlify,
    lazyPayload("json", body, (header) => headers[header]),
  )?.deliveryId;
}

function runFrom(...names: readonly string[]): Run {
  const signals = names.flatMap((name) => {
    const { headers, body } = httpFixture("netlify", name);
    return signalsOf(headers["x-netlify-event"] ?? "", body);
  });
  const run = signals
    .filter((signal) => signal.kind === "progress")
    .reduce<Run | undefined>(mergeSignal, undefined);
  if (!run) throw new Error("the deliveries report no progress");
  return run;
}
