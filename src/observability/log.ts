/** A logger of JSON lines. Where a line goes is the caller's choice. */
import type { Logger } from "../ports.ts";

export type LogLevel = "info" | "warn" | "error";

/**
 * One JSON object a line: `time`, `level`, `message` and the facts; facts that are undefined are
 * left out.
 */
export function createJsonLogger(write: (line: string) => void, now: () => number): Logger {
  const timeText = timeTexts();
  const at =
    (level: LogLevel) =>
    (message: string, facts: Readonly<Record<string, unknown>> = {}): void =>
      write(JSON.stringify({ time: timeText(now()), level, message, ...facts }));
  return { info: at("info"), warn: at("warn"), error: at("error") };
}

/**
 * ISO 8601 of a time in ms. In a rush many lines share one millisecond, and making this text costs
 * as much as the rest of the line.
 */
function timeTexts(): (ms: number) => string {
  let last = { ms: Number.NaN, text: "" };
  return (ms) => {
    if (ms !== last.ms) last = { ms, text: new Date(ms).toISOString() };
    return last.text;
  };
}
