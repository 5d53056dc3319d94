/** Netlify: "deploy 1 building site=web-shop context=production branch=main". */
import type { HttpFixture } from "../../fixtures.ts";
import type { Said } from "../words.ts";
import { hexOf, recorded, uuidOf } from "./recorded.ts";

interface State {
  readonly event: string;
  readonly state: string;
  readonly isPublished?: true;
}

/** `ready` is built and not published, `live` is both. */
const STATES: Readonly<Record<string, State>> = {
  building: { event: "deploy_building", state: "building" },
  ready: { event: "deploy_created", state: "ready" },
  live: { event: "deploy_created", state: "ready", isPublished: true },
  failed: { event: "deploy_failed", state: "error" },
  restored: { event: "deploy_restored", state: "ready", isPublished: true },
  locked: { event: "deploy_locked", state: "ready", isPublished: true },
  unlocked: { event: "deploy_unlocked", state: "ready", isPublished: true },
  request_pending: { event: "deploy_request_pending", state: "pending_review" },
  request_accepted: { event: "deploy_request_accepted", state: "accepted" },
  request_rejected: { event: "deploy_request_rejected", state: "rejected" },
};

export function netlifyPayload(said: Said): HttpFixture | undefined {
  const told = STATES[said.state];
  if (said.kind !== "deploy" || !told) return undefined;
  const { id, words, at, createdAt, since } = said;
  const { site = "web-shop", context = "production" } = words;
  const own = `https://${hexOf(id, 24)}--${site}.netlify.app`;
  const builtAt = since["ready"] ?? since["live"] ?? since["failed"];
  return recorded(
    "netlify",
    "deploy_building__production",
    {
      id: hexOf(id, 24),
      site_id: uuidOf(site),
      build_id: hexOf(`build ${id}`, 24),
      state: told.state,
      name: site,
      context,
      branch: words["branch"] ?? "main",
      commit_ref: hexOf(words["commit"] ?? id, 40),
      title: words["message"] ?? "Faster checkout",
      committer: words["by"] ?? "ada-example",
      review_id: words["pr"] ? Number(words["pr"]) : null,
      skipped: words["skipped"] === "yes" ? true : null,
      error_message: words["error"] ?? null,
      admin_url: `https://app.netlify.com/projects/${site}`,
      ssl_url: `https://${site}.example.com`,
      url: `https://${site}.example.com`,
      deploy_ssl_url: own,
      links: { permalink: own, alias: `https://${site}.example.com` },
      created_at: new Date(createdAt).toISOString(),
      updated_at: new Date(at).toISOString(),
      published_at: told.isPublished ? new Date(at).toISOString() : null,
      deploy_time: builtAt === undefined ? null : Math.round((builtAt - createdAt) / 1000),
    },
    { "x-netlify-event": told.event },
  );
}
