/**
 * Providers: what the adapters declare, in words for a person who sets one up. Reads nothing but
 * the declarations.
 */
import * as z from "zod";
import type { Adapter, Scheme } from "../adapter/contract.ts";
import { endpointSettings } from "../model/endpoint.ts";
import { TOKEN_HEADER } from "../verify/shared-token.ts";
import type { AdminDeps } from "./deps.ts";
import { listOf } from "./routing/models.ts";
import { apiError } from "./routing/api-error.ts";
import type { ApiError } from "./routing/api-error.ts";
import { none, route } from "./routing/route.ts";

const preset = z
  .strictObject({
    name: z.string(),
    title: z.string(),
    events: z.array(z.string()).describe("What to subscribe to at the provider."),
    settings: endpointSettings
      .pick({ deliver: true, notify: true })
      .describe("What to send to POST /api/v1/endpoints."),
  })
  .meta({ id: "Preset" });

const provider = z
  .strictObject({
    name: z.string().describe("The `provider` of an endpoint."),
    title: z.string(),
    docs: z.string(),
    signs: z.string().describe("How a delivery is verified, in a sentence."),
    secret: z.strictObject({
      made_by: z.enum(["provider", "gateway"]),
      where: z.string(),
    }),
    events: z.array(z.string()).describe("Handled event names."),
    ignored: z.record(z.string(), z.string()).describe("Left alone on purpose: name to reason."),
    recommended: z.array(z.string()),
    setup: z.array(z.string()).describe("Steps; `{url}` and `{secret}` stand for the endpoint's."),
    presets: z.array(preset),
  })
  .meta({ id: "Provider" });

export type ProviderView = z.input<typeof provider>;

export function providerOperations(deps: AdminDeps) {
  const listProviders = route(
    {
      method: "get",
      path: "/api/v1/providers",
      operation: "listProviders",
      tag: "Providers",
      summary: "Every provider, how it signs and how to set it up",
      params: none,
      query: none,
      body: none,
      success: { status: 200, description: "All of them.", schema: listOf(provider) },
    },
    async () => ({ data: deps.adapters.map(providerView), next_cursor: null }),
  );
  return { listProviders };
}

/** The refusal of a provider that no adapter knows. */
export function unknownProvider(deps: Pick<AdminDeps, "adapters">, name: string): ApiError {
  const names = deps.adapters.map((adapter) => adapter.name).join(", ");
  const message = `There is no provider "${name}"; choose one of: ${names}.`;
  return apiError(400, "unknown_provider", message, [{ path: "body.provider", message }]);
}

function providerView(adapter: Adapter): z.input<typeof provider> {
  const { name, title, docs, secret, events, ignores, recommended, setup } = adapter;
  return {
    name,
    title,
    docs,
    signs: signsOf(adapter.verify),
    secret: { made_by: secret.madeBy, where: secret.where },
    events: [...events],
    ignored: { ...ignores },
    recommended: [...recommended],
    setup: [...setup],
    presets: [
      {
        name: "deploy_tracking",
        title: "Deploy tracking: a Live Activity for each run, a push when one fails",
        events: [...recommended],
        settings: { deliver: "auto", notify: "failures" },
      },
      {
        name: "failures_only",
        title: "Failures only: a push when a run fails, nothing else",
        events: [...recommended],
        settings: { deliver: "push", notify: "failures" },
      },
    ],
  };
}

function signsOf(scheme: Scheme): string {
  switch (scheme.kind) {
    case "hmac": {
      const hash = scheme.algorithm.toUpperCase().replace("SHA", "SHA-");
      const time = scheme.timestamp
        ? ` with its time, which may be ${scheme.timestamp.toleranceSeconds} s off`
        : "";
      return `HMAC ${hash} of the raw body${time}, ${scheme.encoding}, in the header ${scheme.header}.`;
    }
    case "body-hash-jws":
      return `A JWS (HS256) by ${scheme.issuer} with the body's SHA-256, in the header ${scheme.header}.`;
    case "standard-webhooks":
      return "Standard Webhooks: HMAC SHA-256 of id, time and body, in the header webhook-signature.";
    case "shared-token": {
      const own = scheme.header === undefined ? "" : `, in the header ${scheme.header}`;
      return `Does not sign; repeats a secret token in the URL${own} or in the header ${TOKEN_HEADER}.`;
    }
    case "unsigned":
      return `Does not sign and is believed all the same: ${scheme.because}`;
  }
}
