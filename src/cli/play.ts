/**
 * Plays a recorded lifecycle at a hook URL, as the provider would send it now: fresh ids, shifted
 * times, real signatures.
 */
import type { Adapter } from "../adapter/contract.ts";
import { sign } from "../verify/sign.ts";
import { freshId, replaceIds, shiftTimes } from "../util/freshen.ts";
import { deliveriesOf } from "./recordings.ts";
import type { HttpFixture, Lifecycle } from "./recordings.ts";

export interface PlayOptions {
  readonly adapter: Adapter;
  readonly lifecycle: Lifecycle;
  /** The endpoint's URL, with its token where it has one. */
  readonly hookUrl: string;
  /** Undefined where the URL carries the token. */
  readonly secret: string | undefined;
  /** How many times faster than recorded; provider times are shortened alike. */
  readonly speed: number;
  readonly onAnswer: (delivery: PlayedDelivery) => void;
}

export interface PlayedDelivery {
  readonly name: string;
  readonly status: number;
  readonly answer: string;
}

/** No such endpoint, or not its secret: whatever follows is refused as well. */
const REFUSED_FOR_GOOD = [401, 404];

/**
 * Resolves when the last delivery is answered, or one is refused for good. Rejects where the gateway
 * cannot be reached.
 */
export async function playLifecycle(options: PlayOptions): Promise<void> {
  const { lifecycle, speed } = options;
  const startedAt = Date.now();
  const recordedAt = Date.parse(lifecycle.startsAt);
  const ids = new Map(lifecycle.fresh.map((id) => [id, freshId(id)]));
  const freshen = (text: string) => shiftTimes(replaceIds(text, ids), recordedAt, startedAt, speed);
  for (const [index, fixture] of deliveriesOf(lifecycle).entries()) {
    const afterMs = lifecycle.deliveries[index]?.afterMs ?? 0;
    await sleepUntil(startedAt + afterMs / speed);
    const answered = await send(options, fixture, freshen);
    options.onAnswer(answered);
    if (REFUSED_FOR_GOOD.includes(answered.status)) return;
  }
}

async function send(
  { adapter, hookUrl, secret }: PlayOptions,
  fixture: HttpFixture,
  freshen: (text: string) => string,
): Promise<PlayedDelivery> {
  const body = new TextEncoder().encode(freshen(fixture.body));
  const headers = Object.entries(fixture.headers).map(
    ([name, value]) => [name, freshen(value)] as const,
  );
  const signed =
    secret === undefined ? {} : sign(adapter.verify, secret, { body, nowMs: Date.now() }).headers;
  const response = await fetch(hookUrl, {
    method: "POST",
    headers: { ...Object.fromEntries(headers), ...signed },
    body,
  });
  return { name: fixture.name, status: response.status, answer: await response.text() };
}

function sleepUntil(at: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, at - Date.now()));
  });
}
