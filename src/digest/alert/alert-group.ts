/**
 * Alerts that are told together, and those of a deployment that others may tell of: collected, and
 * told when their time has come. Reads; writes the draft.
 */
import * as z from "zod";
import { alertSignal } from "../../model/signal.ts";
import type { AlertSignal } from "../../model/signal.ts";
import type { Told } from "../../model/telling/telling.ts";
import {
  audienceText,
  covers,
  isOfAnyApp,
  outcomeKeysOf,
  takenBackKeysOf,
} from "../../telling/audience.ts";
import { SECOND_HAND_MS } from "../../telling/decide.ts";
import { duration } from "../../util/duration.ts";
import type { Draft } from "../draft.ts";
import type { Origin } from "../origin.ts";
import { waitFor } from "../due/wait.ts";

/** Facts of one moment about one thing are collected for so long, in ms. */
export const GROUP_MS = 5_000;
/** So many are kept; more are only counted. */
const MAX_KEPT = 20;

const kept = z.object({ signals: z.array(alertSignal) }).transform(({ signals }) => signals);

export const isCollected = ({ group, deployment }: AlertSignal): boolean =>
  group !== undefined || deployment !== undefined;

/** It waits for others of its group; and where a deployment's run may tell the same, for that. */
export async function collectAlert(
  origin: Origin,
  draft: Draft,
  alert: AlertSignal,
  incidentKey: string,
): Promise<string> {
  const key = `${origin.endpoint.id}:${incidentKey}`;
  const { due } = await draft.recall({ due: [{ kind: "grouped", key }] });
  const known = due.find((it) => it.kind === "grouped" && it.key === key && it.dueAt !== null);
  const signals = [...keptIn(known?.payload), alert].slice(0, MAX_KEPT);
  const wait = GROUP_MS + heldFor(alert);
  const dueAt = Math.max(
    alert.deployment || !known?.dueAt ? origin.now + wait : 0,
    known?.dueAt ?? 0,
  );
  const payload = { signals, event: origin.event };
  await waitFor(origin, draft, { kind: "grouped", key, dueAt, payload }, "replace");
  return alert.deployment
    ? `alert: its deployment may be told as such within ${duration(wait)}`
    : "alert: told together with others of its group";
}

/** What knows no app waits until a host's bot that came with it has told of one. */
function heldFor({ deployment }: AlertSignal): number {
  if (!deployment) return 0;
  return isOfAnyApp(deployment.keys) ? 2 * SECOND_HAND_MS : SECOND_HAND_MS;
}

export const keptIn = (payload: unknown): readonly AlertSignal[] =>
  kept.safeParse(payload).data ?? [];

/**
 * Those of them that nobody has told as a deployment's failure to everybody whom this would reach,
 * and of which no owner says that it was canceled.
 */
export async function untoldOf(
  { endpoint }: Origin,
  draft: Draft,
  alerts: readonly AlertSignal[],
  audience: readonly string[],
): Promise<readonly AlertSignal[]> {
  const { account } = endpoint;
  const keys = alerts.flatMap(heededKeysOf);
  if (keys.length === 0) return alerts;
  const { told } = await draft.recall({ told: keys.map((toldKey) => ({ account, toldKey })) });
  const heard = new Set(
    told.filter((it) => covers(it.audience, audience)).map(({ toldKey }) => toldKey),
  );
  return alerts.filter((it) => !heededKeysOf(it).some((key) => heard.has(key)));
}

const heededKeysOf = (alert: AlertSignal): readonly string[] => [
  ...outcomeKeysOf(alert, "failed"),
  ...takenBackKeysOf(alert),
];

/** Whoever tells of these deployments' failure later finds it told. */
export async function noteTold(
  { endpoint, now }: Origin,
  draft: Draft,
  alerts: readonly AlertSignal[],
  channels: readonly string[],
): Promise<void> {
  const { account } = endpoint;
  const keys = [...new Set(alerts.flatMap((it) => outcomeKeysOf(it, "failed")))];
  if (keys.length === 0) return;
  const rows = keys.map((toldKey) => ({ account, toldKey, audience: audienceText(channels) }));
  const { told } = await draft.recall({ told: rows });
  const isKnown = (row: (typeof rows)[number]) =>
    told.some((it) => it.toldKey === row.toldKey && it.audience === row.audience);
  const by = { endpointId: endpoint.id, runId: null, commandId: null, at: now };
  draft.remember({
    told: rows.filter((row) => !isKnown(row)).map((row): Told => ({ ...row, ...by })),
  });
}
