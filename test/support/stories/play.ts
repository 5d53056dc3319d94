/**
 * Plays a story through the front door: its webhooks come in over HTTP, signed, to a whole gateway on a clock that jumps
 * from one moment at which something is due to the next; the core API's calls go to a phone. Judges nothing.
 */
import * as z from "zod";
import { parseConfig } from "../../../src/config.ts";
import { isStoreAway } from "../../../src/model/errors/store-away-error.ts";
import type { Store } from "../../../src/store/port.ts";
import type { TestEndpoint } from "../gateway.ts";
import { recordingCore } from "../recording-core.ts";
import { endpointFor, send } from "../send.ts";
import { startGateway } from "../start-gateway.ts";
import type { TestGateway } from "../start-gateway.ts";
import { awayStore, mortalStore, never, newLife } from "./mortal.ts";
import type { Life } from "./mortal.ts";
import { createPhone } from "./phone.ts";
import type { Phone } from "./phone.ts";
import { endOf, webhooksOf } from "./script.ts";
import type { Webhook } from "./script.ts";
import { openTestSpool } from "./spool.ts";
import type { Story } from "./story.ts";
import { planOf } from "./variants.ts";
import type { Telling } from "./variants.ts";

export interface Played {
  readonly phone: Phone;
  readonly startsAt: number;
  readonly endsAt: number;
  /** What the gateway knows of each track in the end, with its runs. */
  readonly tracks: readonly TrackView[];
  /** What it logged as an error, and deliveries that it could not read. */
  readonly troubles: readonly string[];
}

const runView = z.object({
  state: z.string(),
  created_at: z.string(),
  ended_at: z.string().nullable(),
  facts: z.object({ branch: z.string().optional() }),
  excluded: z.boolean(),
});

const trackView = z.object({
  id: z.string(),
  stream_key: z.string(),
  project: z.object({ name: z.string() }),
  line: z.string().nullable(),
  environment: z.object({ name: z.string() }).nullable(),
  shown_run: runView.nullable(),
});

export type TrackView = z.output<typeof trackView> & {
  readonly runs: readonly z.output<typeof runView>[];
};

/** Results leave the screen by then, the last of them after eight hours. */
const AFTERWARDS_MS = 9 * 60 * 60_000;
/** What is due and waits for a budget or a place is tried again after so long, and ever more rarely as long as nothing happens. */
const SWEEP_MS = 1_000;
const RAREST_SWEEP_MS = 5 * 60_000;

/** Plays it on a fresh store, which is closed afterwards. */
export async function play(story: Story, telling: Telling, store: Store): Promise<Played> {
  const providerOf = (name: string): string => {
    const settings = story.endpoints[name];
    if (!settings) throw new Error(`${story.name}: no endpoint is called ${name}`);
    return z.string().parse(settings["provider"] ?? name);
  };
  const { arrivals, death, outage } = planOf(webhooksOf(story.webhooks, providerOf), telling);
  const startsAt = (arrivals[0]?.at ?? 0) - SWEEP_MS;
  const stage = await createStage(story, store, startsAt, outage);
  for (const [name, { provider: _, ...settings }] of Object.entries(story.endpoints))
    await stage.addEndpoint(name, providerOf(name), settings);
  for (const [index, webhook] of arrivals.entries()) {
    await stage.moveTo(webhook.at);
    if (death?.before === index) stage.doom(death.afterSteps);
    await stage.deliver(webhook);
  }
  const endsAt = endOf(story.webhooks) ?? (arrivals.at(-1)?.at ?? startsAt) + AFTERWARDS_MS;
  await stage.moveTo(endsAt);
  try {
    return { phone: stage.phone, startsAt, endsAt, ...(await stage.afterwards()) };
  } finally {
    await stage.close();
  }
}

interface Stage {
  readonly phone: Phone;
  addEndpoint(name: string, provider: string, settings: object): Promise<void>;
  /** Lets the time pass, from one thing that is due to the next. */
  moveTo(time: number): Promise<void>;
  deliver(webhook: Webhook): Promise<void>;
  /** The process dies after so many steps of its store, and another one starts. */
  doom(afterSteps: number): void;
  afterwards(): Promise<Pick<Played, "tracks" | "troubles">>;
  close(): Promise<void>;
}

interface Process {
  readonly gateway: TestGateway;
  readonly life: Life;
}

async function createStage(
  story: Story,
  store: Store,
  startsAt: number,
  outage: readonly [from: number, to: number] | undefined,
): Promise<Stage> {
  const phone = createPhone();
  const core = recordingCore();
  const endpoints = new Map<string, TestEndpoint>();
  let now = startsAt;
  const isAway = () => outage !== undefined && now >= outage[0] && now < outage[1];
  const spool = await openTestSpool(awayStore(store, isAway));
  const troubles: string[] = [];

  async function start(): Promise<Process> {
    const life = newLife();
    const settings = parseConfig(story.settings);
    const mortal = mortalStore(spool.store, life);
    const gateway = await startGateway({ store: mortal, startsAt: now, settings });
    gateway.core.answer(async (call) => {
      // The dead call nobody, whatever they had claimed.
      if (life.isOver) return never;
      life.unsettled++;
      phone.hear(call, now);
      const { method, path, body } = call;
      return core.fetch(core.baseUrl + path, { method, body: JSON.stringify(body) });
    });
    return { gateway, life };
  }
  let process = await start();

  /** What the process says to it; undefined where it died over it, and another one stands in its place. */
  async function asked<T>(ask: (gateway: TestGateway) => Promise<T>): Promise<T | undefined> {
    const { gateway, life } = process;
    const dead = life.death.then(() => undefined);
    const answer = await Promise.race([ask(gateway), dead]);
    if (!life.isOver) return answer;
    troubles.push(...troublesIn(gateway));
    process = await start();
    // It is alone, so what was claimed was claimed by the dead one.
    await store.releaseClaims();
    await process.gateway.steps.releaseStaleSlots();
    return undefined;
  }

  async function settle(): Promise<void> {
    await spool.drain();
    const settled = await asked(async (gateway) => {
      await gateway.settle();
      return true;
    }).catch((error: unknown) => {
      if (isStoreAway(error) && isAway()) return true;
      throw error;
    });
    if (!settled) await settle();
  }

  async function moveTo(time: number): Promise<void> {
    let sweepMs = SWEEP_MS;
    while (now < time) {
      const next = isAway()
        ? Math.min(time, outage?.[1] ?? time)
        : Math.min(time, await nextMoment(store, now, sweepMs));
      now = outage && now < outage[0] ? Math.min(next, outage[0]) : next;
      const before = phone.calls();
      process.gateway.clock.advance(now - process.gateway.clock.now());
      await settle();
      const hasMoved = phone.calls() > before;
      sweepMs = hasMoved ? SWEEP_MS : Math.min(2 * sweepMs, RAREST_SWEEP_MS);
    }
  }

  async function deliver({ endpoint: name, request }: Webhook): Promise<void> {
    const endpoint = endpoints.get(name);
    if (!endpoint) throw new Error(`${story.name}: no endpoint is called ${name}`);
    for (;;) {
      const answer = await asked((gateway) => send(gateway, endpoint, request));
      if (answer?.status === 200) return settle();
      // What is not acknowledged is sent again, as providers do.
      if (answer?.status === 503) await moveTo(now + 60_000);
      else if (answer) throw new Error(`${request.name}: ${answer.status} ${await answer.text()}`);
    }
  }

  return {
    phone,
    moveTo,
    deliver,
    doom: (afterSteps) => {
      process.life.stepsLeft = afterSteps;
    },
    addEndpoint: async (name, provider, settings) => {
      const named = { name, ...settings };
      endpoints.set(name, await endpointFor(process.gateway, provider, named));
    },
    afterwards: async () => {
      // Whoever is doomed and still alive is looked at in peace: to die over that would be heard by nobody.
      process.life.stepsLeft = Infinity;
      const tracks = await tracksOf(process.gateway);
      return {
        tracks,
        troubles: [...troubles, ...troublesIn(process.gateway), ...(await unread(store))],
      };
    },
    close: () => spool.close(),
  };
}

/** When something is due next; what is due already is tried again after a sweep. */
async function nextMoment(store: Store, now: number, sweepMs: number): Promise<number> {
  const [check] = await store.dueChecks({ now: FAR_OFF, limit: 1 });
  const due = [check?.run.checkAt, await store.nextDue(), await store.nextCommandDue(now)];
  const isWaiting = (await store.dueAccounts(now)).length > 0;
  const times = due.flatMap((at) => (at ? Math.max(at, now + SWEEP_MS) : []));
  return Math.min(isWaiting ? now + sweepMs : FAR_OFF, ...times);
}

const FAR_OFF = Date.parse("2100-01-01");

const page = <T extends z.ZodType>(row: T) => z.object({ data: z.array(row) });

async function tracksOf(gateway: TestGateway): Promise<TrackView[]> {
  const read = async <T extends z.ZodType>(path: string, row: T) =>
    page(row).parse(await (await gateway.admin("GET", path)).json()).data;
  const tracks = await read("/api/v1/tracks?limit=100", trackView);
  return Promise.all(
    tracks.map(async (track) => ({
      ...track,
      runs: await read(`/api/v1/tracks/${track.id}/runs?limit=100`, runView),
    })),
  );
}

/** A delivery that could be stored nowhere was answered so, and is sent again. */
const troublesIn = ({ log }: TestGateway): string[] =>
  log
    .filter(({ level, outcome }) => level === "error" && outcome !== "store_unavailable")
    .map((line) => JSON.stringify(line));

async function unread(store: Store): Promise<string[]> {
  const { deliveries } = await store.counts();
  return Object.entries(deliveries)
    .filter(([status, count]) => ["failed", "invalid", "received"].includes(status) && count > 0)
    .map(([status, count]) => `${count} deliveries are ${status}`);
}
