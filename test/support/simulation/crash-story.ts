/**
 * The story that is told to a gateway while it is killed: a preview on the screen gives way to a
 * production deployment that fails and pushes, and comes back. Tells it and counts what became of
 * it; asserts nothing.
 */
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { sign } from "../../../src/verify/sign.ts";
import { startCoreServer } from "../core-server.ts";
import { secretFor } from "../deliveries.ts";
import { deliveriesOf, readLifecycle } from "../fixtures.ts";
import type { HttpFixture } from "../fixtures.ts";
import type { RecordedCall } from "../recording-core.ts";
import { adapterOf } from "../send.ts";
import { startCrashingGateway } from "./crashing-process.ts";
import type { CrashingGateway } from "./crashing-process.ts";

const SECRET = secretFor(adapterOf("vercel").verify, "right");
/**
 * Room for one activity, so that there is displacing; no waiting but what faults make necessary.
 */
const SETTINGS = {
  LIVE_ACTIVITIES: "1",
  FIRST_FRAME_AFTER_SECONDS: "0",
  FIRST_FRAME_OF_PRODUCTION_AFTER_SECONDS: "0",
  LINGER_SUCCESS_MINUTES: "0.005",
  LINGER_CANCELED_MINUTES: "0.005",
  LINGER_FAILURE_MINUTES: "0.005",
  LINGER_LASTING_FAILURE_MINUTES: "0.005",
  STREAM_UPDATE_INTERVAL_SECONDS: "0",
  ACTIVITYSMITH_API_KEY: "test-key",
};

const createdEndpoint = z.object({ url: z.string() });
const acknowledgement = z.object({ delivery_id: z.string() });
const deliveryPage = z.object({ data: z.array(z.object({ id: z.string(), status: z.string() })) });
const commandPage = z.object({
  data: z.array(
    z.object({
      call: z.string(),
      status: z.string(),
      body: z.record(z.string(), z.unknown()),
      possible_repeat: z.boolean(),
      reason: z.string().nullable(),
      not_before: z.string(),
    }),
  ),
  next_cursor: z.string().nullable(),
});
/** A whole page of the API; the story makes some twenty. */
const MOST_COMMANDS = 200;
type CommandView = z.infer<typeof commandPage>["data"][number];

export interface StoryEnd {
  readonly crashes: number;
  /** How many deliveries were answered 200. */
  readonly acknowledged: number;
  /** Acknowledged deliveries that are not digested, and commands that were not carried out. */
  readonly lost: readonly string[];
  readonly calls: readonly RecordedCall[];
  readonly pushes: readonly {
    readonly title: unknown;
    /** How often the core API got it. */
    readonly times: number;
    readonly isMarked: boolean;
  }[];
  /** The last call of each stream, by its key. */
  readonly ends: ReadonlyMap<string, RecordedCall>;
}

/** Tells the story to a gateway that is killed once at this point, until nothing is left to do. */
export async function tellStory(
  storeEnvironment: Readonly<Record<string, string>>,
  crashPoint: string,
): Promise<StoryEnd> {
  const core = await startCoreServer();
  const environment = { ...storeEnvironment, ...SETTINGS, ACTIVITYSMITH_API_URL: core.baseUrl };
  const gateway = await startCrashingGateway(environment, crashPoint);
  try {
    const acknowledged = await play(gateway, () =>
      core.until((calls) => calls.some(({ method }) => method === "PUT")),
    );
    return { ...(await judge(gateway, acknowledged, core.calls)), crashes: gateway.crashes };
  } finally {
    await gateway.end();
    await core.close();
  }
}

async function play(gateway: CrashingGateway, isShown: () => Promise<unknown>): Promise<string[]> {
  const vercel = { provider: "vercel", secret: SECRET, notify: "outcomes" };
  const vercelHook = await hookOf(gateway, vercel);
  const railwayHook = await hookOf(gateway, {
    provider: "railway",
    deliver: "push",
    notify: "failures",
  });
  const [preview, ...previewRest] = recorded("vercel", "preview-success");
  const acknowledged: string[] = [];
  const tell = async (path: string, deliveries: readonly HttpFixture[]) => {
    for (const delivery of deliveries) acknowledged.push(await post(gateway, path, delivery));
  };
  await tell(vercelHook, preview ? [preview] : []);
  await isShown();
  gateway.arm();
  await tell(railwayHook, recorded("railway", "production-failure"));
  await tell(vercelHook, recorded("vercel", "production-failure"));
  await untilQuiet(gateway);
  await tell(vercelHook, previewRest);
  await untilQuiet(gateway);
  return acknowledged;
}

const recorded = (provider: string, name: string) => deliveriesOf(readLifecycle(provider, name));

async function hookOf(gateway: CrashingGateway, settings: object): Promise<string> {
  const answer = await gateway.admin("POST", "/api/v1/endpoints", settings);
  return new URL(createdEndpoint.parse(await answer.json()).url).pathname;
}

/** Posts until it is answered 200, as a provider does; answers the delivery's id. */
async function post(
  gateway: CrashingGateway,
  path: string,
  { headers, body: text, provider }: HttpFixture,
): Promise<string> {
  const body = new TextEncoder().encode(text);
  const { verify } = adapterOf(provider);
  const signed = sign(verify, SECRET, { body, nowMs: Date.now() }).headers;
  for (;;) {
    const answer = await gateway.request(path, {
      method: "POST",
      headers: { ...headers, ...signed },
      body,
    });
    if (answer.status === 200) return acknowledgement.parse(await answer.json()).delivery_id;
  }
}

/** Longer than claims, waits for a slot and retries of this story take together. */
const PATIENCE_MS = 100_000;

/**
 * Resolves when nothing waits to be digested or sent; rejects with what is owed where that takes
 * too long.
 */
async function untilQuiet(gateway: CrashingGateway): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const moved = gateway.moved();
    const received = await deliveriesIn(gateway, "?status=received");
    const owed = await commands(gateway, "pending", "sending");
    if (received.length + owed.length === 0) return;
    const timer = Promise.withResolvers<"late">();
    const timeout = setTimeout(() => timer.resolve("late"), deadline - Date.now());
    const outcome = await Promise.race([moved, timer.promise]);
    clearTimeout(timeout);
    if (outcome === "late") throw new Error(`still owed: ${JSON.stringify([received, owed])}`);
  }
}

async function deliveriesIn(gateway: CrashingGateway, query: string) {
  const answer = await gateway.admin("GET", `/api/v1/deliveries${query}`);
  return deliveryPage.parse(await answer.json()).data;
}

/** In one look: a command may go from one status to another between two. */
async function commands(
  gateway: CrashingGateway,
  ...statuses: readonly string[]
): Promise<CommandView[]> {
  const answer = await gateway.admin("GET", `/api/v1/commands?limit=${MOST_COMMANDS}`);
  const { data, next_cursor: more } = commandPage.parse(await answer.json());
  if (more !== null) throw new Error(`the story has more than ${MOST_COMMANDS} commands`);
  return data.filter((it) => statuses.includes(it.status));
}

async function judge(
  gateway: CrashingGateway,
  acknowledged: readonly string[],
  calls: readonly RecordedCall[],
): Promise<Omit<StoryEnd, "crashes">> {
  const stored = new Map((await deliveriesIn(gateway, "")).map(({ id, status }) => [id, status]));
  const undigested = acknowledged.filter(
    (id) => !["processed", "ignored"].includes(stored.get(id) ?? "missing"),
  );
  const dead = (await commands(gateway, "dead")).map(({ call }) => `${call} is dead`);
  const pushed = (await commands(gateway, "done")).filter(({ call }) => call === "push");
  const pushes = pushed.map(({ body, possible_repeat }) => ({
    title: body["title"],
    times: calls.filter((call) => isDeepStrictEqual(call.body, body)).length,
    isMarked: possible_repeat,
  }));
  const unsent = pushes
    .filter(({ times }) => times === 0)
    .map(({ title }) => `push ${String(title)}`);
  const streams = calls.filter(({ path }) => path.startsWith("/live-activity/stream/"));
  return {
    acknowledged: acknowledged.length,
    lost: [...undigested, ...dead, ...unsent],
    calls,
    pushes,
    ends: new Map(streams.map((call) => [call.path.split("/").at(-1) ?? "", call])),
  };
}
