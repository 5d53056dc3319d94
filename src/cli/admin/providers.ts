/** What the gateway knows of providers. */
import { CliError, EXIT } from "../terminal/command.ts";
import type { GatewayApi } from "./client.ts";
import { page, provider } from "./models.ts";
import type { Provider } from "./models.ts";

export async function allProviders({ call }: GatewayApi): Promise<readonly Provider[]> {
  return (await call(page(provider), "GET", "/api/v1/providers")).data;
}

export async function findProvider(api: GatewayApi, name: string): Promise<Provider> {
  const providers = await allProviders(api);
  const found = providers.find((it) => it.name === name);
  if (found) return found;
  const names = providers.map((it) => it.name);
  throw new CliError(
    `There is no provider "${name}"; choose one of: ${names.join(", ")}.`,
    EXIT.usage,
  );
}

/** The title of a provider that makes its secrets itself; undefined where the gateway makes them. */
export async function madeByProvider(api: GatewayApi, name: string): Promise<string | undefined> {
  const { title, secret } = await findProvider(api, name);
  return secret.made_by === "provider" ? title : undefined;
}
