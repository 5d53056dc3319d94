/**
 * Who is measured: how each is started, where it takes webhooks, and how to look into what it
 * stored.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import postgres from "postgres";
import * as z from "zod";
import { databasePath } from "../../src/runtime/node/data-dir.ts";
import type { Corpus } from "./corpus.ts";
import { corpusFor } from "./corpus.ts";
import { findProgram } from "./machine.ts";
import { freePort, startListening, startScript } from "./process.ts";
import type { Program } from "./process.ts";
import { newFolder, removeFolder } from "./services.ts";
import type { PostgresService, RedisService } from "./services.ts";

export interface Contestant {
  readonly name: string;
  /** Undefined where the machine lacks what it needs. */
  start(): Promise<Contender | undefined>;
}

/** A contestant that runs. */
export interface Contender {
  readonly name: string;
  readonly program: Program;
  readonly port: number;
  readonly corpus: Corpus;
  /**
   * The ids of everything it has stored, looked up behind its back; undefined where it stores
   * nothing.
   */
  readonly stored?: () => Promise<ReadonlySet<string>>;
  /** After the program has ended. */
  readonly cleanUp?: () => void;
}

const BENCH = join(import.meta.dirname, "..");
/** As `npm start` has it. */
const QUICK_START = ["--import", join(BENCH, "..", "src", "runtime", "node", "quick-start.mjs")];
const SECRET = "benchmark-secret-0123456789abcdef";
const HOOK_PATH = "/hooks";

const portMessage = z.object({ port: z.number() });
const gatewayMessage = z.object({ url: z.url(), adminToken: z.string() });
const createdEndpoint = z.object({ id: z.string(), url: z.url(), secret: z.string() });

export type GatewaySteps = "whole" | "receive" | "verify";

export interface GatewayOptions {
  readonly steps: GatewaySteps;
  readonly dataDir: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RunningGateway {
  readonly program: Program;
  readonly port: number;
  admin(method: string, path: string, body?: unknown): Promise<unknown>;
  /** A page of the console, whole. */
  page(path: string): Promise<string>;
  /** A new GitHub endpoint with these settings. */
  createEndpoint(settings?: object): Promise<{ path: string; secret: string }>;
}

/**
 * What Postgres needs besides its URL, and what must not throttle or trim while something is
 * measured.
 */
const SETTINGS = {
  PORT: "0",
  ADMIN_TOKEN: "benchmark-admin-token",
  ENCRYPTION_KEY: "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
  CALLS_PER_MINUTE: "10000",
  STREAM_UPDATE_INTERVAL_SECONDS: "0",
  RETENTION_GB: "1000",
};

export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const program = await startScript(join(BENCH, "servers", "gateway.ts"), {
    nodeOptions: QUICK_START,
    environment: {
      ...SETTINGS,
      DATA_DIR: options.dataDir,
      BENCH_STEPS: options.steps,
      ...options.environment,
    },
  });
  const { url, adminToken } = gatewayMessage.parse(program.ready);
  const admin = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers = { authorization: `Bearer ${adminToken}`, "content-type": "application/json" };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(url + path, { method, headers, ...content });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const page = async (path: string): Promise<string> => {
    const headers = { authorization: `Bearer ${adminToken}`, accept: "text/html" };
    const answer = await fetch(url + path, { headers, redirect: "error" });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.text();
  };
  const createEndpoint = async (settings: object = {}) => {
    const wanted = { provider: "github", name: "Benchmark", ...settings };
    const endpoint = createdEndpoint.parse(await admin("POST", "/api/v1/endpoints", wanted));
    return { path: new URL(endpoint.url).pathname, secret: endpoint.secret };
  };
  return { program, port: Number(new URL(url).port), admin, page, createEndpoint };
}

/** Where a gateway keeps its data. */
export interface Home {
  readonly dataDir: string;
  /** Of its Postgres database; undefined where it is SQLite's file in `dataDir`. */
  readonly url: string | undefined;
}

export async function newHome(name: string, service?: PostgresService): Promise<Home> {
  return { dataDir: newFolder("gateway"), url: await service?.createDatabase(name) };
}

export const environmentOf = ({ url }: Home): Record<string, string> =>
  url === undefined ? {} : { DATABASE_URL: url };

/** Ours, in a new home that goes when it does. */
export function gatewayContestant(
  name: string,
  steps: GatewaySteps,
  postgresService?: PostgresService,
): Contestant {
  return {
    name,
    start: async () => {
      const home = await newHome(`gateway_${steps}`, postgresService);
      const contender = await startIn(home, name, steps);
      return { ...contender, cleanUp: () => removeFolder(home.dataDir) };
    },
  };
}

/** Ours, in a home that stays. */
export const gatewayIn = (home: Home, name: string, steps: GatewaySteps): Contestant => ({
  name,
  start: () => startIn(home, name, steps),
});

async function startIn(home: Home, name: string, steps: GatewaySteps): Promise<Contender> {
  const { dataDir, url } = home;
  const gateway = await startGateway({ steps, dataDir, environment: environmentOf(home) });
  const { path, secret } = await gateway.createEndpoint();
  const { program, port } = gateway;
  const stored = async () =>
    url === undefined ? idsInSqlite(dataDir) : idsIn(url, "select id from deliveries");
  const corpus = corpusFor(path, secret);
  return { name, program, port, corpus, ...(steps !== "verify" && { stored }) };
}

/** Hono without a store. */
export function honoContestant(name: string, steps: readonly ("verify" | "parse")[]): Contestant {
  return scripted(name, join("servers", "hono.ts"), { BENCH_STEPS: steps.join(",") });
}

/** Receivers of others that store nothing. */
export const peerContestant = (name: string, script: string): Contestant =>
  scripted(name, join("peers", script), {});

export function bullmqContestant(redis: RedisService | undefined): Contestant {
  const prefix = "bull:deliveries:";
  return {
    name: "Hono + BullMQ",
    start: async () => {
      if (!redis) return undefined;
      const script = join("peers", "bullmq.mjs");
      const environment = { BENCH_REDIS_PORT: String(redis.port) };
      const contender = await scripted("Hono + BullMQ", script, environment).start();
      const stored = async () => new Set(redis.keys(prefix).map((key) => key.slice(prefix.length)));
      return contender && { ...contender, stored };
    },
  };
}

/** @param query selects the ids of all jobs */
export function postgresQueueContestant(
  name: string,
  script: string,
  query: string,
  service: PostgresService | undefined,
): Contestant {
  return {
    name,
    start: async () => {
      const url = await service?.createDatabase(script.replaceAll(/\W/g, "_"));
      if (url === undefined) return undefined;
      const peer = scripted(name, join("peers", script), { BENCH_DATABASE_URL: url });
      const contender = await peer.start();
      return contender && { ...contender, stored: () => idsIn(url, query) };
    },
  };
}

/**
 * Debian's `webhook` with a rule that verifies; it runs a command for every delivery, here `true`.
 */
export function webhookContestant(): Contestant {
  return {
    name: "Debian webhook",
    start: async () => {
      const webhook = findProgram("webhook");
      if (webhook === undefined) return undefined;
      const folder = newFolder("webhook");
      const signature = { source: "header", name: "X-Hub-Signature-256" };
      const rule = { match: { type: "payload-hmac-sha256", secret: SECRET, parameter: signature } };
      const hook = { id: "bench", "execute-command": "/bin/true", "trigger-rule": rule };
      const file = join(folder, "hooks.json");
      writeFileSync(file, JSON.stringify([hook]));
      const port = await freePort();
      const command = [webhook, "-hooks", file, "-ip", "127.0.0.1", "-port", String(port)];
      const program = await startListening(command, port);
      const corpus = corpusFor("/hooks/bench", SECRET);
      const cleanUp = () => removeFolder(folder);
      return { name: "Debian webhook", program, port, corpus, cleanUp };
    },
  };
}

function scripted(
  name: string,
  script: string,
  environment: Readonly<Record<string, string>>,
): Contestant {
  return {
    name,
    start: async () => {
      const program = await startScript(join(BENCH, script), {
        environment: { BENCH_SECRET: SECRET, ...environment },
      });
      const { port } = portMessage.parse(program.ready);
      return { name, program, port, corpus: corpusFor(HOOK_PATH, SECRET) };
    },
  };
}

const idRows = z.array(z.object({ id: z.coerce.string() }));
const idSet = (rows: unknown) => new Set(idRows.parse(rows).map(({ id }) => id));

function idsInSqlite(dataDir: string): ReadonlySet<string> {
  const database = new DatabaseSync(databasePath(dataDir), { readOnly: true });
  try {
    return idSet(database.prepare("select id from deliveries").all());
  } finally {
    database.close();
  }
}

async function idsIn(url: string, query: string): Promise<ReadonlySet<string>> {
  const client = postgres(url, { max: 1 });
  try {
    return idSet([...(await client.unsafe(query))]);
  } finally {
    await client.end();
  }
}
