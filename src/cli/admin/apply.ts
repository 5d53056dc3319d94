/** `apply`: makes the endpoints of a gateway as a file declares them. Removes none. */
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { parse as parseYaml } from "yaml";
import { CliError, command, usageError } from "../terminal/command.ts";
import type { CliContext } from "../terminal/command.ts";
import { readText } from "../phone/input.ts";
import { gatewayApi } from "./client.ts";
import type { GatewayApi, GatewayFlags } from "./client.ts";
import { allEndpoints } from "./endpoints.ts";
import { createdEndpoint, endpoint } from "./models.ts";
import type { Endpoint } from "./models.ts";

export interface ApplyFlags extends GatewayFlags {
  readonly dryRun?: boolean;
}

/** The other fields are the API's settings, which the gateway checks. */
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

export const apply = command<ApplyFlags, [string]>(async (context, flags, path) => {
  const api = gatewayApi(context, flags);
  const wanted = declaredIn(path);
  const existing = await allEndpoints(api);
  const changes = wanted.map((it) => changeFor(context, it, existing));
  const made: unknown[] = [];
  const lines: string[] = [];
  for (const change of changes) {
    const answer = flags.dryRun === true ? undefined : await carryOut(api, change);
    made.push({ ...withoutSecret(change), ...(answer && { endpoint: answer }) });
    lines.push(lineOf(change, answer));
  }
  return { json: { dry_run: flags.dryRun === true, changes: made }, text: lines.join("\n") };
});

function declaredIn(path: string): Declared[] {
  let content: unknown;
  try {
    content = parseYaml(readText(path));
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw usageError(
      `${path} is neither YAML nor JSON: ${error instanceof Error ? error.message : ""}`,
    );
  }
  const parsed = file.safeParse(content);
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
