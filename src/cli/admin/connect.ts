/**
 * `connect <provider>`: makes an endpoint, says what to do at the provider, and waits for its first
 * delivery.
 */
import { stdin, stdout } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { randomToken } from "../../util/id.ts";
import { CliError, command, EXIT, print } from "../terminal/command.ts";
import { gatewayApi } from "./client.ts";
import type { GatewayApi, GatewayFlags } from "./client.ts";
import { allEndpoints, findEndpoint } from "./endpoints.ts";
import { isLocal } from "./health.ts";
import { createdEndpoint, delivery, page, provider } from "./models.ts";
import type { Endpoint } from "./models.ts";
import * as z from "zod";
import { INVOCATION } from "../terminal/invocation.ts";

const POLL_MS = 1_000;
const anything = z.unknown();
const SECRET_BYTES = 18;

export interface ConnectFlags extends GatewayFlags {
  readonly name?: string;
  readonly secret?: string;
  /** Seconds to wait for the first delivery; not at all without. */
  readonly wait?: number;
}

export const connect = command<ConnectFlags, [string]>(async (context, flags, name) => {
  const api = gatewayApi(context, flags);
  const { data: providers } = await api.call(page(provider), "GET", "/api/v1/providers");
  const chosen = providers.find((it) => it.name === name);
  if (!chosen) {
    const names = providers.map((it) => it.name).join(", ");
    throw new CliError(`There is no provider "${name}"; choose one of: ${names}.`, EXIT.usage);
  }
  const isAsking = !flags.json && stdin.isTTY && stdout.isTTY;
  // A provider that makes the secret shows it only after it was given the URL.
  const isPlaceholder = chosen.secret.made_by === "provider" && flags.secret === undefined;
  const secret = flags.secret ?? (isPlaceholder ? randomToken(SECRET_BYTES) : undefined);
  const made = await api.call(createdEndpoint, "POST", "/api/v1/endpoints", {
    provider: name,
    name: flags.name ?? freeName(chosen.title, await allEndpoints(api)),
    ...(secret !== undefined && { secret }),
  });
  const steps = stepsOf(chosen, made, isPlaceholder);
  if (!flags.json) print(context, `${steps.map((it, at) => `  ${at + 1}  ${it}`).join("\n")}\n`);
  const warning = unreachable(made.url);
  if (!flags.json && warning !== undefined) print(context, `  ! ${warning}\n`);
  const hasStored = isAsking && isPlaceholder && (await askForSecret(api, made.id));
  const first =
    flags.wait === undefined ? undefined : await firstDelivery(api, made.id, flags.wait);
  const isMissed = flags.wait !== undefined && first === undefined;
  const refused = isMissed ? (await findEndpoint(api, made.id)).refused : undefined;
  const json = {
    endpoint: { ...made, ...(isPlaceholder && { secret: null }) },
    needs_secret: isPlaceholder && !hasStored,
    steps,
    warning: warning ?? null,
    first_delivery: first ?? null,
    refused: refused ?? null,
  };
  const heard = first && `✓ ${first.event} came in (${first.id})`;
  return {
    json,
    text: isMissed ? missedWords(refused) : (heard ?? ""),
    exitCode: isMissed ? EXIT.failed : EXIT.done,
  };
});

/** `Vercel`, `Vercel 2` …: the other commands find an endpoint by its name. */
function freeName(title: string, endpoints: readonly Endpoint[]): string {
  const taken = new Set(endpoints.map(({ name }) => name));
  for (let count = 1; ; count++) {
    const name = count === 1 ? title : `${title} ${count}`;
    if (!taken.has(name)) return name;
  }
}

/** What keeps providers from calling the address; undefined where nothing is known to. */
function unreachable(url: string): string | undefined {
  const { hostname, origin } = new URL(url);
  if (!isLocal(hostname)) return undefined;
  return `Providers cannot reach ${origin}: start the gateway with --tunnel, or set PUBLIC_URL.`;
}

const missedWords = (refused: Endpoint["refused"]): string =>
  refused
    ? `Something came in and was refused: ${refused.why}`
    : `Nothing has come in. \`${INVOCATION} doctor\` may know why.`;

type Provider = z.infer<typeof provider>;
type Created = z.infer<typeof createdEndpoint>;

function stepsOf({ setup }: Provider, made: Created, isPlaceholder: boolean): string[] {
  const steps = setup.map((step) =>
    step.replaceAll("{url}", made.url).replaceAll("{secret}", made.secret ?? ""),
  );
  if (!isPlaceholder) return steps;
  const store = `${INVOCATION} secrets rotate ${made.id} --expires-in-seconds 0 --secret=<the secret>`;
  return [...steps, `Store that secret: ${store}`];
}

async function askForSecret(api: GatewayApi, id: string): Promise<boolean> {
  const { isCancel, password } = await import("@clack/prompts");
  const given = await password({ message: "The secret that the provider shows (empty: later)" });
  if (isCancel(given) || !given) return false;
  const body = { secret: given, expires_in_seconds: 0 };
  await api.call(anything, "POST", `/api/v1/endpoints/${id}/secrets`, body);
  return true;
}

async function firstDelivery(api: GatewayApi, id: string, seconds: number) {
  const { id: endpoint } = await findEndpoint(api, id);
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const path = `/api/v1/deliveries?limit=1&endpoint=${endpoint}`;
    const { data } = await api.call(page(delivery), "GET", path);
    if (data[0] || Date.now() >= until) return data[0];
    await sleep(POLL_MS);
  }
}
