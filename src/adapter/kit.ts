/**
 * What adapters read payloads with. One leniency for all: a field that is absent, null, empty or of
 * another kind than promised is `undefined` and no failure. Pure.
 */
import * as z from "zod";
import type { Actor, Environment, StepReport, StepState } from "../model/signal.ts";

type Told = string | null | undefined;

/** A text that says something. */
export const optionalText = z
  .string()
  .nullish()
  .catch(undefined)
  .transform((told) => told || undefined);

export const flag = z
  .boolean()
  .nullish()
  .catch(undefined)
  .transform((told) => told ?? undefined);

const ISO_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)$/i;

/**
 * A point in time: ISO 8601 text with its zone as ms since the epoch; a number as it is, its unit
 * is recognised later. Undefined where there is none; a time before 1970, as Go's zero time is, is
 * none.
 */
export const time = z
  .union([z.string(), z.number()])
  .nullish()
  .catch(undefined)
  .transform((told) => {
    const at = typeof told === "string" && ISO_TIME.test(told) ? Date.parse(told) : told;
    return typeof at === "number" && at > 0 ? at : undefined;
  });

/**
 * As long as a Live Activity can last, in ms: nothing that waits for a person is shown for longer.
 */
export const LIVE_ACTIVITY_MAX_MS = 8 * 60 * 60_000;

/** The first of the candidates that is an https URL. */
export const httpsUrl = (...candidates: readonly Told[]): string | undefined =>
  candidates.find((it): it is string => it?.startsWith("https://") === true && URL.canParse(it));

/** The first line of a message that says something. */
export const firstLine = (message: Told): string | undefined =>
  message?.trimStart().split("\n", 1)[0]?.trimEnd() || undefined;

/** The first candidate that is no e-mail address: those stay out of what is shown. */
export const publicName = (...candidates: readonly Told[]): string | undefined =>
  candidates.find((it): it is string => Boolean(it) && !it?.includes("@"));

/** The fields that say something: empty texts, nulls and undefined are left out. */
export function compact<Fields extends Readonly<Record<string, Told>>>(
  fields: Fields,
): { [Name in keyof Fields]?: string } {
  const told: { [Name in keyof Fields]?: string } = {};
  for (const name in fields) {
    const value = fields[name];
    if (value) told[name] = value;
  }
  return told;
}

/**
 * Who did something; `*[bot]` names and accounts of type `Bot` are programs. Undefined where nobody
 * is named.
 */
export function personOrBot(
  login: Told,
  told: { name?: Told; type?: Told } = {},
): Actor | undefined {
  const names = compact({ login: publicName(login), name: publicName(told.name) });
  const known = Object.values(names);
  if (known.length === 0) return undefined;
  const isBot = told.type === "Bot" || known.some((it) => it.endsWith("[bot]"));
  return { ...names, kind: isBot ? "bot" : "person" };
}

interface EnvironmentHints {
  readonly isProduction?: boolean | null | undefined;
  /** It passes with what it was made for, as that of a pull request does. */
  readonly isTransient?: boolean | null | undefined;
}

/** "prod", "production-eu", "Prod 2"; not "product-search". */
const PRODUCTION = /^prod(?:uction)?(?![a-z])/i;

/** What kind an environment is, by what the provider says of it and else by its name. */
export function environmentKind(name: string, hints: EnvironmentHints = {}): Environment["kind"] {
  if (hints.isProduction || (!hints.isTransient && PRODUCTION.test(name))) return "production";
  return hints.isTransient || /preview|\bpr[-\s#\d]/i.test(name) ? "preview" : "other";
}

/** `host:<host>`: the key of a deployment by an address that is its own and no other's. */
export function hostKey(url: Told): string | undefined {
  const address = httpsUrl(url);
  return address && `host:${new URL(address).host}`;
}

const COMMIT = /^[0-9a-f]{7,64}$/i;

/** `app:<host>:<app>/<kind>:<commit>`: the key of a deployment by what was deployed where. */
export function appKey(
  host: string,
  app: Told,
  kind: Environment["kind"],
  commit: Told,
): string | undefined {
  return app && COMMIT.test(commit ?? "")
    ? `app:${host}:${app.toLowerCase()}/${kind}:${commit}`
    : undefined;
}

/** In the place of an app's name in its key: whichever of the host's apps at that commit. */
export const ANY_APP = "*";

/** The keys of one deployment as a signal takes them; undefined where there is none. */
export function deploymentOf(
  ...keys: readonly (string | undefined)[]
): { keys: string[] } | undefined {
  const told = keys.filter((key) => key !== undefined);
  return told.length > 0 ? { keys: told } : undefined;
}

interface Segment {
  readonly title: string;
  readonly optional?: boolean;
}

/**
 * Steps that follow one another. What is said of one says of all others what it implies, so that no
 * report can forget a step.
 *
 * @example
 * const steps = lineSteps({ queued: { title: "Queued", optional: true }, building: "Building",
 * live: "Live" }); steps.at("building"); // Queued succeeded, Building running, Live planned
 */
export function lineSteps<Key extends string>(segments: Readonly<Record<Key, string | Segment>>) {
  const steps = Object.entries<string | Segment>(segments).map(([key, told], order) => ({
    key,
    order,
    ...(typeof told === "string" ? { title: told } : told),
  }));
  const all = (stateOf: (order: number) => StepState): StepReport[] =>
    steps.map((step) => ({ ...step, state: stateOf(step.order) }));
  return {
    /** In the step `key`: what comes before it is done, what comes after it is planned. */
    at(this: void, key: Key, state: StepState = "running"): StepReport[] {
      const current = steps.findIndex((step) => step.key === key);
      return all((order) => {
        if (order === current) return state;
        return order < current ? "succeeded" : "planned";
      });
    },
    done: (): StepReport[] => all(() => "succeeded"),
    /** It ended or was heard of, and nobody said where it stands. */
    untold: (): StepReport[] => all(() => "planned"),
  };
}
