/** A logger of JSON lines. Where a line goes is the caller's choice. */
import type { Logger } from "./ports.ts";

export type LogLevel = "info" | "warn" | "error";

/** One JSON object a line: `time`, `level`, `message` and the facts; facts that are undefined are left out. */
export function createJsonLogger(write: (line: string) => void, now: () => number): Logger {
  const at =
    (level: LogLevel) =>
    (message: string, facts: Readonly<Record<string, unknown>> = {}): void =>
      write(JSON.stringify({ time: new Date(now()).toISOString(), level, message, ...facts }));
  return { info: at("info"), warn: at("warn"), error: at("error") };
}
