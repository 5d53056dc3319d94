/** Netlify's events that are single facts: publishing an old deploy, stopping and resuming publishing, forms. Pure. */
import * as z from "zod";
import type { EventHandler } from "../../src/adapter/contract.ts";
import type { NoticeSignal } from "../../src/model/signal.ts";
import { deploy, environment, facts, https, moment, phaseOf, project, text } from "./deploy.ts";
import type { Deploy } from "./deploy.ts";
import { progress } from "./runs.ts";

/** These events speak of finished deploys; a body that tells otherwise was given a wrong name on the way. */
export const deployNotice = (what: string): EventHandler<typeof deploy> => ({
  schema: deploy,
  toSignals: (told, { receivedAt }) => {
    const phase = phaseOf(told, "ready");
    if (phase === "ready") return [publishing(told, what, receivedAt)];
    return phase ? [progress(told, phase, receivedAt)] : [];
  },
});

function publishing(told: Deploy, what: string, receivedAt: number): NoticeSignal {
  const times = [told.updated_at, told.published_at].map((it) => moment(it) ?? 0);
  const { branch, message, url } = facts(told, "ready");
  return {
    kind: "notice",
    project: project(told),
    environment: environment(told),
    ...(branch && { branch }),
    title: `${project(told).name}: ${what}`,
    ...(message && { message }),
    ...(url && { url }),
    at: Math.max(...times) || receivedAt,
  };
}

/** What the visitor wrote stays out: it is nobody's business but the form owner's. */
const submission = z.object({ form_name: text, site_url: text, created_at: text });

export const formSubmission: EventHandler<typeof submission> = {
  schema: submission,
  toSignals: ({ form_name: form, site_url: site, created_at: createdAt }, { receivedAt }) => {
    const host = site && URL.canParse(site) ? new URL(site).host : undefined;
    const url = https(site);
    return [
      {
        kind: "notice",
        title: `${host || "Netlify"}: form submitted`,
        ...(form && { message: form }),
        ...(url && { url }),
        at: moment(createdAt) ?? receivedAt,
      },
    ];
  },
};
