/** The dry run: from a payload to signals and commands. Nothing is verified, stored or sent. */
import * as z from "zod";
import type { AdminDeps } from "./deps.ts";
import { callOf, coreCallView } from "./models/core-call.ts";
import { signalView } from "./deliveries.ts";
import type { DryRunInput, DryRunResult } from "../digest/dry-run.ts";
import type { Adapter } from "../adapter/contract.ts";
import type { Delivery } from "../model/delivery.ts";
import type { EndpointSettings } from "../model/endpoint.ts";
import type { Signal } from "../model/signal.ts";
import { atMoment, firstProgress, MOMENTS } from "./models/dry-run-moments.ts";
import { idParams } from "./routing/models.ts";
import { endpointNotFound } from "./endpoints/secrets.ts";
import { providerName, settingsInput, withDefaults } from "./models/endpoint-models.ts";
import { unknownProvider } from "./providers.ts";
import { none, route } from "./routing/route.ts";
import { MAX_DELIVERY_BYTES } from "../util/body/read-body.ts";

/** How many of an endpoint's newest deliveries settings are tried on, at most and where none says. */
const LATEST = 200;
const latest = z.strictObject({
  limit: z.coerce.number().int().min(1).max(LATEST).default(LATEST).describe("Of how many."),
});
/** How the dry run begins what a filter left out. */
const FILTERED = "filtered: ";

/** The settings that a dry run can show the effect of. */
const triedSettings = settingsInput.pick({
  deliver: true,
  notify: true,
  channels: true,
  filters: true,
  mapping: true,
  rules: true,
  me: true,
});

const dryRunInput = triedSettings
  .extend({
    provider: providerName,
    headers: z
      .record(z.string(), z.string())
      .default({})
      .describe("`content-type` is application/json where it is missing."),
    body: z
      .unknown()
      .refine((body) => body !== undefined, {
        error: "Give the payload: a JSON value or its text.",
      })
      .describe("The payload: a JSON value, or the exact text as a string."),
    moments: z
      .boolean()
      .default(false)
      .describe("Also how the same run would look running, waiting, failed and succeeded."),
  })
  .meta({ id: "DryRunInput" });

const settingsToTry = triedSettings.meta({ id: "SettingsToTry" });

const call = z.strictObject(coreCallView).meta({ id: "CoreCall" });

const momentView = z
  .strictObject({
    moment: z.enum(MOMENTS),
    commands: z.array(call),
    because: z.array(z.string()),
  })
  .meta({ id: "DryRunMoment" });

const passes = z
  .strictObject({
    looked_at: z.number().int().describe("The newest deliveries that tell of something."),
    passed: z.number().int().describe("Of them, those that the settings let through."),
    pushed: z.number().int().describe("Of them, those that would ring or lie in the list."),
    left_out: z.array(z.strictObject({ because: z.string(), count: z.number().int() })),
  })
  .meta({ id: "Passes" });

export type PassesAnswer = z.input<typeof passes>;

const dryRunResult = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("ok"),
      event: z.string(),
      delivery_id: z.string().nullable().describe("The provider's; null where it gives none."),
      signals: z.array(signalView),
      commands: z.array(call),
      because: z.array(z.string()).describe("What would be told and what not, and why."),
      moments: z.array(momentView).optional().describe("Where they were asked for."),
    }),
    z.strictObject({ kind: z.literal("unreadable"), detail: z.string() }),
    z.strictObject({
      kind: z.enum(["ignored", "unknown", "invalid"]),
      event: z.string(),
      detail: z.string(),
    }),
  ])
  .meta({ id: "DryRunResult" });

export type DryRunAnswer = z.input<typeof dryRunResult>;

export function dryRunOperations(deps: AdminDeps) {
  const dryRun = route(
    {
      method: "post",
      path: "/api/v1/dry-run",
      operation: "dryRun",
      tag: "Dry run",
      summary: "Try a payload: its signals and commands, nothing stored or sent",
      params: none,
      query: none,
      body: dryRunInput,
      success: { status: 200, description: "What would happen.", schema: dryRunResult },
      maxBodyBytes: MAX_DELIVERY_BYTES,
    },
    async ({ body: { provider, headers, body, moments, ...settings } }) => {
      const adapter = deps.adapters.find(({ name }) => name === provider);
      if (!adapter) return unknownProvider(deps, provider);
      const input = {
        adapter,
        headers: { "content-type": "application/json", ...lowerCased(headers) },
        body: typeof body === "string" ? body : JSON.stringify(body),
        settings: withDefaults(adapter, settings),
        receivedAt: deps.clock.now(),
      };
      const result = resultOf(await deps.dryRun(input));
      if (!moments || result.kind !== "ok") return result;
      return { ...result, moments: await momentsOf(deps, input, result.signals) };
    },
  );
  return { dryRun, tryOnLatest: tryOnLatest(deps) };
}

async function momentsOf({ dryRun }: AdminDeps, input: DryRunInput, signals: readonly Signal[]) {
  const signal = firstProgress(signals);
  if (!signal) return [];
  const views = MOMENTS.map(async (moment) => {
    const adapter = atMoment(input.adapter, signal, moment);
    const result = resultOf(await dryRun({ ...input, adapter }));
    const { commands, because } = result.kind === "ok" ? result : { commands: [], because: [] };
    return { moment, commands, because };
  });
  return Promise.all(views);
}

const tryOnLatest = (deps: AdminDeps) =>
  route(
    {
      method: "post",
      path: "/api/v1/endpoints/{id}/try",
      operation: "tryOnLatest",
      tag: "Dry run",
      summary: "How many of an endpoint's last deliveries would pass other settings",
      params: idParams,
      query: latest,
      body: settingsToTry,
      success: { status: 200, description: "Counted.", schema: passes },
      refusals: [404],
    },
    async ({ params: { id }, query: { limit }, body }) => {
      const found = await deps.store.findEndpoint(id);
      const adapter = deps.adapters.find(({ name }) => name === found?.endpoint.provider);
      if (!found || !adapter) return endpointNotFound();
      const settings = { ...found.endpoint, ...body };
      const { rows } = await deps.store.listDeliveries({ endpointId: id, limit });
      return counted(await Promise.all(rows.map((row) => outcomeOf(deps, adapter, settings, row))));
    },
  );

type Outcome = "passed" | "pushed" | { readonly because: string };

/** Undefined for a delivery that tells of nothing, whatever the settings are. */
async function outcomeOf(
  { dryRun }: AdminDeps,
  adapter: Adapter,
  settings: EndpointSettings,
  { body, headers, contentType, receivedAt }: Delivery,
): Promise<Outcome | undefined> {
  const all = { "content-type": contentType, ...headers };
  const result = await dryRun({ adapter, headers: all, body, settings, receivedAt });
  if (result.kind === "ok") {
    const filter = result.because.find((it) => it.startsWith(FILTERED));
    if (filter !== undefined) return { because: filter.slice(FILTERED.length) };
    return result.commands.some(({ kind }) => kind === "push") ? "pushed" : "passed";
  }
  return result.kind === "ignored" && result.detail === "events"
    ? { because: "events" }
    : undefined;
}

function counted(outcomes: readonly (Outcome | undefined)[]): PassesAnswer {
  const told = outcomes.filter((it) => it !== undefined);
  const leftOut = told.flatMap((it) => (typeof it === "string" ? [] : [it.because]));
  const groups = Map.groupBy(leftOut, (because) => because);
  return {
    looked_at: told.length,
    passed: told.length - leftOut.length,
    pushed: told.filter((it) => it === "pushed").length,
    left_out: [...groups].map(([because, group]) => ({ because, count: group.length })),
  };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function resultOf(result: DryRunResult): z.input<typeof dryRunResult> {
  if (result.kind !== "ok") return result;
  return {
    kind: "ok",
    event: result.event,
    delivery_id: result.deliveryId ?? null,
    signals: [...result.signals],
    commands: result.commands.map(callOf),
    because: [...result.because],
  };
}
