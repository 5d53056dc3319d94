/** The samples for hosts, checked by the very programs that they are for; CI installs these. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { parseConfig } from "../../src/config.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const DEPLOY = join(ROOT, "deploy");

const FOLDERS = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"];
const find = (program: string): string | undefined => {
  const path = FOLDERS.map((folder) => join(folder, program)).find((it) => existsSync(it));
  if (path === undefined && process.env["CI"]) throw new Error(`CI has to have ${program}.`);
  return path;
};

/** Its exit code and what it said. */
function run(program: string | undefined, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(program ?? "", args, { encoding: "utf8" });
  return { status, said: stdout + stderr };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deploy-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const caddy = find("caddy");
describe.skipIf(caddy === undefined)("Caddy (apt-get install caddy)", () => {
  test("takes the Caddyfile", () => {
    const checked = run(
      caddy,
      "validate",
      "--adapter",
      "caddyfile",
      "--config",
      join(DEPLOY, "Caddyfile"),
    );
    expect(checked).toMatchObject({
      status: 0,
      said: expect.stringContaining("Valid configuration"),
    });
  });
});

const nginx = find("nginx");
describe.skipIf(nginx === undefined)("nginx (apt-get install nginx-light)", () => {
  test("takes the server, with a certificate of the test's", () => {
    const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const subject = ["-subj", "/CN=hooks.example.com", "-days", "1"];
    const files = ["-keyout", key, "-out", certificate];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, ...files],
      {
        stdio: "pipe",
      },
    );
    const sample = readFileSync(join(DEPLOY, "nginx.conf"), "utf8")
      .replace(/(?<=ssl_certificate )\S+(?=;)/, certificate)
      .replace(/(?<=ssl_certificate_key )\S+(?=;)/, key);
    writeFileSync(join(folder, "sample.conf"), sample);
    const main = `pid ${folder}/pid; events {} http { access_log off; include ${folder}/sample.conf; }`;
    writeFileSync(join(folder, "nginx.conf"), main);
    const checked = run(
      nginx,
      "-t",
      "-p",
      folder,
      "-e",
      "stderr",
      "-c",
      join(folder, "nginx.conf"),
    );
    expect(checked).toMatchObject({
      status: 0,
      said: expect.stringContaining("test is successful"),
    });
  });
});

const systemd = find("systemd-analyze");
const UNIT = join(DEPLOY, "activitysmith-webhooks.service");
describe.skipIf(systemd === undefined)("systemd (apt-get install systemd)", () => {
  test("takes the unit without a word", () => {
    expect(run(systemd, "verify", UNIT)).toEqual({ status: 0, said: "" });
  });
});

test("the unit is started for ever, whatever the database does, and ends within its time", () => {
  const unit = readFileSync(UNIT, "utf8");
  for (const line of [
    "StartLimitIntervalSec=0",
    "Restart=always",
    "TimeoutStopSec=15",
    "DynamicUser=yes",
  ])
    expect(unit).toContain(`\n${line}\n`);
});

test("compose sets only what the gateway knows, and mounts the Caddyfile that is there", () => {
  const service = z.looseObject({
    environment: z.record(z.string(), z.string()),
    volumes: z.array(z.string()),
  });
  const file = z.object({
    services: z.object({ gateway: service, caddy: service, postgres: service }),
  });
  const { services } = file.parse(parse(readFileSync(join(ROOT, "compose.yaml"), "utf8")));
  const names = Object.keys(services.gateway.environment);
  const values = {
    PUBLIC_URL: "https://hooks.example.com",
    DATABASE_URL: "postgres://gateway:x@postgres:5432/gateway",
    ADMIN_TOKEN: "0123456789abcdef0123456789abcdef",
    ENCRYPTION_KEY: "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    ACTIVITYSMITH_API_KEY: "",
  };
  expect(names.toSorted()).toEqual(Object.keys(values).toSorted());
  expect(parseConfig(values, names).PUBLIC_URL).toBe(values.PUBLIC_URL);
  const mounted = services.caddy.volumes
    .map((it) => it.split(":")[0] ?? "")
    .filter((it) => it.startsWith("./"));
  expect(mounted.length).toBeGreaterThan(0);
  expect(mounted.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test("the Worker's required secrets are asked for by its example, and explained to the button", () => {
  const [, required = ""] =
    /^\[secrets\]\nrequired = (\[.*\])$/m.exec(readFileSync(join(ROOT, "wrangler.toml"), "utf8")) ??
    [];
  const manifest = z.object({
    cloudflare: z.object({ bindings: z.record(z.string(), z.object({ description: z.string() })) }),
  });
  const { bindings } = manifest.parse(
    JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")),
  ).cloudflare;
  const example = readFileSync(join(ROOT, ".dev.vars.example"), "utf8");
  const names = z.array(z.string()).parse(JSON.parse(required));
  expect(names).toEqual(["ADMIN_TOKEN", "ENCRYPTION_KEY"]);
  for (const name of names) {
    expect(example).toMatch(new RegExp(`^${name}=""$`, "m"));
    expect(bindings[name]?.description).toContain("openssl rand");
  }
});

/** The instructions of the last stage, by name; what goes over several lines is one. */
function imageOf(dockerfile: string): { name: string; words: string }[] {
  const lines = dockerfile.replaceAll(/\\\n\s*/g, "").split("\n");
  const stages = lines.slice(lines.findLastIndex((line) => line.startsWith("FROM ")));
  return stages.flatMap((line) => {
    const [, name, words] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    return name === undefined || words === undefined ? [] : [{ name, words }];
  });
}

describe("the image", () => {
  const image = imageOf(readFileSync(join(ROOT, "Dockerfile"), "utf8"));
  const one = (name: string) => image.find((it) => it.name === name)?.words ?? "";

  test("runs without privileges, and sets only what the gateway knows", () => {
    expect(one("USER")).toBe("node");
    const env = [...one("ENV").matchAll(/(\w+)=(\S+)/g)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]);
    const { NODE_ENV, ...settings } = Object.fromEntries(env);
    expect(NODE_ENV).toBe("production");
    expect(parseConfig(settings, Object.keys(settings))).toMatchObject({ HOST: "0.0.0.0" });
  });

  test.each([
    [200, 0],
    [503, 1],
  ])("its health check ends a %i with %i", async (answer, code) => {
    const server = createServer((request, response) => {
      response.statusCode = request.url === "/healthz" ? answer : 404;
      response.end();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = z.object({ port: z.number() }).parse(server.address());
    const [, check = "[]"] = /CMD (\[.*\])$/.exec(one("HEALTHCHECK")) ?? [];
    const [program, ...args] = z.array(z.string()).parse(JSON.parse(check));
    expect(program).toBe("node");
    const child = spawn(process.execPath, args, { env: { PORT: String(port) } });
    const [ended]: unknown[] = await once(child, "close");
    server.close();
    expect(ended).toBe(code);
  });
});

test("the Worker's example of secrets names those that it needs", () => {
  const names = [...readFileSync(join(ROOT, ".dev.vars.example"), "utf8").matchAll(/^(\w+)=""$/gm)];
  expect(names.map(([, name]) => name)).toEqual([
    "ADMIN_TOKEN",
    "ENCRYPTION_KEY",
    "ACTIVITYSMITH_API_KEY",
  ]);
});
