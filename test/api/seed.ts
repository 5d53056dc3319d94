/**
 * Fills a store the way the pipeline does: deliveries received, digested into runs and commands,
 * commands settled.
 */
import type { Intent } from "../../src/model/command.ts";
import { pictureOf } from "../support/wire.ts";
import type { NewDelivery } from "../../src/model/delivery.ts";
import type { RunRecord } from "../../src/model/run/run-record.ts";
import type { Track } from "../../src/model/run/track.ts";
import type { Store } from "../../src/store/port.ts";
import type { ProgressSignal } from "../../src/model/signal.ts";
import { bytesOf } from "../../src/util/bytes.ts";
import { NOON } from "./support.ts";

export function delivery(id: string, change: Partial<NewDelivery> = {}): NewDelivery {
  return {
    id,
    endpointId: "ep_shop",
    provider: "acme",
    event: "deploy.done",
    providerDeliveryId: `acme-${id}`,
    receivedAt: NOON,
    contentType: "application/json",
    headers: { "x-signature": "[redacted]", "x-acme-event": "deploy.done" },
    body: bytesOf(`{"type":"deploy.done","app":"web-shop","id":"${id}"}`),
    bodyRedacted: false,
    verification: { scheme: "hmac", secretId: "sec_1" },
    ...change,
  };
}

export const SIGNAL: ProgressSignal = {
  kind: "progress",
  project: { id: "prj_1", name: "web-shop" },
  environment: { name: "production", kind: "production" },
  run: { id: "run_1", attempt: 1, createdAt: NOON - 100_000 },
  at: NOON,
  shape: "line",
  steps: [{ key: "build", title: "Building", order: 1, state: "running" }],
  facts: { branch: "main", logUrl: "https://acme.example/logs/1" },
};

export const PUSH: Intent = { kind: "push", title: "web-shop failed", tags: ["vercel"] };
export const UPDATE: Intent = {
  kind: "show",
  streamKey: "web-shop-production",
  picture: pictureOf("web-shop"),
};

const TRACK: Track = {
  id: "trk_1",
  endpointId: "ep_shop",
  key: "prj_1/production",
  streamKey: "web-shop-production",
  projectId: "prj_1",
  projectName: "web-shop",
  lineName: null,
  environment: "production",
  environmentKind: "production",
  isDefaultBranch: false,
  version: 1,
  shownRunId: "run_1",
  createdAt: NOON,
  updatedAt: NOON,
};

/** A run of two steps in a line, the first of which never told its end. */
export function runRecord(id: string, change: Partial<RunRecord> = {}): RunRecord {
  const stamp = (value: string) => ({ value, at: NOON });
  return {
    trackId: TRACK.id,
    run: {
      id,
      attempt: 1,
      shape: "line",
      project: stamp("web-shop"),
      createdAt: NOON - 100_000,
      firstAt: NOON - 90_000,
      lastAt: NOON,
      steps: {
        deploy: {
          title: stamp("Deploying"),
          order: 2,
          state: "succeeded",
          at: NOON,
          startedAt: NOON - 30_000,
          endedAt: NOON,
          optional: false,
        },
        build: {
          title: stamp("Building"),
          order: 1,
          state: "running",
          at: NOON - 90_000,
          startedAt: NOON - 90_000,
          optional: false,
        },
      },
      outcome: { state: "succeeded", at: NOON, provisional: false },
      facts: { branch: stamp("main"), logUrl: stamp("https://acme.example/logs/1") },
    },
    state: "succeeded",
    createdAt: NOON - 100_000,
    startedAt: NOON - 90_000,
    endedAt: NOON,
    excluded: false,
    lastSignalAt: NOON,
    contact: "heard",
    checkAt: null,
    pushed: [],
    forecast: null,
    updatedAt: NOON,
    ...change,
  };
}

/**
 * Receives `delivery("dlv_1")` and digests it into one run and one command for each call, with ids
 * `cmd_<n>`.
 */
export async function seedDigested(store: Store, intents: readonly Intent[] = []): Promise<void> {
  await store.storeDeliveries([delivery("dlv_1")]);
  const [claimed] = await store.claimDeliveries({ now: NOON, limit: 1, leaseMs: 60_000 });
  if (!claimed) throw new Error("nothing to claim");
  const committed = await store.commitDigest({
    delivery: {
      id: claimed.id,
      claim: claimed.claim,
      status: "processed",
      detail: null,
      signals: [SIGNAL],
    },
    tracks: [{ track: TRACK, run: runRecord("run_1") }],
    commands: intents.map((intent, index) => ({
      id: `cmd_${index + 1}`,
      endpointId: "ep_shop",
      account: "default",
      deliveryId: claimed.id,
      trackId: TRACK.id,
      streamKey: "streamKey" in intent ? intent.streamKey : null,
      priority: 2,
      intent,
      dedupeKey: null,
      notBefore: NOON,
      createdAt: NOON + index,
    })),
    now: NOON,
  });
  if (committed !== "committed") throw new Error(committed);
}

/** Writes a further run of the track. */
export async function seedRun(store: Store, run: RunRecord, version: number): Promise<void> {
  const tracks = [{ track: { ...TRACK, version }, run }];
  const committed = await store.commitDigest({ delivery: null, tracks, commands: [], now: NOON });
  if (committed !== "committed") throw new Error(committed);
}

/** Sends every pending command once; the core API refuses each for good. */
export async function seedDead(store: Store): Promise<void> {
  for (const { id, claim } of await store.claimCommands({
    account: "default",
    now: NOON + 1_000,
    limit: 100,
    leaseMs: 60_000,
  })) {
    await store.settleCommand({
      commandId: id,
      claim,
      attempt: {
        at: NOON + 1_000,
        durationMs: 42,
        status: 403,
        outcome: "refused",
        answer: '{"error":"Forbidden"}',
      },
      result: { status: "dead", reason: "Forbidden" },
      stream: null,
      now: NOON + 1_042,
    });
  }
}
