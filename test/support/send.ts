/** Sends recorded deliveries to a gateway's endpoint, signed as the provider signs them. */
import { adapters } from "../../adapters/index.ts";
import type { Adapter } from "../../src/adapter/contract.ts";
import { sign } from "../../src/verify/sign.ts";
import { secretFor } from "./deliveries.ts";
import type { HttpFixture } from "./fixtures.ts";
import type { Gateway, TestEndpoint } from "./gateway.ts";

export function adapterOf(provider: string): Adapter {
  const adapter = adapters.find(({ name }) => name === provider);
  if (!adapter) throw new Error(`no adapter ${provider}`);
  return adapter;
}

/** An endpoint with these settings; providers that make their own secret are given one. */
export function endpointFor(
  gateway: Gateway,
  provider: string,
  settings: object = {},
): Promise<TestEndpoint> {
  const { secret, verify } = adapterOf(provider);
  const own = secret.madeBy === "provider" ? { secret: secretFor(verify, "right") } : {};
  return gateway.createEndpoint(provider, { ...own, ...settings });
}

/** Posts a recorded delivery to the endpoint's URL with a signature made from its secret. */
export function send(
  gateway: Gateway,
  endpoint: TestEndpoint,
  fixture: HttpFixture,
): Promise<Response> {
  const body = new TextEncoder().encode(fixture.body);
  const { verify } = adapterOf(fixture.provider);
  const { headers } = sign(verify, endpoint.secret, { body, nowMs: gateway.clock.now() });
  return gateway.fetch(new URL(endpoint.url).pathname, {
    method: "POST",
    headers: { ...fixture.headers, ...headers },
    body,
  });
}
