/**
 * Real gateway processes under load, a core API that outlives them, and what became of what they
 * acknowledged. Asserts nothing.
 */
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { sign } from "../../../src/verify/sign.ts";
import { startCoreServer } from "../core-server.ts";
import type { CoreServer } from "../core-server.ts";
import { secretFor } from "../deliveries.ts";
import { startProcess } from "../gateway-process.ts";
import type { GatewayProcess } from "../gateway-process.ts";
import type { RecordedCall } from "../recording-core.ts";
import { adapterOf } from "../send.ts";
import { markIn, webhookOf } from "./deployments.ts";
import type { DeploymentEvent } from "./deployments.ts";

const { verify } = adapterOf("vercel");
const SECRET = secretFor(verify, "right");
/** What a database of several processes needs, and no waiting but what a fault makes necessary. */
const SETTINGS = {
  ADMIN_TOKEN: "test-admin-token-0123456789",
  ENCRYPTION_KEY: "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
  ACTIVITYSMITH_API_KEY: "test-key",
  CALLS_PER_MINUTE: "10000",
  LIVE_ACTIVITIES: "100",
  FIRST_FRAME_AFTER_SECONDS: "0",
  FIRST_FRAME_OF_PRODUCTION_AFTER_SECONDS: "0",
  LINGER_SUCCESS_MINUTES: "0.005",
  LINGER_CANCELED_MINUTES: "0.005",
  LINGER_FAILURE_MINUTES: "0.005",
  LINGER_LASTING_FAILURE_MINUTES: "0.005",
  STREAM_UPDATE_INTERVAL_SECONDS: "0",
};

const acknowledgement = z.object({ delivery_id: z.string() });
const statuses = z.object({ data: z.array(z.object({ id: z.string(), status: z.string() })) });

export interface Fleet {
  readonly core: CoreServer;
  /** Ids of the deliveries that were answered 200. */
  readonly acknowledged: Set<string>;
  readonly folder: string;
  start(environment: Readonly<Record<string, string>>): Promise<GatewayProcess>;
  /** The path of a hook that sends everything as activities, and outcomes as pushes too. */
  createHook(gateway: GatewayProcess): Promise<string>;
  /** Posts the webhook of an event once. */
  post(gateway: GatewayProcess, hook: string, event: DeploymentEvent): Promise<Response>;
  close(): Promise<void>;
}

export async function startFleet(): Promise<Fleet> {
  const core = await startCoreServer();
  const folder = mkdtempSync(join(tmpdir(), "gateway-fleet-"));
  const acknowledged = new Set<string>();
  const running: GatewayProcess[] = [];
  return {
    core,
    acknowledged,
    folder,
    start: async (environment) => {
      const gateway = await startProcess({
        ...SETTINGS,
        ACTIVITYSMITH_API_URL: core.baseUrl,
        DATA_DIR: join(folder, "data"),
        ...environment,
      });
      running.push(gateway);
      return gateway;
    },
    createHook: async (gateway) => {
      const settings = { provider: "vercel", secret: SECRET, notify: "outcomes" };
      return new URL((await gateway.createEndpoint(settings)).url).pathname;
    },
    post: async (gateway, hook, event) => {
      const fixture = webhookOf(event);
      const body = new TextEncoder().encode(fixture.body);
      const { headers } = sign(verify, SECRET, { body, nowMs: Date.now() });
      const init = { method: "POST", headers: { ...fixture.headers, ...headers }, body };
      const answer = await fetch(gateway.url + hook, init).catch((error: unknown) => {
        throw new Error(`no answer; it said last: ${gateway.output().slice(-3000)}`, {
          cause: error,
        });
      });
      if (answer.status === 200)
        acknowledged.add(acknowledgement.parse(await answer.clone().json()).delivery_id);
      return answer;
    },
    close: async () => {
      const alive = running.filter(
        ({ child }) => child.exitCode === null && child.signalCode === null,
      );
      await Promise.all(alive.map((it) => it.end("SIGKILL")));
      await core.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * What a crash in the middle of an append leaves: the header of a record and the beginning of it.
 */
export function tearTail(file: string): void {
  appendFileSync(file, Buffer.from("00000400deadbeef7b226964223a", "hex"));
}

/** Acknowledged deliveries that the store does not have, or that could not be digested. */
export async function lostIn(fleet: Fleet, gateway: GatewayProcess): Promise<string[]> {
  const digested = new Set<string>();
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = await gateway.admin("GET", `/api/v1/deliveries?limit=100${query}`);
    const page: unknown = await answer.json();
    for (const { id, status } of statuses.parse(page).data)
      if (status === "processed") digested.add(id);
    cursor = z.object({ next_cursor: z.string().nullish() }).parse(page).next_cursor ?? undefined;
  } while (cursor !== undefined);
  return [...fleet.acknowledged].filter((id) => !digested.has(id));
}

/** The calls of each track in their order. */
export function callsByTrack(calls: readonly RecordedCall[]): Map<number, RecordedCall[]> {
  return Map.groupBy(
    calls.filter(({ body }) => markIn(body) !== undefined),
    ({ body }) => markIn(body)?.track ?? -1,
  );
}

/** Whether each of so many tracks has ended on the screen and been pushed. */
export const haveEnded =
  (tracks: number) =>
  (calls: readonly RecordedCall[]): boolean => {
    const ended = calls.filter(({ method }) => method === "DELETE");
    const pushed = calls.filter(({ path }) => path === "/push-notification");
    return ended.length >= tracks && pushed.length >= tracks;
  };
