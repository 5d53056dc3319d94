/**
 * Plays stories at a gateway's front door, and prints what is sent to the lock screen meanwhile.
 */
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { adapters } from "../../../adapters/index.ts";
import { STORIES } from "../../console/stories/titles.ts";
import type { NodeGateway } from "../../runtime/node/node.ts";
import { randomToken } from "../../util/id.ts";
import { playLifecycle } from "../play.ts";
import { readLifecycle } from "../recordings.ts";
import type { StoryName } from "./keys.ts";

/** The recorded deployment takes 38 s; nobody wants to wait that long for a demo. */
const SPEED = 4;
const WATCH_MS = 150;
const SECRET_BYTES = 18;
/** What is due later than this, as a card's end is, is not waited for. */
const SOON_MS = 10_000;

const created = z.object({ id: z.string(), url: z.string(), secret: z.string().nullable() });
type Endpoint = z.infer<typeof created>;
const some = z.object({ data: z.array(z.unknown()) });
const waiting = z.object({ data: z.array(z.looseObject({ not_before: z.iso.datetime() })) });
const shown = z.looseObject({
  title: z.string().optional(),
  subtitle: z.string().optional(),
  number_of_steps: z.number().optional(),
  current_step: z.number().optional(),
});
const command = z.looseObject({
  id: z.string(),
  body: shown.extend({ content_state: shown.optional() }),
});
const sent = z.object({ data: z.array(command) });

export interface Stage {
  /** Resolves when the story is over and all of it is sent. */
  play(story: StoryName): Promise<void>;
  /** Whether nothing is left to do or send that is due. */
  isIdle(): Promise<boolean>;
  removeEndpoints(): Promise<void>;
  /** Nothing more is printed. */
  stop(): void;
}

export const createStage = (gateway: NodeGateway): Stage => new GatewayStage(gateway);

class GatewayStage implements Stage {
  readonly #gateway: NodeGateway;
  /** By provider. */
  readonly #endpoints = new Map<string, Endpoint>();
  /** The commands that were printed. */
  readonly #seen = new Set<string>();
  readonly #stopping = new AbortController();

  constructor(gateway: NodeGateway) {
    this.#gateway = gateway;
  }

  async play(story: StoryName): Promise<void> {
    const { title, scenes } = STORIES.find(({ name }) => name === story) ?? STORIES[0];
    print(`\n  ${title}:\n\n`);
    let isOver = false;
    const played = Promise.all(scenes.map((scene) => this.#playScene(scene))).finally(() => {
      isOver = true;
    });
    try {
      await Promise.all([played, this.#watch(() => isOver)]);
    } catch (error) {
      // The gateway went from under a story that somebody stopped.
      if (!this.#isStopped) throw error;
    }
  }

  isIdle(): Promise<boolean> {
    return isIdle(this.#gateway);
  }

  async removeEndpoints(): Promise<void> {
    for (const { id } of this.#endpoints.values())
      await admin(this.#gateway, "DELETE", `/api/v1/endpoints/${id}`);
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #endpointFor(provider: string): Promise<Endpoint> {
    const known = this.#endpoints.get(provider);
    if (known) return known;
    const secret = randomToken(SECRET_BYTES);
    const settings = { name: "Demo", provider, secret, notify: "outcomes" };
    const made = created.parse(await admin(this.#gateway, "POST", "/api/v1/endpoints", settings));
    this.#endpoints.set(provider, made);
    return made;
  }

  async #playScene(scene: string): Promise<void> {
    const [provider = "", name = ""] = scene.split("/");
    const adapter = adapters.find((it) => it.name === provider);
    if (!adapter) throw new Error(`there is no adapter ${provider}`);
    const { url, secret } = await this.#endpointFor(provider);
    await playLifecycle({
      adapter,
      lifecycle: readLifecycle(provider, name),
      hookUrl: url,
      secret: adapter.verify.kind === "shared-token" ? undefined : (secret ?? undefined),
      speed: SPEED,
      onAnswer: ({ name: event, status }) => {
        if (!this.#isStopped) print(`  → ${provider} ${event.split("__")[0]} ${status}\n`);
      },
    });
  }

  /**
   * Prints what reaches the lock screen, until all is over and nothing is left to send: seen twice,
   * for what moves on between two questions is in the answer to neither.
   */
  async #watch(isOver: () => boolean): Promise<void> {
    for (let idle = 0; idle < 2 && !this.#isStopped;) {
      idle = isOver() && (await this.isIdle()) ? idle + 1 : 0;
      const page = await admin(this.#gateway, "GET", "/api/v1/commands?status=done&limit=20");
      for (const it of sent.parse(page).data.toReversed()) {
        if (!this.#seen.has(it.id)) print(`      ${lockScreenLine(it)}\n`);
        this.#seen.add(it.id);
      }
      await sleep(WATCH_MS);
    }
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }
}

export const print = (text: string): void => void process.stdout.write(text);

async function isIdle(gateway: NodeGateway): Promise<boolean> {
  const [received, sending, pending] = await Promise.all([
    admin(gateway, "GET", "/api/v1/deliveries?status=received"),
    admin(gateway, "GET", "/api/v1/commands?status=sending"),
    admin(gateway, "GET", "/api/v1/commands?status=pending"),
  ]);
  if (some.parse(received).data.length + some.parse(sending).data.length > 0) return false;
  const soon = Date.now() + SOON_MS;
  return waiting.parse(pending).data.every((it) => Date.parse(it.not_before) > soon);
}

/**
 * "▰▱  web-shop  Building · main · 3f2a9c1" for an activity, "✉  web-shop production is live" for a
 * push.
 */
function lockScreenLine({ body }: z.infer<typeof command>): string {
  const { content_state: state = body, title = state.title, subtitle = state.subtitle } = body;
  const { number_of_steps: steps = 0, current_step: completed = 0 } = state;
  const bar = steps > 0 ? "▰".repeat(completed) + "▱".repeat(steps - completed) : "✉";
  return [bar, title, subtitle].filter((text) => text !== undefined).join("  ");
}

async function admin(
  gateway: NodeGateway,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(gateway.url + path, {
    method,
    headers: {
      authorization: `Bearer ${gateway.adminToken}`,
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}
