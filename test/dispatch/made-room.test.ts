/** A card that takes another's place: its calls say so, to machines and to people. */
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { listOf } from "../../src/api/routing/models.ts";
import { endpointFor, send } from "../support/send.ts";
import { webhookOf } from "../support/simulation/deployments.ts";
import { startGateway } from "../support/start-gateway.ts";

const STARTS_AT = Date.parse("2026-11-02T12:00:00.000Z");
const PREVIEW = 1;
const PRODUCTION = 2;

const environment = z.object({ name: z.string() }).nullable();
const tracks = listOf(z.object({ id: z.string(), stream_key: z.string(), environment }));
const calls = listOf(z.object({ sent: z.looseObject({ call: z.string() }).nullable() }));

test("the call that made room is told as what it was, and not as one of the run's card", async () => {
  const gateway = await startGateway({ startsAt: STARTS_AT, settings: { LIVE_ACTIVITIES: 1 } });
  onTestFinished(() => gateway.close());
  const endpoint = await endpointFor(gateway, "vercel");
  for (const track of [PREVIEW, PRODUCTION]) {
    await send(gateway, endpoint, webhookOf({ track, run: 0, stage: "created", at: STARTS_AT }));
    await gateway.settle();
    gateway.clock.advance(15_000);
    await gateway.settle();
  }
  const get = async (path: string) => (await gateway.admin("GET", path)).json();
  const { data: both } = tracks.parse(await get("/api/v1/tracks"));
  const trackOf = (name: string) => both.find((it) => it.environment?.name === name);
  const [production, preview] = [trackOf("production"), trackOf("preview")];
  const { data } = calls.parse(await get(`/api/v1/tracks/${production?.id}/calls`));
  expect(data.map(({ sent }) => [sent?.call, sent?.["stream_key"]])).toEqual([
    ["stream_update", production?.stream_key],
    ["stream_end", preview?.stream_key],
  ]);
});
