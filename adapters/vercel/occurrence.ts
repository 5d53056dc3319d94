/**
 * What notices and alerts of Vercel have in common. Pure.
 *
 * Most of their payloads are undocumented, so every field is optional and a title can be made without any.
 */
import * as z from "zod";
import type { Project } from "../../src/model/signal.ts";
import { httpsUrl, moment, text } from "./fields.ts";

export const occurrenceEvent = z.object({
  createdAt: moment,
  payload: z
    .object({
      project: z.object({ id: text, name: text }).nullish().catch(null),
      projectId: text,
      projectName: text,
      projectSlug: text,
      previousName: text,
      domain: z.object({ name: text }).nullish().catch(null),
      dnsNames: z.array(z.string()).nullish().catch(null),
      errorReason: text,
      fromDeploymentId: text,
      toDeploymentId: text,
      alerts: z
        .array(z.object({ title: text, alertId: text }))
        .nullish()
        .catch(null),
      groupId: text,
      links: z.object({ observability: text, project: text }).nullish().catch(null),
    })
    .nullish()
    .transform((payload) => payload ?? {}),
});

export type OccurrencePayload = z.output<typeof occurrenceEvent>["payload"];

/** The part that notices and alerts share; `title` is what happened, after the name of what it happened to. */
export function occurrence(payload: OccurrencePayload, title: string) {
  const known = project(payload);
  const message = details(payload);
  const url = httpsUrl(payload.links?.observability ?? payload.links?.project);
  return {
    ...(known && { project: known }),
    title: `${subject(payload, known)}: ${payload.alerts?.[0]?.title || title}`,
    ...(message && { message }),
    ...(url && { url }),
  };
}

/** What tells one incident of a kind from another. */
export const scope = (payload: OccurrencePayload): string =>
  payload.groupId ||
  payload.alerts?.[0]?.alertId ||
  domains(payload) ||
  project(payload)?.id ||
  "team";

function project(payload: OccurrencePayload): Project | undefined {
  const name = payload.project?.name || payload.projectName || payload.projectSlug;
  const id = payload.project?.id || payload.projectId || name;
  return id ? { id, name: name || id } : undefined;
}

/** Many payloads give only the project's id, which nobody reads. */
function subject(payload: OccurrencePayload, known: Project | undefined): string {
  if (known && known.name !== known.id) return known.name;
  return domains(payload) ?? "Vercel";
}

function details(payload: OccurrencePayload): string | undefined {
  const { errorReason, previousName, fromDeploymentId, toDeploymentId } = payload;
  if (errorReason) return errorReason;
  if (previousName) return `Was ${previousName}`;
  return fromDeploymentId && toDeploymentId
    ? `Back from ${fromDeploymentId} to ${toDeploymentId}`
    : undefined;
}

const domains = ({ domain, dnsNames }: OccurrencePayload): string | undefined =>
  domain?.name || dnsNames?.join(", ") || undefined;
