/**
 * Playing stories: recorded deliveries, freshly signed, through the real front door, at endpoints
 * made for it. The page keeps the time and sends one step after the other, so that nothing here has
 * to live between two requests.
 */
import type { Context, Hono } from "hono";
import type { Adapter } from "../../adapter/contract.ts";
import type { Endpoint } from "../../model/endpoint.ts";
import { ApiError } from "../../api/routing/api-error.ts";
import { randomToken } from "../../util/id.ts";
import { bytesOf } from "../../util/bytes.ts";
import { sign } from "../../verify/sign.ts";
import type { ConsoleDeps } from "../deps.ts";
import { readForm } from "../forms/forms.ts";
import type { Fields } from "../forms/forms.ts";
import { PLAYED, playedEndpoints } from "../models/queries.ts";
import { stepsOf } from "../stories/story.ts";
import type { Step } from "../stories/story.ts";
import { STORIES } from "../stories/titles.ts";
import { back } from "./answer.ts";

const SECRET_BYTES = 24;

export function mountPlay(app: Hono, deps: ConsoleDeps): void {
  app.post("/play", async (c) => {
    const steps = await storySteps((await readForm(c))["story"], deps.clock.now());
    if (!steps) return c.json({ error: "not_found", message: "There is no such story." }, 404);
    await cleanUp(deps);
    for (const provider of new Set(steps.map((step) => step.provider)))
      await makeEndpoint(deps, provider);
    if (c.req.header("accept")?.includes("text/html")) return playAtOnce(deps, c, steps);
    return c.json({
      startedAt: deps.clock.now(),
      steps: steps.map(({ afterMs, event }) => ({ afterMs, event })),
    });
  });
  app.post("/play/step", async (c) => {
    const step = await stepOf(await readForm(c));
    if (!step) return c.json({ error: "not_found", message: "There is no such step." }, 404);
    return c.json({ status: await send(deps, step) });
  });
  app.post("/play/clean", async (c) => {
    await cleanUp(deps);
    return back(c, "/", "cleaned");
  });
}

/** A browser without script has no clock: it sees the end of the story at once. */
async function playAtOnce(
  deps: ConsoleDeps,
  c: Context,
  steps: readonly Step[],
): Promise<Response> {
  for (const step of steps) await send(deps, step);
  return c.redirect("/", 303);
}

/** Loads the payloads when they are wanted first: they are a quarter of a megabyte. */
async function storySteps(
  name: string | undefined,
  startedAt: number,
): Promise<Step[] | undefined> {
  const story = STORIES.find((it) => it.name === name);
  if (!story) return undefined;
  const { LIFECYCLES } = await import("../stories/recorded.ts");
  const scenes = story.scenes.flatMap((scene) => LIFECYCLES[scene] ?? []);
  return stepsOf(scenes, startedAt);
}

async function stepOf(fields: Fields): Promise<Step | undefined> {
  const steps = await storySteps(fields["story"], Number(fields["started_at"] ?? 0));
  return steps?.[Number(fields["step"])];
}

/** Deleting an endpoint ends what it shows. */
async function cleanUp(deps: ConsoleDeps): Promise<void> {
  for (const { id } of (await playedEndpoints(deps)).played)
    await deps.operations.deleteEndpoint.handle({ params: { id } });
}

async function makeEndpoint(deps: ConsoleDeps, provider: string): Promise<void> {
  const { operations, adapters, store, clock } = deps;
  const adapter = adapters.find(({ name }) => name === provider);
  const made = await operations.createEndpoint.handle({
    body: {
      provider,
      name: `Demo ${adapter?.title ?? provider}`,
      notify: "outcomes",
      ...(adapter?.secret.madeBy === "provider" && { secret: randomToken(SECRET_BYTES) }),
    },
  });
  if (made instanceof ApiError) throw new Error(`no endpoint to play at: ${made.body.message}`);
  await store.updateEndpoint(made.id, { options: PLAYED }, clock.now());
}

/** The status that the front door answers. */
async function send(deps: ConsoleDeps, step: Step): Promise<number> {
  const { played } = await playedEndpoints(deps);
  const made = played.find(({ provider }) => provider === step.provider);
  const endpoint = made && (await deps.directory.find(made.id));
  const adapter = deps.adapters.find(({ name }) => name === step.provider);
  if (!endpoint || !adapter) return 404;
  const body = bytesOf(step.body);
  const { headers, urlToken } = signed(adapter, endpoint, body, deps.clock.now());
  const answer = await deps.answerHook({
    endpointId: endpoint.id,
    urlToken,
    headers: { ...step.headers, ...headers },
    readBody: async () => body,
  });
  return answer.status;
}

function signed(adapter: Adapter, { secrets }: Endpoint, body: Uint8Array, nowMs: number) {
  const secret = secrets[0]?.value;
  return secret === undefined
    ? { headers: {}, urlToken: undefined }
    : sign(adapter.verify, secret, { body, nowMs });
}
