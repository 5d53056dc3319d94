/** `apply`: makes the endpoints of a gateway as a file declares them. Removes none. */
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { adapters } from "../../../adapters/index.ts";
import { chooseSecret } from "../../api/endpoints/secrets.ts";
import { endpointCreate, endpointPatch } from "../../api/models/endpoint-models.ts";
import { unknownProvider } from "../../api/providers.ts";
import { ApiError, issuesOf } from "../../api/routing/api-error.ts";
import { CliError, command, EXIT, usageError } from "../terminal/command.ts";
import type { CliContext } from "../terminal/command.ts";
import { yamlOf } from "../phone/input.ts";
import { gatewayApi } from "./client.ts";
import type { GatewayApi, GatewayFlags } from "./client.ts";
import { allEndpoints } from "./endpoints.ts";
import { createdEndpoint, endpoint } from "./models.ts";
import type { Endpoint } from "./models.ts";

export interface ApplyFlags extends GatewayFlags {
  readonly dryRun?: boolean;
}

/** The other fields are the API's settings. */
const declared = z.looseObject({
  name: z.string().min(1),
  provider: z.string().min(1),
  secret_env: z.string().optional(),
});
const file = z.strictObject({ endpoints: z.array(declared) });
type Declared = z.infer<typeof declared>;

interface Change {
  readonly kind: "create" | "update" | "keep";
  readonly name: string;
  readonly provider: string;
  readonly id: string | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly before: Readonly<Record<string, unknown>>;
}

/** All of the file is checked before the first endpoint is touched, with `--dry-run` as without. */
export const apply = command<ApplyFlags, [string]>(async (context, flags, path) => {
  const api = gatewayApi(context, flags);
  const wanted = declaredIn(path);
  const existing = await allEndpoints(api);
  const changes = wanted.map((it) => changeFor(context, it, existing));
  const faults = changes.flatMap((it) => faultOf(it) ?? []);
  if (faults.length > 0) throw usageError(`Nothing was changed.\n${faults.join("\n")}`);
  const isDryRun = flags.dryRun === true;
  const made: unknown[] = [];
  const lines: string[] = [];
  for (const change of changes) {
    const answer = isDryRun
      ? undefined
      : await carryOut(api, change).catch((error: unknown) => stopped(error, change, made, lines));
    made.push({ ...withoutSecret(change), ...(answer && { endpoint: answer }) });
    lines.push(lineOf(change, answer));
  }
  return { json: { dry_run: isDryRun, changes: made }, text: lines.join("\n") };
});

/** What was changed before stays: whoever reads of the refusal has to know of it. */
function stopped(
  error: unknown,
  { name }: Change,
  changes: readonly unknown[],
  lines: readonly string[],
): never {
  if (!(error instanceof CliError)) throw error;
  const message = [...lines, `✗ ${name}: ${error.message}`].join("\n");
  throw new CliError(message, EXIT.failed, { ...error.details, changes });
}

function faultOf({ kind, name, provider, settings }: Change): string | undefined {
  if (kind === "keep") return undefined;
  const fault =
    kind === "create" ? faultOfCreation({ name, provider, ...settings }) : faultOfUpdate(settings);
  return fault && `  ${name}: ${fault}`;
}

/** Why an endpoint could not be made of this; undefined where it could. */
function faultOfCreation(body: unknown): string | undefined {
  const parsed = endpointCreate.safeParse(body);
  if (!parsed.success) return faultsIn(endpointCreate, parsed.error);
  const { provider, secret } = parsed.data;
  const adapter = adapters.find(({ name }) => name === provider);
  const chosen = adapter ? chooseSecret(adapter, secret) : unknownProvider({ adapters }, provider);
  return chosen instanceof ApiError ? chosen.body.message : undefined;
}

/** Why settings could not be changed to this; undefined where they could. */
function faultOfUpdate(patch: unknown): string | undefined {
  const parsed = endpointPatch.safeParse(patch);
  return parsed.success ? undefined : faultsIn(endpointPatch, parsed.error);
}

const faultsIn = (schema: z.ZodType, error: z.ZodError): string =>
  issuesOf("body", schema, error)
    .map(({ path, message }) => `${path.replace(/^body\./, "")}: ${message}`)
    .join("; ");

function declaredIn(path: string): Declared[] {
  const parsed = file.safeParse(yamlOf(path));
  if (!parsed.success) throw usageError(`${path}: ${z.prettifyError(parsed.error)}`);
  const names = parsed.data.endpoints.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw usageError(`${path} has "${twice}" twice.`);
  return parsed.data.endpoints;
}

function changeFor({ process }: CliContext, it: Declared, existing: readonly Endpoint[]): Change {
  const { name, provider, secret_env: variable, secret, ...settings } = it;
  const matches = existing.filter((known) => known.name === name);
  if (matches.length > 1) throw new CliError(`Several endpoints have the name "${name}".`);
  const [known] = matches;
  if (!known) {
    const value = variable === undefined ? secret : process.env[variable];
    if (variable !== undefined && !value) throw usageError(`${variable} is not set.`);
    const all = { ...settings, ...(value !== undefined && { secret: value }) };
    return { kind: "create", name, provider, id: undefined, settings: all, before: {} };
  }
  if (known.provider !== provider)
    throw new CliError(`"${name}" is of ${known.provider}; a provider cannot be changed.`);
  const differing = Object.entries(settings).filter(
    ([field, value]) => !isDeepStrictEqual(known[field], value),
  );
  return {
    kind: differing.length > 0 ? "update" : "keep",
    name,
    provider,
    id: known.id,
    settings: Object.fromEntries(differing),
    before: Object.fromEntries(differing.map(([field]) => [field, known[field]])),
  };
}

async function carryOut({ call }: GatewayApi, change: Change): Promise<Endpoint | undefined> {
  const { kind, id, name, provider, settings } = change;
  if (kind === "create")
    return call(createdEndpoint, "POST", "/api/v1/endpoints", { name, provider, ...settings });
  if (kind === "keep") return undefined;
  return call(endpoint, "PATCH", `/api/v1/endpoints/${id}`, settings);
}

function lineOf({ kind, name, settings, before }: Change, made: Endpoint | undefined): string {
  if (kind === "keep") return `  ${name}: as declared`;
  if (kind === "create") {
    const secret = typeof made?.["secret"] === "string" ? `\n    secret ${made["secret"]}` : "";
    return `+ ${name}${made ? `\n    url ${made.url}${secret}` : ""}`;
  }
  const fields = Object.entries(settings).map(
    ([field, value]) => `    ${field}: ${JSON.stringify(before[field])} → ${JSON.stringify(value)}`,
  );
  return [`~ ${name}`, ...fields].join("\n");
}

const withoutSecret = ({ settings, ...change }: Change) => ({
  ...change,
  settings: Object.fromEntries(Object.entries(settings).filter(([field]) => field !== "secret")),
});
