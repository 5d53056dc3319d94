/**
 * Metrics in the Prometheus text format:
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import { expect, test } from "vitest";
import { createMetrics } from "../../src/observability/metrics.ts";

test("a counter counts by its labels", () => {
  const metrics = createMetrics();
  const counter = metrics.counter("deliveries_total", "Deliveries by outcome.");
  counter.add({ provider: "acme", outcome: "accepted" });
  counter.add({ provider: "acme", outcome: "accepted" }, 2);
  counter.add({ provider: "acme", outcome: "duplicate" });
  counter.add({});
  expect(metrics.render([])).toBe(`# HELP deliveries_total Deliveries by outcome.
# TYPE deliveries_total counter
deliveries_total{provider="acme",outcome="accepted"} 3
deliveries_total{provider="acme",outcome="duplicate"} 1
deliveries_total 1
`);
});

test("label values are escaped", () => {
  const metrics = createMetrics();
  metrics.counter("c", "C.").add({ text: 'back\\slash "quote"\nnew line' });
  expect(metrics.render([])).toContain(String.raw`c{text="back\\slash \"quote\"\nnew line"} 1`);
});

test("the buckets of a histogram are cumulative", () => {
  const metrics = createMetrics();
  const histogram = metrics.histogram("receive_seconds", "Time to answer.");
  for (const seconds of [0.001, 0.002, 0.25, 60]) histogram.observe({ provider: "acme" }, seconds);
  const lines = metrics.render([]).split("\n");
  expect(lines.slice(0, 2)).toEqual([
    "# HELP receive_seconds Time to answer.",
    "# TYPE receive_seconds histogram",
  ]);
  const buckets = lines.flatMap((line) => {
    const [, le, count] =
      /^receive_seconds_bucket\{provider="acme",le="(.+)"\} (\d+)$/.exec(line) ?? [];
    return le === undefined ? [] : [[le, Number(count)]];
  });
  expect(buckets).toEqual([
    ["0.001", 1],
    ["0.0025", 2],
    ["0.005", 2],
    ["0.01", 2],
    ["0.025", 2],
    ["0.05", 2],
    ["0.1", 2],
    ["0.25", 3],
    ["0.5", 3],
    ["1", 3],
    ["2.5", 3],
    ["5", 3],
    ["10", 3],
    ["+Inf", 4],
  ]);
  expect(lines.slice(-3)).toEqual([
    'receive_seconds_sum{provider="acme"} 60.253',
    'receive_seconds_count{provider="acme"} 4',
    "",
  ]);
});

test("gauges are those given for the moment, after everything else", () => {
  const metrics = createMetrics();
  metrics.counter("c", "C.").add({});
  const samples = [
    { labels: { status: "pending" }, value: 0 },
    { labels: { status: "dead" }, value: 2 },
  ];
  expect(metrics.render([{ name: "commands", help: "Outbox.", samples }])).toBe(`# HELP c C.
# TYPE c counter
c 1
# HELP commands Outbox.
# TYPE commands gauge
commands{status="pending"} 0
commands{status="dead"} 2
`);
  expect(metrics.render([])).not.toContain("commands");
});
