/**
 * `connect <provider>`: makes an endpoint, says what to do at the provider, and waits for its first
 * delivery.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { randomToken } from "../../util/id.ts";
import { CliError, command, EXIT, print } from "../terminal/command.ts";
import type { CliContext } from "../terminal/command.ts";
import { askSecret, canAsk, givenSecret } from "../terminal/secret.ts";
import type { SecretFlags } from "../terminal/secret.ts";
import { gatewayApi } from "./client.ts";
import type { GatewayApi, GatewayFlags } from "./client.ts";
import { allEndpoints } from "./endpoints.ts";
import { demandFree, freeName } from "./names.ts";
import { allProviders, findProvider } from "./providers.ts";
import { isLocal } from "./health.ts";
import { createdEndpoint, delivery, endpoint, page } from "./models.ts";
import type { Endpoint, Provider } from "./models.ts";
import { table } from "./words.ts";
import * as z from "zod";
import { INVOCATION } from "../terminal/invocation.ts";

const POLL_MS = 1_000;
const anything = z.unknown();
const SECRET_BYTES = 18;
const BAD_REQUEST = 400;
/** What a step says in place of a secret that is known already. */
const GIVEN = "the secret that you gave";

export interface ConnectFlags extends GatewayFlags, SecretFlags {
  readonly name?: string;
  /** Seconds to wait for the first delivery; not at all without. */
  readonly wait?: number;
}

export const connect = command<ConnectFlags, [string?]>(async (context, flags, name) => {
  const api = gatewayApi(context, flags);
  if (name === undefined) return providerList(await allProviders(api));
  const chosen = await findProvider(api, name);
  const it = await makeEndpoint(api, flags, chosen, givenSecret(context, flags));
  const { made, steps, isPlaceholder } = it;
  const warning = unreachable(made.url);
  const tell = (text: string) => (flags.json ? undefined : print(context, text));
  tell(`${steps.map((step, at) => `  ${at + 1}  ${step}`).join("\n")}\n`);
  if (warning !== undefined) tell(`  ! ${warning}\n`);
  const hasStored = isPlaceholder && canAsk(flags) && (await askAndStore(context, api, made));
  const { first, refused } = await awaited(api, made.id, flags, tell);
  const json = {
    endpoint: it.shown,
    needs_secret: isPlaceholder && !hasStored,
    steps,
    warning: warning ?? null,
    first_delivery: first ?? null,
    refused: refused ?? null,
  };
  if (flags.wait !== undefined && first === undefined)
    return { json, text: missedWords(refused), exitCode: EXIT.failed };
  return { json, text: first ? `✓ ${first.event} came in (${first.id})` : "" };
});

/** @param given the secret that is known already, which is not shown again */
async function makeEndpoint(
  api: GatewayApi,
  { name }: ConnectFlags,
  chosen: Provider,
  given: string | undefined,
) {
  // A provider that makes the secret shows it only after it was given the URL.
  const isPlaceholder = chosen.secret.made_by === "provider" && given === undefined;
  const secret = given ?? (isPlaceholder ? randomToken(SECRET_BYTES) : undefined);
  const known = await allEndpoints(api);
  if (name !== undefined) demandFree(name, known);
  const made = await api.call(createdEndpoint, "POST", "/api/v1/endpoints", {
    provider: chosen.name,
    name: name ?? freeName(chosen.title, known),
    ...(secret !== undefined && { secret }),
  });
  const shown = secret === undefined ? made : { ...made, secret: null };
  const steps = stepsOf(chosen, { ...made, secret: shown.secret ?? GIVEN }, isPlaceholder);
  return { made, shown, steps, isPlaceholder };
}

const providerList = (providers: readonly Provider[]) => ({
  json: { data: providers },
  text: [
    table(providers.map(({ name, title }) => [name, title])),
    `\nConnect one: ${INVOCATION} connect ${providers[0]?.name ?? "<provider>"}`,
  ].join("\n"),
});

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

type Created = z.infer<typeof createdEndpoint>;

function stepsOf({ setup }: Provider, made: Created, isPlaceholder: boolean): string[] {
  const steps = setup.map((step) =>
    step.replaceAll("{url}", made.url).replaceAll("{secret}", made.secret ?? ""),
  );
  if (!isPlaceholder) return steps;
  const store = `${INVOCATION} secrets rotate ${made.id} --expires-in-seconds 0 --secret-file -`;
  return [...steps, `Store that secret, on its standard input: ${store}`];
}

/**
 * Asks until a secret is taken: false where it is to come later. Whoever interrupts it has
 * connected nothing, and finds no endpoint left behind.
 */
async function askAndStore(
  context: CliContext,
  { call }: GatewayApi,
  { id }: Created,
): Promise<boolean> {
  for (;;) {
    const secret = await askSecret("The secret that the provider shows (empty: later)");
    if (secret === "") return false;
    if (secret === undefined) {
      await call(z.undefined(), "DELETE", `/api/v1/endpoints/${id}`);
      throw new CliError("Interrupted: the endpoint was removed again.", EXIT.interrupted);
    }
    const body = { secret, expires_in_seconds: 0 };
    const problem = await call(anything, "POST", `/api/v1/endpoints/${id}/secrets`, body).then(
      () => undefined,
      refusalOf,
    );
    if (problem === undefined) return true;
    print(context, `  ! ${problem}`);
  }
}

/** What the gateway said of a secret that does not fit; whatever else went wrong is thrown on. */
function refusalOf(error: unknown): string {
  if (error instanceof CliError && error.details["status"] === BAD_REQUEST) return error.message;
  throw error;
}

const heard = endpoint.extend({ last_delivery: z.looseObject({ id: z.string() }).nullish() });

interface Waited {
  readonly first?: z.infer<typeof delivery>;
  readonly refused?: Endpoint["refused"];
}

/**
 * The first delivery, for as long as `--wait` says. A person is told of each refusal at once and may
 * mend it meanwhile; with `--json` the first one ends the wait.
 */
async function awaited(
  { call }: GatewayApi,
  id: string,
  { wait, json }: ConnectFlags,
  tell: (text: string) => void,
): Promise<Waited> {
  if (wait === undefined) return {};
  const until = Date.now() + wait * 1000;
  let toldOf = 0;
  for (;;) {
    const { last_delivery: last, refused } = await call(heard, "GET", `/api/v1/endpoints/${id}`);
    if (last) {
      const path = `/api/v1/deliveries?limit=1&endpoint=${id}`;
      const [first] = (await call(page(delivery), "GET", path)).data;
      if (first) return { first };
    }
    const total = refused?.total ?? 0;
    if (refused && total > toldOf) tell(`  ✗ refused: ${refused.why}`);
    toldOf = total;
    if (Date.now() >= until || (json && refused)) return { refused };
    await sleep(POLL_MS);
  }
}
