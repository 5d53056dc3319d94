/** Webhooks of Vercel, Netlify and Railway as the telling tests send them: only the fields that are read. Data only. */
import { iso } from "./github.ts";
import { NOON } from "./phone.ts";
import type { Webhook } from "./phone.ts";

const SHA = "8a0c5f93e7d14b26f0a9e3c75d81b4620fe9c7a3";
let made = 0;

export interface VercelOf {
  readonly id: string;
  readonly at: number;
  readonly target?: string | null;
  readonly branch?: string;
  readonly project?: { readonly id: string; readonly name?: string };
  readonly sha?: string;
  readonly author?: string;
  /** The owner of the fork it comes from. */
  readonly forkedBy?: string;
  /** The id of an environment that somebody made. */
  readonly customEnvironment?: string;
}

/** @param kind `created`, `ready`, `succeeded`, `promoted`, `error`, `canceled` */
export function vercel(kind: string, it: VercelOf): Webhook {
  const { id, at, target = "production", branch = "main", project = WEB_SHOP } = it;
  const event = `deployment.${kind}`;
  return {
    provider: "vercel",
    event,
    body: {
      id: `evt_${++made}`,
      type: event,
      createdAt: at,
      payload: {
        project: { id: project.id },
        target,
        deployment: {
          id,
          name: project.name ?? project.id,
          url: addressOf(id),
          ...(it.customEnvironment && { customEnvironmentId: it.customEnvironment }),
          meta: {
            githubCommitRef: branch,
            githubCommitSha: it.sha ?? SHA,
            githubCommitMessage: "Sell more shoes",
            githubCommitAuthorLogin: it.author ?? "ada",
            ...(it.forkedBy && { githubOrg: "ada", githubCommitOrg: it.forkedBy }),
          },
        },
        links: { deployment: `https://vercel.com/ada/web-shop/${id}` },
      },
    },
  };
}

const WEB_SHOP = { id: "prj_1", name: "web-shop" };

/** A deployment's own address at Vercel: nine characters of its own. */
export const addressOf = (id: string): string =>
  `web-shop-${id
    .replaceAll(/[^a-z0-9]/g, "")
    .padEnd(9, "x")
    .slice(0, 9)}-ada.vercel.app`;

export const vercelRollback = (to: string, at: number, project = "prj_1"): Webhook => ({
  provider: "vercel",
  event: "deployment.rollback",
  body: {
    id: `evt_${++made}`,
    type: "deployment.rollback",
    createdAt: at,
    payload: { projectId: project, toDeploymentId: to },
  },
});

export interface RailwayOf {
  /** Null: the body names no deployment. */
  readonly id: string | null;
  readonly at: number;
  readonly service?: string;
  readonly environment?: string;
}

/** @param kind `deployed`, `crashed`, `oomKilled`, `removed`, `failed`, `building` … */
export function railway(kind: string, it: RailwayOf): Webhook {
  const { id, at, service = "api", environment = "production" } = it;
  return {
    provider: "railway",
    event: `Deployment.${kind}`,
    body: {
      type: `Deployment.${kind}`,
      timestamp: iso(at),
      severity: "INFO",
      details: { branch: "main", commitHash: SHA, commitAuthor: "ada", commitMessage: "Sell more" },
      resource: {
        workspace: { id: "w", name: "ada" },
        project: { id: "9a1b2c3d-0000-4000-8000-000000000001", name: "web-shop" },
        environment: {
          id: "9a1b2c3d-0000-4000-8000-000000000002",
          name: environment,
          isEphemeral: false,
        },
        service: { id: `service-${service}`, name: service },
        ...(id !== null && { deployment: { id } }),
      },
    },
  };
}

export interface NetlifyOf {
  readonly id: string;
  readonly at: number;
  readonly state: string;
  readonly context?: string;
  readonly createdAt?: number;
  readonly publishedAt?: number;
  readonly error?: string;
  readonly branch?: string;
}

/** @param event `deploy_building`, `deploy_created`, `deploy_failed`, `deploy_restored` … */
export function netlify(event: string, it: NetlifyOf): Webhook {
  const { id, at, state, context = "production", createdAt = NOON, publishedAt } = it;
  return {
    provider: "netlify",
    event,
    body: {
      id,
      site_id: "site-1",
      name: "web-shop",
      state,
      context,
      branch: it.branch ?? "main",
      commit_ref: id.repeat(4).slice(0, 40),
      title: "Sell more shoes",
      committer: "ada",
      error_message: it.error ?? null,
      ssl_url: "https://web-shop.netlify.app",
      deploy_ssl_url: `https://${id}--web-shop.netlify.app`,
      admin_url: "https://app.netlify.com/sites/web-shop",
      created_at: iso(createdAt),
      updated_at: iso(at),
      published_at: publishedAt === undefined ? null : iso(publishedAt),
      deploy_time: 60,
    },
  };
}
