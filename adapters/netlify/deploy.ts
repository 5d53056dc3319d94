/** The deploy object, which is the body of all of Netlify's deploy events, and what follows from it. Pure. */
import * as z from "zod";
import type { Environment, Facts, Project } from "../../src/model/signal.ts";

export const text = z.string().nullish().catch(null);

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
  review_id: z.union([z.number(), z.string()]).nullish().catch(null),
  error_message: text,
  skipped: z.boolean().nullish().catch(null),
  ssl_url: text,
  deploy_ssl_url: text,
  admin_url: text,
  created_at: text,
  updated_at: text,
  published_at: text,
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
 * The signature covers the body but not the header that names the event, so the body's own state goes first. The name
 * alone can make no success of a state that is not one; undefined where nothing can be believed.
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

/** Whether visitors of the site see it. With auto publishing stopped, production deploys are built but not published. */
export const isPublished = (told: Deploy): boolean =>
  told.context === "production" && Boolean(told.published_at);

export function facts(told: Deploy, phase: Phase): Facts {
  const committer = told.committer ?? "";
  return {
    branch: told.branch || undefined,
    commit: told.commit_ref || undefined,
    message: told.title || undefined,
    author: committer.includes("@") ? undefined : committer || undefined,
    url: phase === "ready" ? address(told) : undefined,
    logUrl: https(told.admin_url && `${told.admin_url}/deploys/${told.id}`),
    label: told.review_id ? `#${told.review_id}` : undefined,
  };
}

const address = (told: Deploy): string | undefined =>
  (isPublished(told) ? https(told.ssl_url) : undefined) ?? https(told.deploy_ssl_url);

export const https = (url: string | null | undefined): string | undefined =>
  url?.startsWith("https://") && URL.canParse(url) ? url : undefined;

/** An ISO time in ms since the epoch. */
export function moment(iso: string | null | undefined): number | undefined {
  const at = Date.parse(iso ?? "");
  return Number.isNaN(at) ? undefined : at;
}
