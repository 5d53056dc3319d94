/** Netlify's events that are single facts: stopping and resuming publishing, forms. Pure. */
import * as z from "zod";
import { compact, httpsUrl, optionalText as text, time } from "../../src/adapter/contract.ts";
import type { EventHandler } from "../../src/adapter/contract.ts";
import type { NoticeSignal } from "../../src/model/signal.ts";
import { context, deploy, environment, phaseOf, project } from "./deploy.ts";
import type { Deploy } from "./deploy.ts";
import { progress, unbelieved } from "./runs.ts";

/**
 * These events speak of finished deploys; a body that tells otherwise was given a wrong name on the
 * way.
 */
export const deployNotice = (what: string): EventHandler<typeof deploy> => ({
  schema: deploy,
  toSignals: (told, { receivedAt }) => {
    const phase = phaseOf(told, "ready");
    if (phase === "ready") return [publishing(told, what, receivedAt)];
    return phase ? [progress(told, phase, receivedAt)] : unbelieved(told);
  },
});

function publishing(told: Deploy, what: string, receivedAt: number): NoticeSignal {
  const { branch, message, url } = context(told, "ready").facts;
  return {
    kind: "notice",
    project: project(told),
    environment: environment(told),
    title: `${project(told).name}: ${what}`,
    ...compact({ branch, message, url }),
    at: Math.max(told.updated_at ?? 0, told.published_at ?? 0) || receivedAt,
  };
}

/** What the visitor wrote stays out: it is nobody's business but the form owner's. */
const submission = z.object({ form_name: text, site_url: text, created_at: time });

export const formSubmission: EventHandler<typeof submission> = {
  schema: submission,
  toSignals: ({ form_name: form, site_url: site, created_at: createdAt }, { receivedAt }) => [
    {
      kind: "notice",
      title: `${(site && URL.canParse(site) && new URL(site).host) || "Netlify"}: form submitted`,
      ...compact({ message: form, url: httpsUrl(site) }),
      at: createdAt ?? receivedAt,
    },
  ],
};
