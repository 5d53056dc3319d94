/** What a report makes of an incident, and when that is news: plain data, one fact changed at a time. */
import { describe, expect, test } from "vitest";
import type { AlertSignal } from "../../src/model/signal.ts";
import { SEVERITIES } from "../../src/model/signal.ts";
import {
  acknowledgedIncident,
  closedIncident,
  incidentKeyOf,
  isNamedIn,
  mutedIncident,
  reportIncident,
  toldIncident,
  whyOfRun,
  withoutMember,
} from "../../src/telling/incident.ts";
import { incidentOf, runOf, servingOf } from "../store/records.ts";
import { runWith } from "../support/runs.ts";

const HOUR = 60 * 60_000;
const AT = 10 * HOUR;
const NOW = AT + 5_000;
const [INFO, WARNING, CRITICAL] = SEVERITIES.map((_, rank) => rank);

const alert = (changes: Partial<AlertSignal> = {}): AlertSignal => ({
  kind: "alert",
  title: "web-shop: CPU high",
  incident: "cpu",
  state: "firing",
  severity: "warning",
  at: AT,
  ...changes,
});

describe("what an alert is about", () => {
  const long = "n".repeat(256);
  test.each<[Partial<AlertSignal>, string | RegExp]>([
    [{}, /^cpu$/],
    [{ runId: "run_1" }, /^run:run_1$/],
    [{ runId: "run_1", group: "g" }, /^g$/],
    [{ incident: "n".repeat(255) }, /^n{255}$/],
    [{ incident: long }, /^n{100}#[0-9a-f]{64}$/],
  ])("%j is %s", (changes, key) => {
    expect(incidentKeyOf(alert(changes))).toMatch(key);
  });

  test("long ones that begin alike stay apart", () => {
    expect(incidentKeyOf(alert({ incident: `${long}a` }))).not.toBe(
      incidentKeyOf(alert({ incident: `${long}b` })),
    );
  });
});

describe("a first report", () => {
  test("fires, and is kept with all that it says", () => {
    const said = alert({
      project: { id: "prj_1", name: "web-shop" },
      line: { id: "api", name: "api" },
      environment: { name: "production", kind: "production" },
      runId: "run_1",
      url: "https://x.example",
      isMendedByDeploying: true,
    });
    expect(reportIncident(undefined, said, "ep_1", NOW)).toEqual({
      how: "fires",
      incident: {
        endpointId: "ep_1",
        incidentKey: "run:run_1",
        state: "firing",
        severity: WARNING,
        since: AT,
        lastSeenAt: AT,
        lastToldAt: null,
        toldSeverity: null,
        toldAudience: null,
        count: 1,
        closesAt: NOW + HOUR,
        projectKey: "prj_1",
        lineKey: '["prj_1","api"]',
        environment: "production",
        runId: "run_1",
        facts: { title: "web-shop: CPU high", url: "https://x.example", isMendedByDeploying: true },
        version: 0,
      },
    });
  });

  test("of which nothing is known has nothing of it", () => {
    const { incident } = reportIncident(undefined, alert({ quietAfterMs: 7 }), "ep_1", NOW);
    expect(incident).toMatchObject({ projectKey: null, lineKey: null, environment: null });
    expect(incident).toMatchObject({ runId: null, closesAt: NOW + 7 });
    expect(incident.facts).toEqual({ title: "web-shop: CPU high" });
  });

  test.each<[Partial<AlertSignal>, string]>([
    [{ state: "resolved" }, "that it was wrong was not told"],
    [{ state: "acknowledged" }, "somebody has acknowledged it"],
    [{ severity: "info" }, "it is only for information"],
  ])("%j is not told", (changes, because) => {
    const { how, ...rest } = reportIncident(undefined, alert(changes), "ep_1", NOW);
    expect({ how, ...rest }).toMatchObject({ how: "quiet", because });
  });
});

const firing = incidentOf({
  incidentKey: "cpu",
  severity: WARNING ?? 1,
  since: AT - HOUR,
  lastSeenAt: AT - HOUR,
  count: 3,
  facts: { title: "before" },
  version: 4,
});
const told = toldIncident(firing, ["ops"], AT);

describe("a further report", () => {
  test.each<[string, typeof firing, Partial<AlertSignal>, object]>([
    ["that was not told fires", firing, {}, { how: "fires" }],
    ["that was told is not told again", told, {}, { how: "quiet", because: "it was told already" }],
    ["that is worse is told", told, { severity: "critical" }, { how: "worsens" }],
    [
      "that is not as bad stays as bad",
      toldIncident({ ...firing, severity: CRITICAL ?? 2 }, [], AT),
      {},
      { how: "quiet", because: "it was told already" },
    ],
    ["that it is over is told", told, { state: "resolved" }, { how: "resolves" }],
    [
      "that it is over, of which nobody knows, is not",
      firing,
      { state: "resolved" },
      { how: "quiet", because: "that it was wrong was not told" },
    ],
    [
      "of what was muted is not told",
      mutedIncident(told, true),
      { severity: "critical" },
      { how: "quiet", because: "a person has muted it" },
    ],
    [
      "of the end of what was muted is not told",
      mutedIncident(told, true),
      { state: "resolved" },
      { how: "quiet", because: "a person has muted it" },
    ],
    [
      "of what may ring again is told",
      mutedIncident(told, false),
      { state: "resolved" },
      { how: "resolves" },
    ],
    [
      "that somebody works on it is not told",
      told,
      { state: "acknowledged" },
      { how: "quiet", because: "somebody has acknowledged it" },
    ],
    [
      "of what somebody works on is not told",
      acknowledgedIncident(told),
      {},
      { how: "quiet", because: "it was told already" },
    ],
    [
      "that is for information is not told",
      { ...firing, severity: INFO ?? 0 },
      { severity: "info" },
      { how: "quiet", because: "it is only for information" },
    ],
  ])("%s", (_, known, changes, expected) => {
    expect(reportIncident(known, alert(changes), "ep_1", NOW)).toMatchObject(expected);
  });

  test("adds to what is known, and takes nothing back", () => {
    const { incident } = reportIncident(
      told,
      alert({ at: AT - 2 * HOUR, severity: "info" }),
      "ep_1",
      NOW,
    );
    expect(incident).toMatchObject({
      severity: WARNING,
      since: AT - 2 * HOUR,
      lastSeenAt: AT - HOUR,
      count: 4,
      closesAt: NOW + HOUR,
      toldSeverity: WARNING,
      version: 4,
    });
    expect(reportIncident(acknowledgedIncident(told), alert(), "ep_1", NOW).incident.state).toBe(
      "acknowledged",
    );
    expect(reportIncident(told, alert({ state: "resolved" }), "ep_1", NOW).incident).toMatchObject({
      state: "resolved",
      closesAt: null,
    });
    expect(reportIncident({ ...told, runId: "r" }, alert(), "ep_1", NOW).incident.runId).toBe("r");
  });

  test("after its end begins anew: what was told and muted is of the last time", () => {
    const over = closedIncident(mutedIncident(told, true), AT - HOUR);
    const { how, incident } = reportIncident(over, alert(), "ep_1", NOW);
    expect(how).toBe("fires");
    expect(incident).toMatchObject({
      since: AT,
      count: 1,
      lastToldAt: null,
      toldSeverity: null,
      toldAudience: null,
    });
    expect(incident.facts).toEqual({ title: "web-shop: CPU high" });
    expect(
      reportIncident({ ...over, severity: CRITICAL ?? 2 }, alert(), "ep_1", NOW).incident.severity,
    ).toBe(WARNING);
  });
});

describe("a report that something newer has left", () => {
  const over = closedIncident(told, AT);
  const newer = { how: "quiet", because: "something newer is known of it" };
  test.each<[string, typeof firing, Partial<AlertSignal>, boolean]>([
    ["that it fired before its end", over, { at: AT - 1 }, true],
    ["that it fired at its end", over, {}, true],
    ["that it fires after its end", over, { at: AT + 1 }, false],
    [
      "that it ended before it fired",
      { ...told, lastSeenAt: AT },
      { state: "resolved", at: AT - 1 },
      true,
    ],
    ["that it ended when it fired", { ...told, lastSeenAt: AT }, { state: "resolved" }, false],
    ["that it fires, once more", { ...told, lastSeenAt: AT }, { at: AT - 1 }, false],
    [
      "that somebody worked on it before it fired again",
      { ...told, lastSeenAt: AT },
      { state: "acknowledged", at: AT - 1 },
      false,
    ],
    [
      "that somebody worked on it before its end",
      over,
      { state: "acknowledged", at: AT - 1 },
      true,
    ],
  ])("%s", (_, known, changes, isLeft) => {
    const report = reportIncident(known, alert(changes), "ep_1", NOW);
    if (isLeft) expect(report).toEqual({ ...newer, incident: known });
    else expect(report).not.toMatchObject(newer);
  });
});

describe("a group", () => {
  const grouped = (incident: string) => alert({ group: "g", incident });
  const both = ["a", "b", "a"].reduce(
    (known, it) => reportIncident(known, grouped(it), "ep_1", NOW).incident,
    reportIncident(undefined, grouped("a"), "ep_1", NOW).incident,
  );

  test("knows its members, each once", () => {
    expect(both.facts.members).toEqual(["a", "b"]);
  });

  test("knows a hundred of them", () => {
    const many = Array.from({ length: 120 }, (_, at) => `m${at}`);
    const group = many.reduce(
      (known, it) => reportIncident(known, grouped(it), "ep_1", NOW).incident,
      both,
    );
    expect(group.facts.members).toHaveLength(100);
  });

  test("is wrong because of a member that it had when that ended", () => {
    expect(isNamedIn(both, grouped("b"))).toBe(true);
    expect(isNamedIn(both, { ...grouped("b"), at: AT - 1 })).toBe(false);
    expect(isNamedIn(both, grouped("c"))).toBe(false);
    expect(isNamedIn(firing, grouped("b"))).toBe(false);
  });

  test("is over with its last member", () => {
    const one = withoutMember(both, grouped("a"));
    expect(one).toMatchObject({ state: "firing", facts: { members: ["b"] } });
    const none = withoutMember(one, { ...grouped("b"), at: AT + 9 });
    expect(none).toMatchObject({
      state: "resolved",
      lastSeenAt: AT + 9,
      closesAt: null,
      facts: { members: [] },
    });
    expect(withoutMember(firing, grouped("b")).state).toBe("resolved");
  });
});

test("what is told is kept with its loudness and its audience", () => {
  expect(toldIncident(firing, ["ops"], 42)).toEqual({
    ...firing,
    lastToldAt: 42,
    toldSeverity: WARNING,
    toldAudience: ["ops"],
  });
  expect(closedIncident({ ...firing, lastSeenAt: 50 }, 42).lastSeenAt).toBe(50);
});

describe("an alert about a run", () => {
  const of = alert({ runId: "run_1" });
  const record = (changes: object = {}) => runOf("trk_1", "run_1", changes);
  const retired = (retiredAt: number) => record({ run: { ...runWith(), retiredAt } });
  const serving = (changes: object = {}) => servingOf({ runId: "run_1", since: 100, ...changes });
  test.each<[string, Parameters<typeof whyOfRun>, string | undefined]>([
    ["of no run", [alert(), record({ state: "failed" }), undefined], undefined],
    [
      "that is over",
      [{ ...of, state: "resolved" }, record({ state: "failed" }), undefined],
      undefined,
    ],
    [
      "that failed",
      [of, record({ state: "failed" }), undefined],
      "its run has failed, and that is told",
    ],
    [
      "that failed and is sorted out",
      [of, record({ state: "failed", excluded: true }), undefined],
      undefined,
    ],
    ["that serves", [of, record(), serving()], undefined],
    [
      "in whose place another serves",
      [of, record(), serving({ runId: "run_2" })],
      "another run serves in its place",
    ],
    ["that nobody knows", [of, undefined, undefined], undefined],
    ["that serves and was taken down since", [of, retired(100), serving()], "it was taken down"],
    ["that serves and was taken down before", [of, retired(99), serving()], undefined],
    ["that was taken down", [of, retired(1), undefined], "it was taken down"],
    ["that was not", [of, record(), undefined], undefined],
  ])("%s", (_, given, expected) => {
    expect(whyOfRun(...given)).toBe(expected);
  });
});
