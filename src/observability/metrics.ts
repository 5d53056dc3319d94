/** Counters and histograms of this process in the Prometheus text format. No I/O, no clock. */

export interface Counter {
  add(labels: Readonly<Record<string, string>>, by?: number): void;
}
export interface Histogram {
  /** @param seconds the observed duration */
  observe(labels: Readonly<Record<string, string>>, seconds: number): void;
}
export interface Metrics {
  counter(name: string, help: string): Counter;
  histogram(name: string, help: string): Histogram;
  /**
   * A text of lines, with the gauges given for this moment.
   * https://prometheus.io/docs/instrumenting/exposition_formats/
   */
  render(gauges: readonly Gauge[]): string;
}
export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Family {
  readonly help: string;
  readonly type: "counter" | "histogram" | "gauge";
  /** Sample name with its labels → value, of this moment. */
  readonly samples: () => Iterable<readonly [string, number]>;
}

export function createMetrics(): Metrics {
  const families = new Map<string, Family>();
  return {
    counter: (name, help) => {
      const values = new Map<string, Count>();
      const samples = () =>
        Array.from(values.values(), ({ labels, value }): [string, number] => [
          name + labelText(labels),
          value,
        ]);
      families.set(name, { help, type: "counter", samples });
      return {
        add: (labels, by = 1) => {
          const key = labelKey(labels);
          const count = values.get(key);
          if (count) count.value += by;
          else values.set(key, { labels, value: by });
        },
      };
    },
    histogram: (name, help) => {
      const all = new Map<string, Series>();
      const samples = () => [...all.values()].flatMap((series) => seriesSamples(name, series));
      families.set(name, { help, type: "histogram", samples });
      return { observe: (labels, seconds) => observe(seriesOf(all, labels), seconds) };
    },
    render: (gauges) => {
      const lines = [...families].flatMap(([name, it]) => linesOf(name, it));
      return `${[...lines, ...gauges.flatMap(gaugeLines)].join("\n")}\n`;
    },
  };
}

interface Count {
  readonly labels: Readonly<Record<string, string>>;
  value: number;
}

/**
 * One line of a histogram's labels. Numbers while it is observed, texts only when it is rendered:
 * it is on the request path.
 */
interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** By bucket, each for itself; the last one is beyond all bounds. */
  readonly counts: number[];
  sum: number;
}

function seriesOf(all: Map<string, Series>, labels: Series["labels"]): Series {
  const key = labelKey(labels);
  const known = all.get(key);
  if (known) return known;
  const created: Series = { labels, counts: BUCKETS_SECONDS.map(() => 0).concat(0), sum: 0 };
  all.set(key, created);
  return created;
}

function observe(series: Series, seconds: number): void {
  const found = BUCKETS_SECONDS.findIndex((bound) => seconds <= bound);
  const bucket = found === -1 ? BUCKETS_SECONDS.length : found;
  series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
  series.sum += seconds;
}

/** Buckets count what is in them and in all smaller ones. */
function seriesSamples(name: string, { labels, counts, sum }: Series): [string, number][] {
  let count = 0;
  const buckets = counts.map((inBucket, at): [string, number] => {
    const le = String(BUCKETS_SECONDS[at] ?? "+Inf");
    return [`${name}_bucket${labelText({ ...labels, le })}`, (count += inBucket)];
  });
  const text = labelText(labels);
  return [...buckets, [`${name}_sum${text}`, sum], [`${name}_count${text}`, count]];
}

function gaugeLines({ name, help, samples }: Gauge): string[] {
  const values = new Map(samples.map(({ labels, value }) => [name + labelText(labels), value]));
  return linesOf(name, { help, type: "gauge", samples: () => values });
}

const linesOf = (name: string, { help, type, samples }: Family): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
  ...[...samples()].map(([sample, value]) => `${sample} ${value}`),
];

/** Tells lines of one metric apart, whose names of labels are always the same ones. */
const labelKey = (labels: Readonly<Record<string, string>>): string =>
  Object.values(labels).join("\n");

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(",")}}` : "";
}

const escaped = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
