/** `play` (once `simulate`): plays a recorded lifecycle, or lists what is recorded. */
import { adapters } from "../../adapters/index.ts";
import type { Adapter } from "../adapter/contract.ts";
import { reasonOf } from "./phone/core-api.ts";
import { playLifecycle } from "./play.ts";
import type { PlayedDelivery } from "./play.ts";
import { lifecyclesOf, recordedProviders } from "./recordings.ts";
import type { Lifecycle } from "./recordings.ts";
import { CliError, EXIT, command, print, usageError } from "./terminal/command.ts";
import type { CliContext, CommandResult } from "./terminal/command.ts";
import { INVOCATION } from "./terminal/invocation.ts";

export interface PlayFlags {
  readonly json: boolean;
  readonly to?: string;
  readonly secret?: string;
  readonly speed: number;
}

export const playCommand = command<PlayFlags, [string?, string?]>(
  async (context, flags, provider, name) => {
    if (provider === undefined) return listOf(recordedProviders().flatMap(lifecyclesOf));
    const adapter = adapters.find((it) => it.name === provider);
    if (!adapter) {
      const known = recordedProviders().join(", ");
      throw usageError(`There is no provider "${provider}"; choose one of: ${known}.`);
    }
    const recorded = lifecyclesOf(provider);
    if (name === undefined) return listOf(recorded);
    if (!recorded.some((it) => it.name === name || hasDelivery(it, name))) {
      const known = recorded.map((it) => it.name).join(", ");
      throw usageError(
        `${adapter.title} has no recorded lifecycle "${name}"; choose one of: ${known}.`,
      );
    }
    return play(context, flags, adapter, name);
  },
);

/** `deployment.error` or, where there are several, `deployment.error__production`. */
const isNamed = (fixture: string, name: string): boolean =>
  fixture === name || fixture.startsWith(`${name}__`);

const hasDelivery = ({ deliveries }: Lifecycle, name: string): boolean =>
  deliveries.some(({ fixture }) => isNamed(fixture, name));

/** The lifecycle of that name, or of one that has such a delivery that delivery alone. */
function lifecycleOrDelivery(provider: string, name: string): Lifecycle {
  const all = lifecyclesOf(provider);
  const whole = all.find((it) => it.name === name);
  const around = whole ?? all.find((it) => hasDelivery(it, name));
  if (!around) throw usageError(`${provider} has nothing recorded called "${name}".`);
  if (whole) return whole;
  const one = around.deliveries.filter(({ fixture }) => isNamed(fixture, name)).slice(0, 1);
  return { ...around, deliveries: one.map((it) => ({ ...it, afterMs: 0 })) };
}

function listOf(lifecycles: readonly Lifecycle[]): CommandResult {
  const data = lifecycles.map(({ provider, name, title }) => ({ provider, name, title }));
  const lines = data.map((it) => `  ${`${it.provider} ${it.name}`.padEnd(36)} ${it.title}`);
  return { json: { data }, text: lines.join("\n") };
}

async function play(
  context: CliContext,
  { json, to, secret, speed }: PlayFlags,
  adapter: Adapter,
  name: string,
): Promise<CommandResult> {
  if (to === undefined || !URL.canParse(to))
    throw usageError("Say with --to which endpoint URL to play at.");
  if (!(speed > 0)) throw usageError("--speed takes a number above 0.");
  if (!isTokenOnly(adapter.verify.kind) && secret === undefined)
    throw usageError(`${adapter.title} signs its deliveries: give --secret.`);
  const played: PlayedDelivery[] = [];
  const onAnswer = (it: PlayedDelivery): void => {
    played.push(it);
    if (!json) print(context, `${it.status} ${it.name} ${it.answer}`);
  };
  const lifecycle = lifecycleOrDelivery(adapter.name, name);
  await playLifecycle({ adapter, lifecycle, hookUrl: to, secret, speed, onAnswer }).catch(
    (error: unknown) => {
      throw new CliError(`Could not play it: ${reasonOf(error)}`, EXIT.failed, { played });
    },
  );
  const isTaken = played.every(({ status }) => status === 200);
  if (isTaken) return { json: { played }, text: "" };
  const hint = hintOf(adapter, to, played);
  if (!json && hint !== undefined) context.process.stderr.write(`${hint}\n`);
  return { json: { played, ...(hint && { hint }) }, text: "", exitCode: EXIT.failed };
}

/** The gateway says to nobody why it refuses; here both sides are one's own. */
function hintOf(
  { title, verify }: Adapter,
  to: string,
  played: readonly PlayedDelivery[],
): string | undefined {
  const status = played.find((it) => it.status !== 200)?.status;
  if (status === 404)
    return `There is no such endpoint, or it is off: \`${INVOCATION} endpoints list\` has their URLs.`;
  if (status !== 401) return undefined;
  if (!isTokenOnly(verify.kind)) return "Refused: --secret is not the secret of this endpoint.";
  const hasToken = HOOK_WITH_TOKEN.test(new URL(to).pathname);
  const fault = hasToken
    ? "the token at its end is wrong"
    : "its URL ends in a token, which is missing";
  return `Refused: ${title} signs nothing, and ${fault}. It was shown when the endpoint was made; \`${INVOCATION} secrets rotate\` makes a new one.`;
}

/** `/hooks/{id}/{token}`, below whatever path the gateway has. */
const HOOK_WITH_TOKEN = /\/hooks\/[^/]+\/[^/]+\/?$/;

const isTokenOnly = (kind: Adapter["verify"]["kind"]): boolean =>
  kind === "shared-token" || kind === "unsigned";
