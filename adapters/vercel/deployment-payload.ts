/** What a Vercel deployment event carries, and what follows from it: project, environment and facts. Pure. */
import * as z from "zod";
import type { Environment, Facts, Project } from "../../src/model/signal.ts";
import { httpsUrl, moment, text } from "./fields.ts";

export const PRODUCTION: Environment = { name: "production", kind: "production" };

/** `deployment` events of before 2022 are flat: `deploymentId`, `projectId`, and `project` is the name. */
export const deploymentEvent = z.object({
  createdAt: moment,
  payload: z
    .object({
      deployment: z
        .object({
          id: text,
          name: text,
          url: text,
          inspectorUrl: text,
          customEnvironmentId: text,
          meta: z.record(z.string(), z.unknown()).nullish().catch(null),
        })
        .nullish(),
      deploymentId: text,
      project: z
        .union([
          z.string().transform((name) => ({ id: null, name })),
          z.object({ id: text, name: text }),
        ])
        .nullish()
        .catch(null),
      projectId: text,
      name: text,
      url: text,
      target: text,
      alias: z.array(z.string()).nullish().catch(null),
      links: z.object({ deployment: text }).nullish().catch(null),
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
  if (deployment?.customEnvironmentId) return { name: "custom", kind: "other" };
  if (target === undefined && targetRequired) return undefined;
  if (target === "production") return PRODUCTION;
  return target && target !== "preview"
    ? { name: target, kind: "other" }
    : { name: "preview", kind: "preview" };
}

export function facts(
  { deployment, alias, url, links }: DeploymentPayload,
  production: boolean,
): Facts {
  const meta = (name: string): string | undefined => gitFact(deployment?.meta, name);
  const own = deployment?.url ?? url;
  const pullRequest = meta("PrId");
  return {
    branch: meta("CommitRef"),
    commit: meta("CommitSha"),
    message: meta("CommitMessage"),
    author: [meta("CommitAuthorName"), meta("CommitAuthorLogin")].find(
      (it) => it && !it.includes("@"),
    ),
    // Of two told URLs the later holds, and only `created` knows the address that production will have.
    url: httpsUrl(production ? alias && (alias[0] ?? own) : own),
    logUrl: httpsUrl(links?.deployment ?? deployment?.inspectorUrl),
    label: pullRequest && `#${pullRequest}`,
  };
}

/** `meta` names its keys after the git host, and whoever deploys may add keys of any kind. */
function gitFact(
  meta: Record<string, unknown> | null | undefined,
  name: string,
): string | undefined {
  const values = ["github", "gitlab", "bitbucket"].map((host) => meta?.[`${host}${name}`]);
  return values.find((value): value is string => typeof value === "string" && value !== "");
}
