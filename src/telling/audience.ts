/**
 * Who has heard of a deployment already: keys of what was told, and audiences that cover one
 * another. Pure.
 */
import type { Run } from "../model/run/run.ts";
import type { RunRecord } from "../model/run/run-record.ts";
import type { Track } from "../model/run/track.ts";
import type { News } from "./news.ts";

/** Channels as one text, sorted; empty: everyone the key reaches. */
export const audienceText = (channels: readonly string[]): string => channels.toSorted().join(",");

/** Whether everybody in `channels` was among those who were told. */
export const covers = (told: string, channels: readonly string[]): boolean =>
  told === "" ||
  (channels.length > 0 && channels.every((channel) => told.split(",").includes(channel)));

/**
 * What is told of a run's deployment, by each name that the deployment has; none where nobody else
 * tells of it. Whoever finds one of these told says it no more.
 */
export function newsKeysOf(run: Run, { kind, mark }: Pick<News, "kind" | "mark">): string[] {
  const own = kind === "rolled_back" || kind === "asked";
  if (!own) return outcomeKeysOf(run, kind === "waiting" ? ASKED : kind);
  return (run.deployment?.keys ?? []).map((key) => `${key}|${mark}`);
}

interface OfDeployment {
  readonly deployment?:
    | { readonly keys: readonly string[]; readonly attempt?: number | undefined }
    | undefined;
  readonly attempt?: number;
}

/** One outcome of a deployment, by each name that it has. */
export const outcomeKeysOf = (
  { deployment, attempt = 1 }: OfDeployment,
  outcome: string,
): string[] =>
  (deployment?.keys ?? []).map((key) => `${key}|${deployment?.attempt ?? attempt}|${outcome}`);

/** That its owner canceled or skipped it: what is told second-hand of its failure is none. */
export const takenBackKeysOf = (of: OfDeployment): string[] => outcomeKeysOf(of, "taken_back");

const ASKED = "asked";

/**
 * All that counts as told with it: who was asked needs not be told that it waits, and who heard of
 * one app's failure needs not be told that something of its host has failed at that commit.
 */
export function toldKeysOf(run: Run, news: News): string[] {
  const own = newsKeysOf(run, news);
  if (news.kind === "asked") return [...own, ...newsKeysOf(run, { ...news, kind: "waiting" })];
  return news.kind === "failed" ? [...own, ...ofAnyApp(own)] : own;
}

const ofAnyApp = (keys: readonly string[]): string[] => [
  ...new Set(keys.flatMap((key) => (APP.test(key) ? key.replace(APP, "$1*$2") : []))),
];

/** Whether a host is known, and of its apps none. */
export const isOfAnyApp = (keys: readonly string[]): boolean =>
  keys.length > 0 && keys.every((key) => /^app:[^:]+:\*\//.test(key));

/** The key of a host's app: its name in the middle. */
const APP = /^(app:[^:]+:).+(\/[a-z]+:[0-9a-f]+\|.+)$/i;

interface OnTrack {
  readonly track: Track;
}

/**
 * Two runs with a key in common are one deployment, unless they follow one another on one track, go
 * to environments of different kinds (a workflow may deploy twice), or have addresses of their own
 * that differ: one commit may be deployed again.
 */
export function isSameDeployment(
  teller: OnTrack & { readonly run: RunRecord },
  { track, record }: OnTrack & { readonly record: RunRecord },
): boolean {
  if (teller.run.run.id === record.run.id && teller.track.endpointId === track.endpointId)
    return true;
  if (teller.track.id === track.id) return false;
  const [tellers, owns] = [addressesOf(teller.run.run), addressesOf(record.run)];
  const isElsewhere = tellers.length > 0 && owns.length > 0;
  if (isElsewhere && !owns.some((it) => tellers.includes(it))) return false;
  const [told, own] = [teller.track.environmentKind, track.environmentKind];
  return told === null || own === null || told === own;
}

const addressesOf = ({ deployment }: Run): readonly string[] =>
  (deployment?.keys ?? []).filter((key) => key.startsWith("host:"));

/** Clocks of providers differ from ours by less. */
const CLOCKS_MS = 60_000;

/** What was told before a deployment was made is of an elder of the same commit. */
export const isToldOf = (told: { readonly at: number }, createdAt: number): boolean =>
  told.at >= createdAt - CLOCKS_MS;
