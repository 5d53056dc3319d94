/** The card of an endpoint's alerts: what it shows, how long, and what it gives way to. */
import { expect, test } from "vitest";
import { alertCard } from "../../src/compose/alert-card.ts";
import { DEFAULT_LINGER, IMPORTANCE } from "../../src/compose/linger.ts";
import { PRIORITY } from "../../src/model/command.ts";
import { settings } from "../support/runs.ts";

const NOW = Date.parse("2026-11-02T12:00:00.000Z");
const incident = { incidentKey: "cpu", since: 42 };
const on = { streamKey: "alerts", now: NOW, linger: DEFAULT_LINGER };
const alert = { title: "CPU high", message: "95 %", url: "https://x.example", isOver: false };

test("one that fires is red, stays for an hour, and soon gives way to what is under way", () => {
  expect(alertCard(alert, incident, on, settings({ channels: ["ops"] }), ["vercel"])).toEqual({
    intent: {
      kind: "show",
      streamKey: "alerts",
      picture: {
        title: "CPU high",
        subtitle: "95 %",
        segments: ["red"],
        completed: 0,
        color: "red",
        symbol: "exclamationmark.triangle.fill",
        buttons: [{ title: "Open", url: "https://x.example/" }],
      },
      channels: ["ops"],
      tags: ["vercel"],
      importance: IMPORTANCE.failure,
      state: "failed",
      run: "cpu:42",
      lingerMs: 60 * 60_000,
      ending: "cpu:42:failed",
      fadesAt: NOW + 10 * 60_000,
    },
    priority: PRIORITY.streamEnd,
    dedupeKey: null,
  });
});

test("one that is over is green, stays as long as a success, and opens no card", () => {
  const { intent } = alertCard({ ...alert, isOver: true }, incident, on, settings(), []);
  expect(intent).toMatchObject({
    picture: { segments: ["green"], completed: 1, color: "green", symbol: "checkmark.circle.fill" },
    importance: IMPORTANCE.lingering,
    state: "succeeded",
    lingerMs: DEFAULT_LINGER.successMs,
    ending: "cpu:42:succeeded",
    onlyIfShown: true,
  });
  expect(intent).not.toHaveProperty("fadesAt");
  expect(intent).not.toHaveProperty("channels");
});

test("what is not told is left out", () => {
  const bare = { ...alert, message: undefined, url: "http://x.example" };
  const { intent } = alertCard(bare, incident, on, settings(), []);
  if (intent.kind !== "show") throw new Error("It shows nothing.");
  expect(Object.keys(intent.picture).toSorted()).toEqual([
    "color",
    "completed",
    "segments",
    "symbol",
    "title",
  ]);
});
