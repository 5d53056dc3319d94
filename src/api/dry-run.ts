/** The dry run: from a payload to signals and commands. Nothing is verified, stored or sent. */
import * as z from "zod";
import type { AdminDeps } from "./deps.ts";
import { callOf, coreCallView } from "./core-call.ts";
import { signalView } from "./deliveries.ts";
import type { DryRunResult } from "../digest/dry-run.ts";
import { providerName, settingsInput, withDefaults } from "./endpoint-models.ts";
import { unknownProvider } from "./providers.ts";
import { MEBIBYTE, none, route } from "./routing/route.ts";

const MAX_BODY_BYTES = 25 * MEBIBYTE;

const dryRunInput = settingsInput
  .pick({
    deliver: true,
    notify: true,
    channels: true,
    filters: true,
    mapping: true,
    rules: true,
    me: true,
  })
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
  })
  .meta({ id: "DryRunInput" });

const call = z.strictObject(coreCallView).meta({ id: "CoreCall" });

const dryRunResult = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("ok"),
      event: z.string(),
      delivery_id: z.string().nullable().describe("The provider's; null where it gives none."),
      signals: z.array(signalView),
      commands: z.array(call),
      because: z.array(z.string()).describe("What would be told and what not, and why."),
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
      maxBodyBytes: MAX_BODY_BYTES,
    },
    async ({ body: { provider, headers, body, ...settings } }) => {
      const adapter = deps.adapters.find(({ name }) => name === provider);
      if (!adapter) return unknownProvider(deps, provider);
      const result = await deps.dryRun({
        adapter,
        headers: { "content-type": "application/json", ...lowerCased(headers) },
        body: typeof body === "string" ? body : JSON.stringify(body),
        settings: withDefaults(adapter, settings),
        receivedAt: deps.clock.now(),
      });
      return resultOf(result);
    },
  );
  return { dryRun };
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
