/**
 * Makes records for the store's tests: plausible ones, each with an id of its own; a test tells
 * what matters to it.
 */
import { pictureOf } from "../support/wire.ts";
import { PRIORITY } from "../../src/model/command.ts";
import type { NewCommand, Settlement } from "../../src/model/command.ts";
import type { NewDelivery } from "../../src/model/delivery.ts";
import type { Due } from "../../src/model/due.ts";
import type { EndpointRecord, SecretRecord } from "../../src/model/endpoint.ts";
import type { Incident } from "../../src/model/telling/incident.ts";
import type { RefusedAttempt } from "../../src/model/refused-attempt.ts";
import type { CardGroup } from "../../src/model/card/card-group.ts";
import type { RunRecord } from "../../src/model/run/run-record.ts";
import type { Serving, Standing } from "../../src/model/run/standing.ts";
import type { Fold, Told } from "../../src/model/telling/telling.ts";
import type { Track } from "../../src/model/run/track.ts";
import type { DigestCommit, Store } from "../../src/store/port.ts";
import { bytesOf } from "../../src/util/bytes.ts";

export const NOON = Date.UTC(2026, 4, 4, 12);
export const LEASE_MS = 60_000;

let made = 0;
/** Ids sort in the order in which they are made. */
const nextId = (prefix: string) => `${prefix}_${String(++made).padStart(8, "0")}`;

export function endpointOf(values: Partial<EndpointRecord> = {}): EndpointRecord {
  return {
    id: nextId("ep"),
    name: "web-shop",
    provider: "vercel",
    deliver: "auto",
    notify: "failures",
    channels: ["ops"],
    filters: { branches: ["main", "release/*"] },
    mapping: { title: "{{project}}" },
    enabled: true,
    max_body_bytes: 1_000_000,
    sealedApiKey: "sealed-key",
    account: "default",
    pin: null,
    rules: [{ when: { branches: ["main"] }, then: { mute: true } }],
    options: { linger_minutes: 5 },
    me: ["ada"],
    expect: [{ line: "Nightly", cron: "10 3 * * *", zone: "Europe/Berlin" }],
    createdAt: NOON,
    updatedAt: NOON,
    ...values,
  };
}

export function secretOf(endpointId: string, values: Partial<SecretRecord> = {}): SecretRecord {
  return {
    id: nextId("sec"),
    endpointId,
    sealed: "sealed-secret",
    createdAt: NOON,
    expiresAt: null,
    ...values,
  };
}

/** What a test tells of a delivery, its body as a text. */
export type DeliveryValues = Partial<Omit<NewDelivery, "body">> & { readonly body?: string };

export function deliveryOf(values: DeliveryValues = {}): NewDelivery {
  const id = nextId("dlv");
  const { body = '{"type":"deployment.created","name":"web-shop"}', ...others } = values;
  return {
    id,
    endpointId: "ep_shop",
    provider: "vercel",
    event: "deployment.created",
    providerDeliveryId: `provider-${id}`,
    receivedAt: NOON,
    contentType: "application/json",
    headers: { "content-type": "application/json", "x-request-id": "r-1" },
    body: bytesOf(body),
    bodyRedacted: false,
    verification: { scheme: "hmac", secretId: "sec_1" },
    ...others,
  };
}

export function trackOf(values: Partial<Track> = {}): Track {
  const id = nextId("trk");
  return {
    id,
    endpointId: "ep_shop",
    key: `key-${id}`,
    streamKey: `stream-${id}`,
    projectId: "prj_1",
    projectName: "web-shop",
    lineName: "storefront",
    environment: "production",
    environmentKind: "production",
    isDefaultBranch: false,
    version: 1,
    shownRunId: null,
    createdAt: NOON,
    updatedAt: NOON,
    ...values,
  };
}

export function runOf(
  trackId: string,
  runId: string,
  values: Partial<RunRecord> = {},
  attempt = 1,
): RunRecord {
  const at = values.createdAt ?? NOON;
  return {
    trackId,
    run: {
      id: runId,
      attempt,
      shape: "line",
      project: { value: "web-shop", at },
      firstAt: at,
      lastAt: at,
      steps: {
        build: {
          title: { value: "Building", at },
          order: 1,
          state: "running",
          at,
          startedAt: at,
          optional: false,
        },
      },
      facts: { branch: { value: "main", at } },
    },
    state: "running",
    createdAt: at,
    startedAt: at,
    endedAt: null,
    excluded: false,
    lastSignalAt: NOON,
    contact: "heard",
    checkAt: null,
    pushed: [],
    forecast: null,
    updatedAt: at,
    ...values,
  };
}

export function incidentOf(values: Partial<Incident> = {}): Incident {
  return {
    endpointId: "ep_shop",
    incidentKey: nextId("inc"),
    state: "firing",
    severity: 2,
    since: NOON,
    lastSeenAt: NOON,
    lastToldAt: null,
    toldSeverity: null,
    toldAudience: null,
    count: 1,
    closesAt: NOON + 3_600_000,
    projectKey: "web-shop",
    lineKey: "web-shop/api",
    environment: "production",
    runId: null,
    facts: { title: "CPU \u0000 high" },
    version: 0,
    ...values,
  };
}

export function standingOf(values: Partial<Standing> = {}): Standing {
  return {
    endpointId: "ep_shop",
    lineKey: nextId("line"),
    scope: "main",
    lastRunId: "run-1",
    lastEndedAt: NOON,
    lastOutcome: "failed",
    toldOutcome: "failed",
    toldAt: NOON,
    toldAudience: ["ops"],
    failingSince: NOON,
    failuresInARow: 1,
    updatedAt: NOON,
    version: 0,
    ...values,
  };
}

export function servingOf(values: Partial<Serving> = {}): Serving {
  return {
    endpointId: "ep_shop",
    projectId: nextId("prj"),
    lineId: "",
    environment: "production",
    runId: "run-1",
    since: NOON,
    how: "live",
    commit: "4f2c1d0",
    version: 0,
    ...values,
  };
}

export function toldOf(values: Partial<Told> = {}): Told {
  return {
    account: "default",
    toldKey: nextId("told"),
    audience: "",
    endpointId: "ep_shop",
    runId: "run-1",
    commandId: null,
    at: NOON,
    ...values,
  };
}

export function cardGroupOf(values: Partial<CardGroup> = {}): CardGroup {
  return {
    account: "default",
    groupKey: nextId("group"),
    members: [],
    cards: [],
    updatedAt: NOON,
    version: 0,
    ...values,
  };
}

export function foldOf(values: Partial<Fold> = {}): Fold {
  return {
    endpointId: "ep_shop",
    foldKey: nextId("fold"),
    windowStart: NOON,
    counts: { failed: 2 },
    firstAt: NOON,
    dueAt: NOON + 600_000,
    told: false,
    facts: {},
    version: 0,
    ...values,
  };
}

export function dueOf(values: Partial<Due> = {}): Due {
  return {
    kind: "held_telling",
    key: nextId("due"),
    dueAt: NOON,
    endpointId: "ep_shop",
    payload: { runId: "run-1" },
    attempts: 0,
    version: 0,
    ...values,
  };
}

export function refusedOf(values: Partial<RefusedAttempt> = {}): RefusedAttempt {
  return {
    at: NOON,
    reason: "the signature does not match",
    status: 401,
    headerNames: ["content-type", "x-vercel-signature"],
    sender: "203.0.113.7",
    event: null,
    ...values,
  };
}

export function pushOf(values: Partial<NewCommand> = {}): NewCommand {
  return {
    id: nextId("cmd"),
    endpointId: "ep_shop",
    account: "default",
    deliveryId: null,
    trackId: null,
    streamKey: null,
    priority: PRIORITY.push,
    intent: { kind: "push", title: "web-shop failed", message: "Ada Example, main", tags: [] },
    dedupeKey: null,
    notBefore: NOON,
    createdAt: NOON,
    ...values,
  };
}

export function updateOf(streamKey: string, values: Partial<NewCommand> = {}): NewCommand {
  return pushOf({
    streamKey,
    priority: PRIORITY.streamUpdate,
    intent: { kind: "show", streamKey, picture: pictureOf("web-shop") },
    ...values,
  });
}

/** A commit without a delivery behind it. */
export function commitOf(values: Partial<DigestCommit> = {}): DigestCommit {
  return { delivery: null, tracks: [], commands: [], now: NOON, ...values };
}

export async function writeCommands(store: Store, ...commands: NewCommand[]): Promise<void> {
  await store.commitDigest(commitOf({ commands }));
}

/** Claims all that is due at `now` for the account `default`. */
export function claimCommands(store: Store, now = NOON, limit = 100) {
  return store.claimCommands({ now, limit, leaseMs: LEASE_MS, account: "default" });
}

export function claimDeliveries(store: Store, now = NOON, limit = 100) {
  return store.claimDeliveries({ now, limit, leaseMs: LEASE_MS });
}

export function settlementOf(
  command: { readonly id: string; readonly claim: string },
  values: Partial<Settlement> = {},
): Settlement {
  return {
    commandId: command.id,
    claim: command.claim,
    attempt: { at: NOON, durationMs: 120, status: 200, outcome: "done", answer: "{}" },
    result: { status: "done" },
    stream: null,
    now: NOON,
    ...values,
  };
}

/** All commands by id, however many pages they take. */
export async function commandsById(store: Store) {
  const rows = await allRows((cursor) => store.listCommands({ limit: 50, cursor }));
  return new Map(rows.map((it) => [it.id, it]));
}

/** The rows of all pages. Throws where pages never end. */
export async function allRows<Row>(
  load: (cursor: string | undefined) => Promise<{ rows: readonly Row[]; next: string | undefined }>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 100; pages++) {
    const page = await load(cursor);
    rows.push(...page.rows);
    if (page.next === undefined) return rows;
    cursor = page.next;
  }
  throw new Error("A hundred pages and no end.");
}
