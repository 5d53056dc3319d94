/**
 * The deploy object, which is the body of all of Netlify's deploy events, and what follows from it.
 * Pure.
 */
import * as z from "zod";
import {
  appKey,
  compact,
  deploymentOf,
  flag,
  hostKey,
  httpsUrl,
  optionalText as text,
  personOrBot,
  publicName,
  time,
} from "../../src/adapter/contract.ts";
import type { Environment, ProgressSignal, Project } from "../../src/model/signal.ts";

export const deploy = z.object({
  id: z.string().min(1),
  site_id: text,
  name: text,
  state: text,
  context: text,
  branch: text,
  commit_ref: text,
  title: text,
  committer: text,
  review_id: z.union([z.number(), z.string()]).nullish().catch(undefined),
  error_message: text,
  skipped: flag,
  ssl_url: text,
  deploy_ssl_url: text,
  admin_url: text,
  links: z.object({ permalink: text }).nullish().catch(undefined),
  created_at: time,
  updated_at: time,
  published_at: time,
  deploy_time: z.number().nonnegative().nullish().catch(undefined),
});

export type Deploy = z.output<typeof deploy>;

/** How far a deploy is. */
export type Phase = "pending" | "accepted" | "rejected" | "building" | "ready" | "failed";

/** What the signed `state` tells; the ones that are not here tell nothing of a run. */
const PHASE_OF_STATE: ReadonlyMap<string, Phase> = new Map<string, Phase>([
  ["pending_review", "pending"],
  ["accepted", "accepted"],
  ["rejected", "rejected"],
  ["building", "building"],
  ["uploading", "building"],
  ["uploaded", "building"],
  ["preparing", "building"],
  ["prepared", "building"],
  ["processing", "building"],
  ["processed", "building"],
  ["retrying", "building"],
  ["ready", "ready"],
  ["error", "failed"],
]);

/**
 * The signature covers the body but not the header that names the event, so the body's own state
 * goes first. The name alone can make no success of a state that is not one; undefined where
 * nothing can be believed.
 */
export function phaseOf({ state, error_message: error }: Deploy, event: Phase): Phase | undefined {
  const told = state ? PHASE_OF_STATE.get(state) : undefined;
  if (told || event !== "ready") return told ?? event;
  if (error) return "failed";
  return state ? undefined : event;
}

export const project = ({ id, site_id: siteId, name }: Deploy): Project => ({
  id: siteId || name || id,
  name: name || siteId || id,
});

export function environment({ context }: Deploy): Environment {
  if (context === "production") return { name: context, kind: "production" };
  return context === "deploy-preview" || context === "branch-deploy"
    ? { name: context, kind: "preview" }
    : { name: context || "deploy", kind: "other" };
}

/**
 * Whether visitors of the site see it. With auto publishing stopped, production deploys are built
 * but not published.
 */
export const isPublished = (told: Deploy): boolean =>
  told.context === "production" && Boolean(told.published_at);

/** What a deploy tells of who, of what and where to look. */
export function context(
  told: Deploy,
  phase: Phase,
): Pick<ProgressSignal, "actor" | "deployment" | "facts"> {
  const { kind } = environment(told);
  return {
    actor: personOrBot(told.committer),
    deployment: deploymentOf(
      ownKey(told),
      appKey("netlify", project(told).name, kind, told.commit_ref),
    ),
    facts: compact({
      branch: told.branch,
      commit: told.commit_ref,
      message: told.title,
      author: publicName(told.committer),
      url: phase === "ready" ? address(told) : undefined,
      logUrl: httpsUrl(told.admin_url && `${told.admin_url}/deploys/${told.id}`),
      label: told.review_id ? `#${told.review_id}` : undefined,
    }),
  };
}

/** Other addresses are shared by all deploys of a branch or pull request. */
const ownKey = ({ id, deploy_ssl_url: url, links }: Deploy): string | undefined =>
  [links?.permalink, url].map(hostKey).find((key) => key?.startsWith(`host:${id}--`));

const address = (told: Deploy): string | undefined =>
  httpsUrl(isPublished(told) ? told.ssl_url : undefined, told.deploy_ssl_url);
