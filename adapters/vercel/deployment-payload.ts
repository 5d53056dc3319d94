/**
 * What a Vercel deployment event carries, and what follows from it: project, environment and facts.
 * Pure.
 */
import * as z from "zod";
import {
  appKey,
  compact,
  deploymentOf,
  hostKey,
  httpsUrl,
  optionalText as text,
  personOrBot,
  publicName,
  time,
} from "../../src/adapter/contract.ts";
import type { Environment, ProgressSignal, Project } from "../../src/model/signal.ts";

export const PRODUCTION: Environment = { name: "production", kind: "production" };

/**
 * `deployment` events of before 2022 are flat: `deploymentId`, `projectId`, and `project` is the
 * name.
 */
export const deploymentEvent = z.object({
  createdAt: time,
  payload: z
    .object({
      deployment: z
        .object({
          id: text,
          name: text,
          url: text,
          inspectorUrl: text,
          customEnvironmentId: text,
          meta: z.record(z.string(), z.unknown()).nullish().catch(undefined),
        })
        .nullish(),
      deploymentId: text,
      project: z
        .union([
          z.string().transform((name) => ({ id: undefined, name })),
          z.object({ id: text, name: text }),
        ])
        .nullish()
        .catch(undefined),
      projectId: text,
      name: text,
      url: text,
      // Null is a preview; an event without it may still be of production.
      target: z.string().nullish().catch(null),
      alias: z.array(z.string()).nullish().catch(undefined),
      links: z.object({ deployment: text }).nullish().catch(undefined),
    })
    .refine((payload) => deploymentId(payload) !== "", {
      path: ["deployment", "id"],
      error: "no deployment id",
    }),
});

export type DeploymentPayload = z.output<typeof deploymentEvent>["payload"];

export function deploymentId(payload: {
  deployment?: { id?: string | null | undefined } | null | undefined;
  deploymentId?: string | null | undefined;
}): string {
  return payload.deployment?.id || payload.deploymentId || "";
}

export function project(payload: DeploymentPayload): Project {
  const { project: told, projectId, name, deployment } = payload;
  const title = deployment?.name || name || told?.name;
  const id = told?.id || projectId || title || deploymentId(payload);
  return { id, name: title || id };
}

/** `target` null is a preview. */
export function environment(
  { deployment, target }: DeploymentPayload,
  targetRequired: boolean,
): Environment | undefined {
  const custom = deployment?.customEnvironmentId;
  if (custom) return { name: "custom", kind: "other", id: custom };
  if (target === undefined && targetRequired) return undefined;
  if (target === "production") return PRODUCTION;
  return target && target !== "preview"
    ? { name: target, kind: "other" }
    : { name: "preview", kind: "preview" };
}

/**
 * What a deployment's payload tells of who, whence and of what: `meta` is empty where no git host
 * took part.
 */
export function context(
  payload: DeploymentPayload,
  kind: Environment["kind"],
  isReady: boolean,
): Pick<ProgressSignal, "actor" | "source" | "deployment" | "facts"> {
  const { deployment, url, links } = payload;
  const meta = (name: string): string | undefined => gitFact(deployment?.meta, name);
  const own = deployment?.url ?? url;
  const login = meta("CommitAuthorLogin");
  const isFork = isForked(meta);
  const branch = meta("CommitRef");
  const pullRequest = meta("PrId");
  return {
    actor: personOrBot(login, { name: meta("CommitAuthorName") }),
    source: isFork ? { isFork } : undefined,
    deployment: deploymentOf(
      hostKey(addressOf(own)),
      // One commit may go to several environments that somebody made.
      deployment?.customEnvironmentId
        ? undefined
        : appKey("vercel", project(payload).name, kind, meta("CommitSha")),
    ),
    facts: compact({
      branch: isFork && branch ? `${meta("CommitOrg") ?? "fork"}:${branch}` : branch,
      commit: meta("CommitSha"),
      message: meta("CommitMessage"),
      author: publicName(meta("CommitAuthorName"), login),
      url: openable(payload, kind, isReady),
      logUrl: httpsUrl(addressOf(links?.deployment ?? deployment?.inspectorUrl)),
      label: pullRequest && `#${pullRequest}`,
    }),
  };
}

/**
 * Of two told URLs the later holds, and only `created` knows the address that production will have;
 * a preview's own address opens nothing before it is built.
 */
function openable(
  { deployment, alias, url }: DeploymentPayload,
  kind: Environment["kind"],
  isReady: boolean,
): string | undefined {
  const own = deployment?.url ?? url;
  if (kind === "production") return httpsUrl(addressOf(alias && (alias[0] ?? own)));
  return isReady ? httpsUrl(addressOf(own)) : undefined;
}

/** Vercel writes most addresses as a host without a scheme. */
function addressOf(told: string | null | undefined): string | undefined {
  if (!told) return undefined;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(told) ? told : `https://${told}`;
}

/** Whether the commit stands in another repository than the project's. */
const isForked = (meta: (name: string) => string | undefined): boolean =>
  ["RepoId", "Org"].some((name) => {
    const [head, base] = [meta(`Commit${name}`), meta(name)];
    return head !== undefined && base !== undefined && head !== base;
  });

/** `meta` names its keys after the git host, and whoever deploys may add keys of any kind. */
function gitFact(
  meta: Record<string, unknown> | null | undefined,
  name: string,
): string | undefined {
  const values = ["github", "gitlab", "bitbucket"].map((host) => meta?.[`${host}${name}`]);
  return values.find((value): value is string => typeof value === "string" && value !== "");
}
