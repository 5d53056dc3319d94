/**
 * Railway's payloads, today's and the one until November 2025, and what of them signals need. Pure.
 */
import * as z from "zod";
import {
  compact,
  environmentKind,
  flag,
  optionalText as text,
  publicName,
  time,
} from "../../src/adapter/contract.ts";
import type { VerifiedPayload } from "../../src/adapter/contract.ts";
import type { Environment, Facts, Project } from "../../src/model/signal.ts";

const named = z.object({ id: z.string(), name: text });
const details = z
  .object({
    id: text,
    branch: text,
    commitHash: text,
    commitAuthor: text,
    commitMessage: text,
  })
  .partial();

/** Any event; which parts of `details` and `resource` are there depends on it. */
export const railwayEvent = z.object({
  timestamp: time,
  severity: text,
  details: details.nullish().catch(undefined),
  resource: z.object({
    project: named,
    environment: z.object({ id: text, name: z.string(), isEphemeral: flag }).nullish(),
    service: named.nullish(),
    deployment: z.object({ id: text }).nullish(),
  }),
});

/**
 * An event of a deployment, with its id as `runId` where it names one: what `details.id` stands for
 * is not documented.
 */
export const deploymentEvent = railwayEvent.transform((event) => ({
  ...event,
  runId: event.resource.deployment?.id ?? event.details?.id,
}));

/**
 * The old format says the same in other places; its `type` is always `DEPLOY`, its `status` tells
 * which event it is.
 */
export const legacyEvent = z
  .object({
    status: text,
    timestamp: time,
    project: named,
    environment: z.object({ id: text, name: z.string(), isEphemeral: flag }).nullish(),
    service: named.nullish(),
    deployment: z.object({ id: z.string().min(1), meta: details.nullish().catch(undefined) }),
  })
  .transform(({ status, timestamp, project, environment, service, deployment }) => ({
    status,
    event: {
      timestamp,
      severity: undefined,
      details: deployment.meta,
      resource: { project, environment, service, deployment: { id: deployment.id } },
      runId: deployment.id,
    } satisfies DeploymentEvent,
  }));

export type RailwayEvent = z.output<typeof railwayEvent>;
export type DeploymentEvent = z.output<typeof deploymentEvent>;

const id = z.object({ id: z.string() }).nullish().catch(undefined);
const envelope = z.object({
  type: z.string(),
  timestamp: z.string().nullish().catch(undefined),
  status: z.string().nullish().catch(undefined),
  resource: z.object({ project: id, deployment: id }).nullish().catch(undefined),
  project: id,
  deployment: id,
});

/** Both `oom_killed` and `oomKilled` are about; of a deployment's end several words. */
const ALIASES: Readonly<Record<string, string>> = {
  succeeded: "deployed",
  success: "deployed",
  active: "deployed",
  completed: "deployed",
};

export function eventName({ json }: VerifiedPayload): string | undefined {
  const type = envelope.safeParse(json).data?.type;
  const transition = /^deployment\.(.+)$/i.exec(type ?? "")?.[1];
  if (transition === undefined) return type;
  const letters = transition.toLowerCase().replace(/[^a-z]/g, "");
  return `Deployment.${ALIASES[letters] ?? letters}`;
}

/** Railway gives deliveries no id; one that names no deployment is known by its body alone. */
export function deliveryId(payload: VerifiedPayload): string | undefined {
  const told = envelope.safeParse(payload.json).data;
  const deployment = told?.resource?.deployment?.id ?? told?.deployment?.id;
  if (!deployment || !told?.timestamp) return undefined;
  return [deployment, eventName(payload), told.status, told.timestamp].filter(Boolean).join(":");
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The project's id; none in what the dashboard's test button sends, which has placeholders there.
 */
export function pinnedProject({ json }: VerifiedPayload): string | undefined {
  const told = envelope.safeParse(json).data;
  const project = told?.resource?.project?.id ?? told?.project?.id;
  return project !== undefined && UUID.test(project) ? project : undefined;
}

export const projectOf = ({ resource: { project } }: RailwayEvent): Project => ({
  id: project.id,
  name: project.name ?? project.id,
});

export function lineOf({ resource: { service } }: RailwayEvent): Project | undefined {
  return service ? { id: service.id, name: service.name ?? service.id } : undefined;
}

export function environmentOf({ resource }: RailwayEvent): Environment | undefined {
  if (!resource.environment) return undefined;
  const { name, isEphemeral } = resource.environment;
  return { name, kind: environmentKind(name, { isTransient: isEphemeral }) };
}

export function factsOf(event: RailwayEvent): Facts {
  const { branch, commitHash, commitMessage, commitAuthor } = event.details ?? {};
  return compact({
    branch,
    commit: commitHash,
    message: commitMessage,
    author: publicName(commitAuthor),
    logUrl: dashboardUrl(event),
  });
}

/** The page of the deployment or else the service; payloads carry no URL at all. */
export function dashboardUrl({ resource }: RailwayEvent): string | undefined {
  const { project, service, environment, deployment } = resource;
  const ids = [project.id, service?.id ?? "", environment?.id ?? ""];
  if (!ids.every((it) => UUID.test(it))) return undefined;
  const page = `https://railway.com/project/${ids[0]}/service/${ids[1]}?environmentId=${ids[2]}`;
  const run = deployment?.id ?? "";
  return UUID.test(run) ? `${page}&id=${run}` : page;
}
