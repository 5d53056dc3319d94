/** What Vercel's recorded deliveries cannot show one by one. */
import { describe, expect, test } from "vitest";
import { vercel } from "../../adapters/vercel/index.ts";
import type { ProgressSignal } from "../../src/model/signal.ts";
import { mergeSignal, settle } from "../../src/tracking/merge.ts";
import type { Run } from "../../src/model/run/run.ts";
import { barOf, shapeOf } from "../../src/tracking/bar.ts";
import { runState } from "../../src/tracking/segments.ts";
import { httpFixture } from "../support/fixtures.ts";

/** Event names of the API's enum and of the documentation's spelling, checked 2026-11-22. */
const EVENT_NAMES = `
  budget.reached domain.created domain.dns.records.changed domain.dns-records-changed domain.transfer-in.started
  domain.transfer-in.completed domain.transfer-in.failed domain.transfer-in-started domain.certificate.add
  domain.certificate.add.failed domain.certificate.renew domain.certificate.renew.failed domain.certificate.deleted
  domain.certificate-add domain.certificate-renew domain.certificate-deleted domain.renewal domain.renewal.failed
  domain.auto-renew.changed domain.auto-renew-changed deployment.created deployment.build-requested deployment.cleanup
  deployment.error deployment.blocked deployment.canceled deployment.succeeded deployment.ready
  deployment.check-rerequested deployment.promoted deployment.rollback deployment.integration.action.start
  deployment.integration.action.cancel deployment.integration.action.cleanup deployment.checkrun.start
  deployment.checkrun.cancel edge-config.created edge-config.deleted edge-config.items.updated firewall.attack
  firewall.system-rule-anomaly firewall.custom-rule-anomaly function.archival-required function.removal-required
  alerts.triggered integration-configuration.permission-upgraded integration-configuration.removed
  integration-configuration.scope-change-confirmed integration-configuration.transferred
  integration-resource.project-connected integration-resource.project-disconnected project.created project.removed
  project.renamed project.env-variable.created project.env-variable.updated project.env-variable.deleted
  project.domain.created project.domain.updated project.domain.deleted project.domain.verified
  project.domain.unverified project.domain.moved project.domain-created project.domain-moved
  project.rolling-release.started project.rolling-release.aborted project.rolling-release.completed
  project.rolling-release.approved deployment.checks.failed deployment.checks.succeeded deployment-checks-completed
  deployment-ready deployment-prepared deployment-error deployment-check-rerequested deployment-canceled
  project-created project-removed domain-created deployment integration-configuration-permission-updated
  integration-configuration-removed integration-configuration-scope-change-confirmed marketplace.member.changed
  marketplace.invoice.created marketplace.invoice.paid marketplace.invoice.notpaid marketplace.invoice.overdue
  marketplace.invoice.refunded ai-gateway.balance-depleted ai-gateway.auto-reload.limit-reached observability.anomaly
  observability.anomaly-error observability.usage-anomaly observability.error-anomaly botid.anomaly flag.created
  flag.updated flag.deleted flag.segment.created message.created thread.resolved comment.created`
  .trim()
  .split(/\s+/);

describe("vercel", () => {
  test.each(EVENT_NAMES)("%s is handled or ignored with a reason", (event) => {
    const result = vercel.read({ header: () => undefined, json: {} }, { event, receivedAt: 0 });
    expect(result.kind).not.toBe("event_unknown");
  });

  test("a production deployment that is never promoted is believed live, and a late promotion makes it firm", () => {
    const staged = runFrom(
      "deployment.created__production",
      "deployment.ready__production",
      "deployment.succeeded__production",
    );
    expect(staged.assume).toMatchObject({ state: "succeeded", afterMs: 300_000 });
    const settled = settle(staged);
    expect(settled.outcome).toMatchObject({ state: "succeeded", provisional: true });
    const promoted = mergeSignal(settled, progressOf("deployment.promoted__production"));
    expect(promoted.outcome).toMatchObject({ state: "succeeded", provisional: false });
  });

  test("a failed check that nothing follows is believed to be a failure, not the success that ready promised", () => {
    const run = runFrom(
      "deployment.ready__preview-checks",
      "deployment.checks.failed__preview-checks",
    );
    expect(settle(run).outcome?.state).toBe("failed");
  });

  test("a blocked deployment waits for a person and does not claim to have built", () => {
    const run = runFrom("deployment.created__fork", "deployment.blocked__fork");
    expect(runState(run)).toBe("waiting");
    expect(barOf(run).segments.map(({ title, state }) => [title, state])).toEqual([
      ["Building", "skipped"],
      ["Approval", "waiting"],
      ["Ready", "planned"],
    ]);
  });

  test("time in the queue has a segment in the next run where the build was requested late", () => {
    const titles = (run: Run) => shapeOf(run).slots.map(({ title }) => title);
    const queued = "deployment.created__queued";
    expect(titles(runFrom(queued))).toEqual(["Building", "Live"]);
    const late = runFrom(queued, "deployment.build-requested__queued");
    expect(titles(late)).toEqual(["Queued", "Building", "Live"]);
    expect(barOf(late).segments.map(({ title }) => title)).toEqual(["Building", "Live"]);
  });

  test("a fixed production address survives later events that know only the deployment's own", () => {
    const run = runFrom("deployment.promoted__production", "deployment.created__production");
    expect(run.facts["url"]?.value).toBe("https://shop.example.com");
  });
});

function runFrom(...names: readonly string[]): Run {
  const run = names.map(progressOf).reduce<Run | undefined>(mergeSignal, undefined);
  if (!run) throw new Error("no deliveries given");
  return run;
}

function progressOf(name: string): ProgressSignal {
  const json: unknown = JSON.parse(httpFixture("vercel", name).body);
  const event = name.split("__", 1)[0] ?? name;
  const result = vercel.read({ header: () => undefined, json }, { event, receivedAt: 0 });
  const signal = result.kind === "signals" ? result.signals[0] : undefined;
  if (signal?.kind !== "progress") throw new Error(`${name} reports no progress`);
  return signal;
}
