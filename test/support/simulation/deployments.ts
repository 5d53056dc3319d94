/**
 * Deployments as a provider tells of them: signed webhooks of any project and run, and how to know
 * them again. Sends nothing by itself.
 */
import { httpFixture } from "../fixtures.ts";
import type { HttpFixture } from "../fixtures.ts";

const PROVIDER = "vercel";
const RECORDED = httpFixture(PROVIDER, "deployment.created__production");

/** What one webhook says of a deployment; the last three are ends. */
export type Stage = "created" | "ready" | "succeeded" | "failed" | "canceled";
export type End = "succeeded" | "failed" | "canceled";

export interface DeploymentEvent {
  /** Number of the project. Even ones deploy to production, odd ones make previews. */
  readonly track: number;
  /** Number of the deployment within its project; a greater one is newer. */
  readonly run: number;
  readonly stage: Stage;
  /** When it happened by the provider's clock, in ms. */
  readonly at: number;
  /** One of its own unless told. */
  readonly commit?: string;
}

export const isProduction = (track: number): boolean => track % 2 === 0;
export const isEnd = (stage: Stage): stage is End => stage !== "created" && stage !== "ready";

/**
 * A text that every call about this deployment carries (in its buttons' URLs), and no other call.
 */
export const markOf = ({ track, run }: Pick<DeploymentEvent, "track" | "run">): string =>
  `t${String(track).padStart(3, "0")}-r${String(run).padStart(4, "0")}`;

/** The track and run whose mark a call carries; undefined where it carries none. */
export function markIn(body: unknown): { track: number; run: number } | undefined {
  const [, track, run] = /t(\d{3})-r(\d{4})/.exec(JSON.stringify(body)) ?? [];
  return track === undefined ? undefined : { track: Number(track), run: Number(run) };
}

/** The webhook, unsigned. */
export function webhookOf(event: DeploymentEvent): HttpFixture {
  const { track, run, stage, at, commit = commitOf(track, run) } = event;
  const mark = markOf(event);
  const name = `shop-${track}`;
  const type = typeOf(event);
  const body = {
    id: `evt_${mark}-${stage}`,
    type,
    createdAt: at,
    payload: {
      deployment: {
        id: `dpl_${mark}`,
        name,
        url: `${mark}.shop.example`,
        meta: { githubCommitRef: "main", githubCommitSha: commit },
      },
      links: { deployment: `https://vercel.com/ada-shop/${name}/${mark}` },
      project: { id: `prj_${track}` },
      target: isProduction(track) ? "production" : null,
    },
  };
  const { headers } = RECORDED;
  return { name: `${type}__${mark}`, provider: PROVIDER, headers, body: JSON.stringify(body) };
}

function typeOf({ track, stage }: DeploymentEvent): string {
  switch (stage) {
    case "succeeded":
      return isProduction(track) ? "deployment.promoted" : "deployment.succeeded";
    case "failed":
      return "deployment.error";
    case "created":
    case "ready":
    case "canceled":
      return `deployment.${stage}`;
  }
}

/** A commit of its own for every deployment. */
const commitOf = (track: number, run: number): string =>
  (track * 10_000 + run + 1).toString(16).padStart(7, "0").padEnd(40, "a");
