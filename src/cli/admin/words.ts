/** Deliveries and calls as sentences of one line. Pure. */
import type { CoreCallView, DeliveryDetail, RefusedView, SignalView } from "./models.ts";

const CALLS: Readonly<Record<string, string>> = {
  push: "push",
  stream_update: "activity updated",
  stream_end: "activity ended",
  metric_value: "metric",
  badge: "badge",
};

/** `14:02:11 ✓ vercel  deployment.created  → activity updated "web-shop Building"`. */
export function deliveryLine(it: DeliveryDetail): string {
  const time = new Date(it.received_at).toLocaleTimeString("en-GB");
  const what = `${time} ${markOf(it.status)} ${it.provider.padEnd(8)} ${it.event}`;
  if (it.status !== "processed") return `${what}  ${it.status}${it.detail ? `: ${it.detail}` : ""}`;
  const calls = it.commands.map((command) => {
    const isToCome = command.status === "pending" || command.status === "sending";
    return isToCome ? `${callWords(command)} (to come)` : callWords(command);
  });
  return `${what}  → ${calls.join(", ") || "nothing to send"}`;
}

/** `14:03:05 ✗ github    401 The signature does not match. (from 140.82.115.7)`. */
export function refusedLine(it: RefusedView): string {
  const time = new Date(it.received_at).toLocaleTimeString("en-GB");
  const why = it.detail ?? it.reason ?? "refused";
  const sender = it.sender ? ` (from ${it.sender})` : "";
  return `${time} ✗ ${it.provider.padEnd(8)} ${it.answered ?? ""} ${why}${sender}`;
}

export function callWords({ call, body }: CoreCallView): string {
  const { title, subtitle } = body.content_state ?? body;
  const words = [title, subtitle].filter((text) => typeof text === "string");
  return [CALLS[call] ?? call, ...(words.length > 0 ? [`"${words.join(" · ")}"`] : [])].join(" ");
}

/** `web-shop production failed: Building failed (main b19d07c)`; `--json` has all of it. */
export function signalWords(signal: SignalView): string {
  const { kind, project, environment, outcome, steps = [], facts, title } = signal;
  const { branch, commit } = facts ?? {};
  const step = steps.findLast(({ state }) => state === "running" || state === "failed");
  const state = outcome?.state ?? (step && `${step.title} ${step.state}`);
  const words = [
    project?.name,
    environment?.name,
    state ?? (kind === "progress" ? "under way" : kind),
  ];
  const where = [branch, commit?.slice(0, 7)].filter((it) => it !== undefined).join(" ");
  const what = words.filter((it) => it !== undefined).join(" ");
  return `${what}${title === undefined ? "" : `: ${title}`}${where === "" ? "" : ` (${where})`}`;
}

/** Without what was not given. */
export function queryOf(fields: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(fields).flatMap(([name, value]) => (value ? [[name, value]] : []));
  return new URLSearchParams(given).toString();
}

/** `1 run`, `2 runs`. */
export const counted = (count: number, what: string, many = `${what}s`): string =>
  `${count} ${count === 1 ? what : many}`;

const markOf = (status: string): string =>
  status === "processed" ? "✓" : status === "ignored" || status === "filtered" ? "·" : "✗";

/** Columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
