/** `try`: what a payload would do with an endpoint's settings, or with others; nothing stored or sent. */
import { command, usageError } from "../../terminal/command.ts";
import { readText } from "../../phone/input.ts";
import { gatewayApi } from "../client.ts";
import type { GatewayApi, GatewayFlags } from "../client.ts";
import { allEndpoints, findEndpoint, settingsIn } from "../endpoints.ts";
import { dryRunResult, passes } from "../models.ts";
import type { Endpoint } from "../models.ts";
import { callWords, counted, signalWords } from "../words.ts";
import { findDelivery } from "./find.ts";

export interface TryFlags extends GatewayFlags {
  readonly provider?: string;
  readonly header?: readonly string[];
  /** Whose settings; of a stored delivery its own endpoint's. */
  readonly endpoint?: string;
  /** A file with settings over those of the endpoint. */
  readonly settings?: string;
  /** Over so many of the endpoint's newest deliveries. */
  readonly last?: number;
}

/** What a dry run can show the effect of. */
const TRIED = ["deliver", "notify", "channels", "filters", "mapping", "rules", "me"] as const;
type Tried = Readonly<Record<string, unknown>>;

export const tryFile = command<TryFlags, [string]>(async (context, flags, source) => {
  const api = gatewayApi(context, flags);
  if (flags.last !== undefined) return tryOnLast(api, flags, source);
  const { input, whose } = await dryRunInput(api, flags, source);
  const body = { ...whose.settings, ...overOf(flags), ...input };
  const result = await api.call(dryRunResult, "POST", "/api/v1/dry-run", body);
  const { kind, event = "", detail = "", signals = [], commands = [], because = [] } = result;
  const lines = [
    [kind, event, detail].filter((word) => word !== "").join("  "),
    `with  ${whose.words}${flags.settings === undefined ? "" : `, changed by ${flags.settings}`}`,
    ...signals.map((signal) => `said  ${signalWords(signal)}`),
    ...because.map((it) => `so    ${it}`),
    ...commands.map((call) => `would send  ${callWords(call)}`),
  ];
  const isReadable = kind !== "unreadable" && kind !== "invalid";
  return { json: result, text: lines.join("\n"), exitCode: isReadable ? 0 : 1 };
});

/** `--settings`, without what a dry run knows nothing of, as the name in a file for `apply`. */
const overOf = ({ settings }: TryFlags): Tried =>
  settings === undefined ? {} : triedOf(settingsIn(settings));

/** Without what is not set: the dry run has the same defaults. */
const triedOf = (settings: Tried): Tried =>
  Object.fromEntries(
    TRIED.flatMap((name) => {
      const value = settings[name];
      return value === undefined || value === null ? [] : [[name, value]];
    }),
  );

async function tryOnLast(api: GatewayApi, flags: TryFlags, source: string) {
  const { id, name } = await findEndpoint(api, source);
  const path = `/api/v1/endpoints/${id}/try?limit=${flags.last ?? 0}`;
  const found = await api.call(passes, "POST", path, overOf(flags));
  const { looked_at: all, passed, pushed, left_out: leftOut } = found;
  const lines = [
    `Of the last ${counted(all, "delivery", "deliveries")} of ${name} that tell of something ${passed} would pass, ${pushed} would push.`,
    ...leftOut.map(({ because, count }) => `  ${count} left out: ${because}`),
  ];
  return { json: found, text: lines.join("\n") };
}

interface Whose {
  readonly settings: Tried;
  /** Whose settings they are. */
  readonly words: string;
}

/** A stored delivery by id or `last`, or a file with a payload. */
async function dryRunInput(api: GatewayApi, flags: TryFlags, source: string) {
  const named = flags.endpoint === undefined ? undefined : await findEndpoint(api, flags.endpoint);
  if (source === "last" || source.startsWith("dlv_")) {
    const found = await findDelivery(api, source);
    const own = (await allEndpoints(api)).find(({ id }) => id === found.endpoint_id);
    const input = { provider: found.provider, headers: found.headers, body: found.payload };
    return { input, whose: whoseOf(named ?? own, "its endpoint is gone") };
  }
  const provider = flags.provider ?? named?.provider;
  if (provider === undefined)
    throw usageError("Say with --provider or --endpoint whose payload it is.");
  const headers = (flags.header ?? []).map((line) => {
    const [name = "", ...value] = line.split(":");
    return [name.trim(), value.join(":").trim()] as const;
  });
  const body = readText(source);
  const input = { provider, headers: Object.fromEntries(headers), body };
  return { input, whose: whoseOf(named, "--endpoint takes those of one") };
}

const whoseOf = (endpoint: Endpoint | undefined, none: string): Whose =>
  endpoint
    ? { settings: triedOf(endpoint), words: `the settings of ${endpoint.name}` }
    : { settings: {}, words: `the usual settings: ${none}` };
