/**
 * What notices and alerts of Vercel have in common. Pure.
 *
 * Most of their payloads are undocumented, so every field is optional and a title can be made
 * without any.
 */
import * as z from "zod";
import type { Project } from "../../src/model/signal.ts";
import { compact, httpsUrl, optionalText as text, time } from "../../src/adapter/contract.ts";

const details = z.object({
  project: z.object({ id: text, name: text }).nullish().catch(undefined),
  projectId: text,
  projectName: text,
  projectSlug: text,
  previousName: text,
  domain: z.object({ name: text }).nullish().catch(undefined),
  dnsNames: z.array(z.string()).nullish().catch(undefined),
  // As https://vercel.com/docs/rest-api/certs answers it.
  cert: z
    .object({ cns: z.array(z.string()) })
    .nullish()
    .catch(undefined),
  errorReason: text,
  alerts: z
    .array(z.object({ title: text, alertId: text }))
    .nullish()
    .catch(undefined),
  groupId: text,
  links: z.object({ observability: text, project: text }).nullish().catch(undefined),
});
export type OccurrencePayload = Partial<z.output<typeof details>>;

export const occurrenceEvent = z.object({
  createdAt: time,
  payload: details.nullish().transform((payload): OccurrencePayload => payload ?? {}),
});

/**
 * The part that notices and alerts share; `title` is what happened, after the name of what it
 * happened to.
 */
export function occurrence(payload: OccurrencePayload, title: string) {
  const known = project(payload);
  return {
    project: known,
    title: `${subject(payload, known)}: ${payload.alerts?.[0]?.title ?? title}`,
    ...compact({
      message: detailsOf(payload),
      url: httpsUrl(payload.links?.observability, payload.links?.project),
    }),
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

const detailsOf = ({ errorReason, previousName }: OccurrencePayload): string | undefined =>
  errorReason ?? (previousName && `Was ${previousName}`);

/** A failed certificate names what it was to be for, one that was issued what it is for. */
const domains = ({ domain, dnsNames, cert }: OccurrencePayload): string | undefined =>
  domain?.name || (dnsNames ?? cert?.cns)?.toSorted().join(", ") || undefined;
