/** Settings: defaults, every setting, and refusals in one sentence that says what to do. */
import { describe, expect, test } from "vitest";
import { parseConfig } from "../src/config.ts";
import { ConfigError } from "../src/util/config-error.ts";
import { base64, base64Url } from "../src/util/bytes.ts";
import { randomBytes } from "../src/util/id.ts";
import { createSealer } from "../src/util/encryption.ts";

const DEFAULTS = {
  PORT: 8787,
  HOST: "127.0.0.1",
  DATA_DIR: "./data",
  ACTIVITYSMITH_API_URL: "https://activitysmith.com/api",
  CALLS_RESERVED: 10,
  CANARY_MINUTES: 0,
  LIVE_ACTIVITIES: 5,
  FIRST_FRAME_AFTER_SECONDS: 8,
  FIRST_FRAME_OF_PRODUCTION_AFTER_SECONDS: 1,
  LINGER_SUCCESS_MINUTES: 5,
  LINGER_CANCELED_MINUTES: 1,
  LINGER_FAILURE_MINUTES: 60,
  LINGER_LASTING_FAILURE_MINUTES: 480,
  ROLL_UP: false,
  STREAM_UPDATE_INTERVAL_SECONDS: 3,
  SILENT_AFTER_MINUTES: 60,
  RETENTION_DAYS: 30,
  RETENTION_GB: 10,
  RETRY_FOR_HOURS: 24,
};

test("nothing set gives the defaults", () => {
  expect(parseConfig({})).toEqual(DEFAULTS);
});

test("what is none of ours is left alone", () => {
  expect(parseConfig({ PATH: "/bin", HOME: "/root", npm_config_port: "1" })).toEqual(DEFAULTS);
});

test("every setting can be set", () => {
  const key = base64(randomBytes(32));
  const set = {
    PORT: "0",
    HOST: "0.0.0.0",
    DATABASE_URL: "postgres://gateway@db.example/gateway",
    DATA_DIR: "/var/lib/gateway",
    ACTIVITYSMITH_API_KEY: "key",
    ACTIVITYSMITH_API_URL: "http://core.example:4000/api/",
    ADMIN_TOKEN: "0123456789abcdef",
    ENCRYPTION_KEY: key,
    PUBLIC_URL: "https://hooks.example//",
    CALLS_PER_MINUTE: "30",
    CALLS_RESERVED: "5",
    LIVE_ACTIVITIES: "2",
    FIRST_FRAME_AFTER_SECONDS: "5",
    FIRST_FRAME_OF_PRODUCTION_AFTER_SECONDS: "0",
    LINGER_SUCCESS_MINUTES: "0",
    LINGER_CANCELED_MINUTES: "0.5",
    LINGER_FAILURE_MINUTES: "30",
    LINGER_LASTING_FAILURE_MINUTES: "720",
    ROLL_UP: "true",
    STREAM_UPDATE_INTERVAL_SECONDS: "0",
    SILENT_AFTER_MINUTES: "30",
    RETENTION_DAYS: "7",
    RETENTION_GB: "0.4",
    RETRY_FOR_HOURS: "48",
    CANARY_MINUTES: "15",
  };
  expect(parseConfig(set)).toEqual({
    ...set,
    PORT: 0,
    ACTIVITYSMITH_API_URL: "http://core.example:4000/api",
    PUBLIC_URL: "https://hooks.example",
    CALLS_PER_MINUTE: 30,
    CALLS_RESERVED: 5,
    LIVE_ACTIVITIES: 2,
    FIRST_FRAME_AFTER_SECONDS: 5,
    FIRST_FRAME_OF_PRODUCTION_AFTER_SECONDS: 0,
    LINGER_SUCCESS_MINUTES: 0,
    LINGER_CANCELED_MINUTES: 0.5,
    LINGER_FAILURE_MINUTES: 30,
    LINGER_LASTING_FAILURE_MINUTES: 720,
    ROLL_UP: true,
    STREAM_UPDATE_INTERVAL_SECONDS: 0,
    SILENT_AFTER_MINUTES: 30,
    RETENTION_DAYS: 7,
    RETENTION_GB: 0.4,
    RETRY_FOR_HOURS: 48,
    CANARY_MINUTES: 15,
  });
});

test.each([
  "postgres://db-1:5432,db-2:5433/gateway",
  "postgresql://gateway:a%40b%2Fc@db-1,db-2/gateway?target_session_attrs=primary",
  "postgres://gateway:a@b@db.example/gateway?sslmode=require",
  "postgres://gateway@[::1]:5432/gateway",
  "postgres:///gateway",
])("DATABASE_URL may be %s", (url) => {
  expect(parseConfig({ DATABASE_URL: url }).DATABASE_URL).toBe(url);
});

test("an empty value counts as absent", () => {
  const names = [
    ...Object.keys(DEFAULTS),
    "DATABASE_URL",
    "ACTIVITYSMITH_API_KEY",
    "ADMIN_TOKEN",
    "ENCRYPTION_KEY",
    "PUBLIC_URL",
    "ACTIVITYSMITH_NO_SUCH_THING",
  ];
  expect(parseConfig(Object.fromEntries(names.map((name) => [name, ""])))).toEqual(DEFAULTS);
});

test("what was pasted around a key is cut off", () => {
  const key = "0123456789abcdef";
  const pasted = { ACTIVITYSMITH_API_KEY: ` ${key}\r\n`, ADMIN_TOKEN: `\uFEFF${key}\t` };
  expect(parseConfig(pasted)).toMatchObject({ ACTIVITYSMITH_API_KEY: key, ADMIN_TOKEN: key });
});

test.each([`"%s"`, `'%s'`, ` "%s"\r\n`])("quotes around a value are not of it: %j", (around) => {
  const given = {
    ADMIN_TOKEN: "0123456789abcdef",
    PUBLIC_URL: "https://hooks.example",
    PORT: "80",
  };
  const quoted = Object.entries(given).map(([name, value]) => [name, around.replace("%s", value)]);
  expect(parseConfig(Object.fromEntries(quoted))).toMatchObject({ ...given, PORT: 80 });
  expect(parseConfig({ ADMIN_TOKEN: around.replace("%s", "") })).toEqual(DEFAULTS);
  // One quote, or two that differ, are the value's own.
  for (const token of [`"0123456789abcdef`, `"0123456789abcdef'`])
    expect(parseConfig({ ADMIN_TOKEN: token }).ADMIN_TOKEN).toBe(token);
});

/** No header can carry these: a call with one would fail at each attempt. */
const NO_KEYS = [
  [" ", "blank"],
  ["0123456789 abcdef", "a space"],
  ["0123456789\r\nabcdef", "a line break"],
  ["ключ-ключ-ключ-ключ", "no ASCII"],
  ["0123456789abcdef\0", "NUL"],
  ["0123456789abcdef🔑", "an emoji"],
  ["0123456789abcdef\x7f", "DEL"],
] as const;

describe("refuses", () => {
  function refusalOf(environment: Record<string, string>): string {
    try {
      parseConfig(environment);
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    throw new Error("accepted");
  }

  test.each([
    ["PORT", "eighty", "a whole number from 0 to 65535"],
    ["PORT", "80.5", "a whole number from 0 to 65535"],
    ["PORT", "-1", "a whole number from 0 to 65535"],
    ["PORT", "65536", "a whole number from 0 to 65535"],
    ["CALLS_PER_MINUTE", "1", "a whole number from 2 to"],
    ["CALLS_RESERVED", "-1", "a whole number from 0 to"],
    ["LIVE_ACTIVITIES", "0", "a whole number from 1 to"],
    ["ROLL_UP", "yes", "must be true or false"],
    ["ROLL_UP", "1", "must be true or false"],
    ["STREAM_UPDATE_INTERVAL_SECONDS", "0.5", "a whole number from 0 to"],
    ["RETRY_FOR_HOURS", "ever", "a whole number from 1 to"],
    ["DATABASE_URL", "mysql://db.example", "leave it out for the embedded database"],
    ["DATABASE_URL", "postgres://gateway:a/b@db.example/gateway", "percent-encoded"],
    ["DATABASE_URL", "postgres://gateway:a?b@db.example/gateway", "percent-encoded"],
    ["DATABASE_URL", "postgres://gateway:a#b@db.example/gateway", "percent-encoded"],
    ["DATABASE_URL", "postgres://gateway:100/b@db.example/gateway", "percent-encoded"],
    ["DATABASE_URL", "postgres://gateway:100%@db.example/gateway", "percent-encoded"],
    ["DATABASE_URL", "postgres://gateway:a@b@db-1,db-2/gateway", "percent-encoded"],
    ["DATABASE_URL", "postgres://db-1:5432,db-2:port/gateway", "percent-encoded"],
    ["ACTIVITYSMITH_API_URL", "core.example/api", "begins with http:// or https://"],
    ["ACTIVITYSMITH_API_URL", "ftp://core.example", "begins with http:// or https://"],
    ["ADMIN_TOKEN", "short", "openssl rand -hex 32"],
    ["ENCRYPTION_KEY", "short", "openssl rand -base64 32"],
    ["PUBLIC_URL", "hooks.example", "begins with http:// or https://"],
    ["PUBLIC_URL", "https://hooks.example/?a=b", "an address alone"],
    ["PUBLIC_URL", "https://hooks.example/?", "an address alone"],
    ["PUBLIC_URL", "https://hooks.example/#a", "an address alone"],
    ["PUBLIC_URL", "https://user:word@hooks.example", "an address alone"],
    ["PORT", " ", "a whole number from 0 to 65535"],
    ["PORT", "0x10", "a whole number from 0 to 65535"],
    ["PORT", "1e3", "a whole number from 0 to 65535"],
    ["CANARY_MINUTES", " ", "a whole number from 0 to"],
    ["LINGER_FAILURE_MINUTES", "\t", "a number of minutes from 0 to 720"],
    ["RETENTION_GB", "Infinity", "a number from 0.01 to 100000"],
    ["ACTIVITYSMITH_API_KEYS", "key", "use ACTIVITYSMITH_API_KEY and ACTIVITYSMITH_API_URL"],
    ["ACTIVITYSMITH_PORT", "80", "remove it"],
  ])("%s=%s: one sentence that says %s", (name, value, help) => {
    const refusal = refusalOf({ [name]: value });
    expect(refusal).toContain(help);
    expect(refusal.startsWith(name)).toBe(true);
    expect(refusal).toMatch(/^[^\n]+\.?$/);
    expect(refusal.match(/[.!?](?=\s|$)/g) ?? []).toHaveLength(1);
  });

  test.each([
    ["CALLS_PER_MINUT", "CALLS_PER_MINUTE"],
    ["ENCRYPTON_KEY", "ENCRYPTION_KEY"],
    ["ENCRYPTION_KYE", "ENCRYPTION_KEY"],
    ["ADMIN_TOKN", "ADMIN_TOKEN"],
    ["DATABSE_URL", "DATABASE_URL"],
    ["public_url", "PUBLIC_URL"],
    ["RETENTION_DAY", "RETENTION_DAYS"],
  ])("%s, which is %s mistyped", (name, right) => {
    const refusal = refusalOf({ [name]: "1" });
    expect(refusal).toBe(`${name} is no setting of this gateway: write ${right}, or remove it.`);
  });

  test("all that is wrong at once: names first, a line each", () => {
    const wrong = { ADMIN_TOKN: "1", PORT: "eighty", ADMIN_TOKEN: "short", RETENTION_DAYS: "0" };
    const lines = refusalOf({ ...wrong, ACTIVITYSMITH_KEY: "key" }).split("\n");
    expect(lines.map((line) => line.split(" ")[0])).toEqual([
      "ADMIN_TOKN",
      "ACTIVITYSMITH_KEY",
      "PORT",
      "ADMIN_TOKEN",
      "RETENTION_DAYS",
    ]);
  });

  test("what is in .env and no setting, but not what is other programs'", () => {
    const others = ["NODE_ENV", "TZ", "HTTPS_PROXY", "POSTGRES_PASSWORD", "PORT"];
    expect(parseConfig({}, others)).toEqual(DEFAULTS);
    expect(() => parseConfig({}, ["PORT", "WEBHOOK_PATH"])).toThrow(
      "WEBHOOK_PATH in .env is no setting of this gateway",
    );
  });

  test.each([
    { CALLS_PER_MINUTE: "20", CALLS_RESERVED: "20" },
    { CALLS_PER_MINUTE: "20", CALLS_RESERVED: "21" },
    { CALLS_RESERVED: "60" },
  ])("%o: a reserve that leaves nothing for the rest", (environment) => {
    const refusal = refusalOf(environment);
    expect(refusal).toMatch(
      /^CALLS_RESERVED \(\d+\) must be at most half of CALLS_PER_MINUTE \(\d+\)/,
    );
    expect(refusal.match(/[.!?](?=\s|$)/g) ?? []).toHaveLength(1);
  });

  test("a reserve that nobody asked for gives way to few calls", () => {
    const { CALLS_RESERVED } = parseConfig({ CALLS_PER_MINUTE: "7" });
    expect(CALLS_RESERVED).toBe(3);
  });

  test("a reserve of half of the calls is taken", () => {
    const { CALLS_RESERVED } = parseConfig({ CALLS_PER_MINUTE: "20", CALLS_RESERVED: "10" });
    expect(CALLS_RESERVED).toBe(10);
  });

  test.each(NO_KEYS)("a key of %j: %s", (key) => {
    for (const name of ["ACTIVITYSMITH_API_KEY", "ADMIN_TOKEN"]) {
      const refusal = refusalOf({ [name]: key });
      expect(refusal).toMatch(new RegExp(`^${name} must be letters, digits and signs of ASCII`));
      expect(refusal.match(/[.!?](?=\s|$)/g) ?? []).toHaveLength(1);
    }
  });

  test("without a word of what is secret", () => {
    for (const name of ["ADMIN_TOKEN", "ENCRYPTION_KEY"])
      expect(refusalOf({ [name]: "hunter2" })).not.toContain("hunter2");
  });
});

test.each([
  ["base64", base64(randomBytes(32)), true],
  ["base64url", base64Url(randomBytes(32)), true],
  ["two keys", `${base64(randomBytes(32))}, ${base64(randomBytes(32))}`, true],
  ["31 bytes", base64(randomBytes(31)), false],
  ["33 bytes", base64(randomBytes(33)), false],
  ["no key after the comma", `${base64(randomBytes(32))},`, false],
  ["stray trailing bits", `${"A".repeat(42)}B=`, false],
  ["hex", "00".repeat(32), false],
])("an ENCRYPTION_KEY of %s is taken here exactly if the sealer takes it", (_, key, taken) => {
  const isTaken = (take: () => unknown) => {
    try {
      take();
      return true;
    } catch {
      return false;
    }
  };
  expect(isTaken(() => parseConfig({ ENCRYPTION_KEY: key }))).toBe(taken);
  expect(isTaken(() => createSealer(key))).toBe(taken);
});
