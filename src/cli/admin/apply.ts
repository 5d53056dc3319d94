/** `apply`: makes the endpoints of a gateway as a file declares them. Removes none. */
import { stdout } from "node:process";
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
import { nearestField } from "../../util/near-miss.ts";
import { gatewayApi } from "./client.ts";
import type { GatewayApi, GatewayFlags } from "./client.ts";
import { allEndpoints } from "./endpoints.ts";
import { createdEndpoint, endpoint } from "./models.ts";
import type { Endpoint } from "./models.ts";

export interface ApplyFlags extends GatewayFlags {
  readonly dryRun?: boolean;
  /** With `dryRun`: whether something would change is the exit code. */
  readonly exitCode?: boolean;
  /** Also where the output is no terminal: logs of CI are read by many. */
  readonly showSecrets?: boolean;
}

/** The other fields are the API's settings. */
const declared = z.looseObject({
  name: z.string().min(1),
  provider: z.string().min(1),
  secret_env: z.string().optional(),
});
const file = z.strictObject({ endpoints: z.array(declared) });
const anyFile = z.record(z.string(), z.unknown());
type Declared = z.infer<typeof declared>;

interface Change {
  /** `refused` is of another provider than the one that is there. */
  readonly kind: "create" | "update" | "keep" | "refused";
  readonly name: string;
  readonly provider: string;
  readonly id: string | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly before: Readonly<Record<string, unknown>>;
}

/** All of the file is checked before the first endpoint is touched, with `--dry-run` as without. */
export const apply = command<ApplyFlags, [string]>(async (context, flags, path) => {
  const isDryRun = flags.dryRun === true;
  if (flags.exitCode === true && !isDryRun) throw usageError("--exit-code belongs to --dry-run.");
  const api = gatewayApi(context, flags);
  const wanted = declaredIn(path);
  const existing = await allEndpoints(api);
  const changes = wanted.map((it) => changeFor(context, it, existing));
  const faults = changes.flatMap((it) => faultOf(it) ?? []);
  if (faults.length > 0) throw usageError(`Nothing was changed.\n${faults.join("\n")}`);
  const isShown = flags.showSecrets === true || (stdout.isTTY && !flags.json);
  const made: unknown[] = [];
  const lines: string[] = [];
  for (const change of changes) {
    const answer = isDryRun
      ? undefined
      : await carryOut(api, change)
          .then((it) => (isShown ? it : withHiddenSecret(it)))
          .catch((error: unknown) => stopped(error, change, made, lines));
    made.push({ ...withoutSecret(change), ...(answer && { endpoint: answer }) });
    lines.push(lineOf(change, answer));
  }
  const isDrift = flags.exitCode === true && changes.some(({ kind }) => kind !== "keep");
  return {
    json: { dry_run: isDryRun, changes: made },
    text: lines.length > 0 ? lines.join("\n") : `${path} declares no endpoint; nothing to do.`,
    exitCode: isDrift ? EXIT.failed : EXIT.done,
  };
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

function faultOf(change: Change): string | undefined {
  const fault = faultsOf(change);
  return fault && `  ${change.name}: ${fault}`;
}

function faultsOf({ kind, name, provider, settings, before }: Change): string | undefined {
  switch (kind) {
    case "keep":
      return undefined;
    case "create":
      return faultOfCreation({ name, provider, ...settings });
    case "update":
      return faultOfUpdate(settings);
    case "refused":
      return `it is of ${String(before["provider"])}, and a provider cannot be changed: give another name, or delete it first.`;
  }
}

/** Why an endpoint could not be made of this; undefined where it could. */
function faultOfCreation(body: unknown): string | undefined {
  const parsed = endpointCreate.safeParse(body);
  if (!parsed.success) return faultsIn(endpointCreate, parsed.error);
  const { provider, secret } = parsed.data;
  const adapter = adapters.find(({ name }) => name === provider);
  if (!adapter) return unknownWords(provider);
  const chosen = chooseSecret(adapter, secret);
  return chosen instanceof ApiError ? chosen.body.message : undefined;
}

function unknownWords(provider: string): string {
  const { message } = unknownProvider({ adapters }, provider).body;
  const meant = nearestField(
    provider,
    adapters.map(({ name }) => name),
  );
  return meant === undefined ? message : `${message} Did you mean ${meant}?`;
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
  const content = yamlOf(path);
  const other = Object.keys(anyFile.safeParse(content).data ?? {}).filter(
    (it) => it !== "endpoints",
  );
  if (other.length > 0)
    throw usageError(
      `${path}: there is no "${other.join('", "')}" in such a file; all of it stands below "endpoints:", a list.`,
    );
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
  if (known.provider !== provider) {
    const before = { provider: known.provider };
    return { kind: "refused", name, provider, id: known.id, settings: {}, before };
  }
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

/** Of Railway the secret is the end of the URL. */
const withHiddenSecret = (made: Endpoint | undefined): Endpoint | undefined => {
  if (typeof made?.["secret"] !== "string") return made;
  const url = made.url.replaceAll(made["secret"], "…");
  return { ...made, url, secret: HIDDEN };
};

const HIDDEN = "not shown here: --show-secrets prints it, `secrets rotate` makes another";

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
