/**
 * The settings of the gateway, from environment variables or Worker bindings, parsed once at the
 * entry. Reads nothing itself.
 */
import * as z from "zod";
import { ConfigError } from "./util/config-error.ts";
import { isDatabaseUrl } from "./util/database-url.ts";
import { nearMiss } from "./util/near-miss.ts";

const DEFAULT_PORT = 8787;

/**
 * Base64 or base64url of 32 bytes: the last character carries four bits, so only sixteen of them
 * can stand there.
 */
const KEY = "[\\w+/-]{42}[AEIMQUYcgkosw048]=?";
const KEY_RING = new RegExp(`^\\s*${KEY}\\s*(,\\s*${KEY}\\s*)*$`);

const httpUrl = (name: string) =>
  z
    .url({
      protocol: /^https?$/,
      error: `${name} must be a URL that begins with http:// or https://.`,
    })
    .refine(isBase, {
      error: `${name} must be an address alone: without a user, a question mark or a # in it.`,
    })
    .transform((url) => url.replace(/\/+$/, ""));

/** Paths are put behind it, and it is shown. */
function isBase(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { username, password, search, hash } = new URL(url);
  return username + password + search + hash === "" && !/[?#]/.test(url);
}

/** Digits alone: JavaScript takes a blank for 0, and `1e3` and `0x10` for numbers too. */
const number = (error: string) =>
  z
    .string({ error })
    .trim()
    .regex(/^\d+(\.\d+)?$/, error)
    .transform(Number);

function wholeNumber(name: string, min: number, max: number) {
  const error = `${name} must be a whole number from ${min} to ${max}.`;
  return number(error).pipe(z.number().int(error).min(min, error).max(max, error));
}

/** iOS itself takes an activity off the screen after twelve hours. */
function minutes(name: string) {
  const error = `${name} must be a number of minutes from 0 to 720.`;
  return number(error).pipe(z.number().min(0, error).max(720, error));
}

/**
 * What goes into an `Authorization` header: visible ASCII (RFC 9110, section 5.5), with what was
 * pasted around it cut off.
 *
 * @param name as whoever gave it knows it
 */
export const headerText = (name: string) =>
  z
    .string()
    .trim()
    .regex(
      /^[\x21-\x7e]+$/,
      `${name} must be letters, digits and signs of ASCII without a space or line break in it; copy it again.`,
    );

const GIGABYTES = "RETENTION_GB must be a number from 0.01 to 100000.";

const onOrOff = (name: string) =>
  z
    .enum(["true", "false"], { error: `${name} must be true or false.` })
    .default("false")
    .transform((value) => value === "true");

const schema = z.object({
  PORT: wholeNumber("PORT", 0, 65_535).default(DEFAULT_PORT),
  HOST: z.string().min(1).default("127.0.0.1"),
  DATABASE_URL: z
    .string()
    .regex(
      /^postgres(ql)?:\/\//,
      "DATABASE_URL must begin with postgres:// or postgresql://; leave it out for the embedded database.",
    )
    .refine(isDatabaseUrl, {
      error:
        "DATABASE_URL must be postgres://user:password@host:port/database; write what is special in a password percent-encoded, as %40 for @ and %2F for /.",
    })
    .optional(),
  DATA_DIR: z.string().min(1).default("./data"),
  ACTIVITYSMITH_API_KEY: headerText("ACTIVITYSMITH_API_KEY").optional(),
  ACTIVITYSMITH_API_URL: httpUrl("ACTIVITYSMITH_API_URL").default("https://activitysmith.com/api"),
  /** What the preview core's API takes; made anew at each start where it is not set. */
  PREVIEW_API_KEY: headerText("PREVIEW_API_KEY")
    .min(8, "PREVIEW_API_KEY must have at least 8 characters.")
    .optional(),
  ADMIN_TOKEN: headerText("ADMIN_TOKEN")
    .min(16, "ADMIN_TOKEN must have at least 16 characters; make one with `openssl rand -hex 32`.")
    .optional(),
  /** Lets people in to look and change nothing. */
  VIEWER_TOKEN: headerText("VIEWER_TOKEN")
    .min(16, "VIEWER_TOKEN must have at least 16 characters; make one with `openssl rand -hex 32`.")
    .optional(),
  ENCRYPTION_KEY: z
    .string()
    .regex(
      KEY_RING,
      "ENCRYPTION_KEY must be 32 bytes in base64, or several such keys separated by commas; make one with `openssl rand -base64 32`.",
    )
    .optional(),
  PUBLIC_URL: httpUrl("PUBLIC_URL").optional(),
  /**
   * One budget for every feature in place of the API's own: where something else spends from the
   * same account.
   */
  CALLS_PER_MINUTE: wholeNumber("CALLS_PER_MINUTE", 2, 10_000).optional(),
  /** Of these, how many only failures and ends may use. */
  CALLS_RESERVED: wholeNumber("CALLS_RESERVED", 0, 5_000).default(10),
  /** So many at once fit on a device. */
  LIVE_ACTIVITIES: wholeNumber("LIVE_ACTIVITIES", 1, 100).default(5),
  /** A run is shown when it is so old, and not at all where it was over before. */
  FIRST_FRAME_AFTER_SECONDS: wholeNumber("FIRST_FRAME_AFTER_SECONDS", 0, 600).default(8),
  FIRST_FRAME_OF_PRODUCTION_AFTER_SECONDS: wholeNumber(
    "FIRST_FRAME_OF_PRODUCTION_AFTER_SECONDS",
    0,
    600,
  ).default(1),
  /** How long a result stays on the screen where no next run takes its card over. */
  LINGER_SUCCESS_MINUTES: minutes("LINGER_SUCCESS_MINUTES").default(5),
  LINGER_CANCELED_MINUTES: minutes("LINGER_CANCELED_MINUTES").default(1),
  LINGER_FAILURE_MINUTES: minutes("LINGER_FAILURE_MINUTES").default(60),
  /** Of a failure of production or of the default branch. */
  LINGER_LASTING_FAILURE_MINUTES: minutes("LINGER_LASTING_FAILURE_MINUTES").default(480),
  /**
   * Where two or more streams wait for a slot, one activity that counts them takes the last one.
   */
  ROLL_UP: onOrOff("ROLL_UP"),
  /** iOS shows about one update in 15 s anyway. */
  STREAM_UPDATE_INTERVAL_SECONDS: wholeNumber("STREAM_UPDATE_INTERVAL_SECONDS", 0, 600).default(3),
  /** A run without a history that says nothing for so long is shown as "No news". */
  SILENT_AFTER_MINUTES: wholeNumber("SILENT_AFTER_MINUTES", 1, 10_080).default(60),
  RETENTION_DAYS: wholeNumber("RETENTION_DAYS", 1, 3650).default(30),
  RETENTION_GB: number(GIGABYTES)
    .pipe(z.number().min(0.01, GIGABYTES).max(100_000, GIGABYTES))
    .default(10),
  RETRY_FOR_HOURS: wholeNumber("RETRY_FOR_HOURS", 1, 720).default(24),
  /** So far apart the gateway sends itself a delivery through PUBLIC_URL; 0: never. */
  CANARY_MINUTES: wholeNumber("CANARY_MINUTES", 0, 1_440).default(0),
});

export type Config = z.infer<typeof schema>;

/**
 * Settings begin with a name of ours or this prefix; anything else in the environment is none of
 * our business.
 */
const OUR_PREFIX = "ACTIVITYSMITH_";

/**
 * What a `.env` file may hold besides: settings of Node, of the time zone, of proxies, of Postgres
 * and of containers.
 */
const OTHERS =
  /^(NODE_|TZ$|NO_COLOR$|FORCE_COLOR$|PG[A-Z]|POSTGRES_|COMPOSE_|DOCKER_|CLOUDFLARE_)|_proxy$/i;

/**
 * Parses the settings. An empty value counts as absent, and quotes around a value are not of it.
 * Throws ConfigError for malformed settings, ones with our prefix that there are not, ones that are
 * mistyped, or two that cannot both be meant: a sentence each, a line a sentence.
 *
 * @param dotEnvNames the names in a `.env` file: these are all meant for the gateway
 */
export function parseConfig(
  environment: Readonly<Record<string, string | undefined>>,
  dotEnvNames: readonly string[] = [],
): Config {
  const known = Object.keys(schema.shape);
  const values = Object.fromEntries(
    Object.entries(environment).map(([name, value = ""]) => [name, unquoted(value)]),
  );
  const set = Object.keys(values).filter((name) => values[name]);
  const given = set.filter((name) => known.includes(name)).map((name) => [name, values[name]]);
  const parsed = schema.safeParse(Object.fromEntries(given));
  const wrong = Map.groupBy(parsed.error?.issues ?? [], ({ path }) => path[0]);
  const problems = [
    ...nameProblems(set, known, dotEnvNames),
    ...[...wrong.values()].flatMap(([first]) => first?.message ?? []),
  ];
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems.join("\n"));
  return consistent(parsed.data, values);
}

/** `docker run --env-file` and service files hand over what a shell would have taken off. */
const unquoted = (value: string): string => /^\s*(["'])(.*)\1\s*$/s.exec(value)?.[2] ?? value;

/** Pushes and badges, a minute: the tightest of the API's own limits. */
const SMALLEST_BUDGET = 60;

function nameProblems(
  names: readonly string[],
  known: readonly string[],
  dotEnvNames: readonly string[],
): string[] {
  const ours = known.filter((name) => name.startsWith(OUR_PREFIX)).join(" and ");
  return [...new Set([...names, ...dotEnvNames])].flatMap((name) => {
    if (known.includes(name)) return [];
    const isSet = names.includes(name);
    if (isSet && name.startsWith(OUR_PREFIX))
      return [`${name} is no setting of this gateway: remove it, or use ${ours}.`];
    const right = isSet ? nearMiss(name, known) : undefined;
    if (right !== undefined)
      return [`${name} is no setting of this gateway: write ${right}, or remove it.`];
    if (!dotEnvNames.includes(name) || OTHERS.test(name)) return [];
    return [`${name} in .env is no setting of this gateway: remove it there, or correct its name.`];
  });
}

/**
 * What is not for failures and ends needs calls as well. A reserve that nobody asked for gives way.
 */
function consistent(config: Config, given: Readonly<Record<string, string | undefined>>): Config {
  if (config.CANARY_MINUTES > 0 && config.PUBLIC_URL === undefined) {
    throw new ConfigError(
      "CANARY_MINUTES needs PUBLIC_URL, the address through which the canary is sent: set both, or neither.",
    );
  }
  const { CALLS_PER_MINUTE: calls = SMALLEST_BUDGET, CALLS_RESERVED: reserved } = config;
  const most = Math.floor(calls / 2);
  if (reserved <= most) return config;
  if (!given["CALLS_RESERVED"]) return { ...config, CALLS_RESERVED: most };
  throw new ConfigError(
    `CALLS_RESERVED (${reserved}) must be at most half of CALLS_PER_MINUTE (${calls}): set it to ${most} or less.`,
  );
}
