/**
 * Playing a recorded lifecycle: fresh ids, times of now, signatures that verify, in the recorded
 * order.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { adapters } from "../../adapters/index.ts";
import type { Adapter } from "../../src/adapter/contract.ts";
import { playLifecycle } from "../../src/cli/play.ts";
import type { PlayedDelivery } from "../../src/cli/play.ts";
import { freshId, shiftTimes } from "../../src/util/freshen.ts";
import { readLifecycle } from "../../src/cli/recordings.ts";
import { bodyFormat, identify, lazyPayload } from "../../src/adapter/payload.ts";
import { verify } from "../../src/verify/verify.ts";
import { secretFor, secretOf, unverified } from "../support/deliveries.ts";

describe("a fresh id", () => {
  test.each([
    ["dpl_Mc5KqJcQJHPycG5bUgFdHPQWUYYb", /^dpl_[A-Z][a-z][0-9][A-Z][a-z][A-Z]/],
    ["8a0c5f93e7d14b26f0a9e3c75d81b4620fe9c7a3", /^[0-9a-f]{40}$/],
    ["0b1d2f3e-4a5c-6e7f-8a9b-0c1d2e3f4a5b", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
    ["11804219930", /^[1-9][0-9]{10}$/],
    ["web-shop-y9f3zt6nj", /^[a-z]{3}-[a-z]{4}-[a-z][0-9][a-z][0-9][a-z]{2}[0-9][a-z]{2}$/],
  ])("of %s keeps its shape", (id, shape) => {
    const fresh = freshId(id);
    expect(fresh).toMatch(shape);
    expect(fresh).toHaveLength(id.length);
    expect(fresh).not.toBe(id);
  });

  test("keeps a JSON text valid, as a number and within a string", () => {
    const id = fc.oneof(
      fc.integer({ min: 1_000, max: 2 ** 50 }).map(String),
      fc.string({ unit: fc.constantFrom(...Array.from("abcdefXYZ0123456789-_")), minLength: 4 }),
    );
    fc.assert(
      fc.property(id, (id) => {
        const json =
          /^\d+$/.test(id) && !id.startsWith("0") ? `{"a":${id},"b":"${id}"}` : `{"b":"${id}"}`;
        const parsed: unknown = JSON.parse(json.replaceAll(id, freshId(id)));
        expect(JSON.stringify(parsed)).toHaveLength(json.length);
      }),
    );
  });
});

describe("shifting times", () => {
  const RECORDED = Date.parse("2026-11-02T09:00:00.000Z");
  const NOW = Date.parse("2031-01-01T00:00:00.000Z");
  const shift = (text: string, speed = 1) => shiftTimes(text, RECORDED, NOW, speed);

  test.each([
    ["2026-11-02T09:00:38Z", "2031-01-01T00:00:38Z"],
    ["2026-11-02T09:00:38.500Z", "2031-01-01T00:00:38.500Z"],
    ["2026-11-02T10:00:38+01:00", "2031-01-01T01:00:38+01:00"],
    ["2026-11-02T08:59:00Z", "2030-12-31T23:59:00Z"],
    [`{"at":${RECORDED + 38_000}}`, `{"at":${NOW + 38_000}}`],
    [`"${RECORDED}"`, `"${NOW}"`],
  ])("%s is %s now", (recorded, now) => {
    expect(shift(recorded)).toBe(now);
  });

  test("ten times as fast the times are ten times as close", () => {
    expect(shift(`2026-11-02T09:00:38Z ${RECORDED + 38_000}`, 10)).toBe(
      `2031-01-01T00:00:03Z ${NOW + 3_800}`,
    );
  });

  test.each([
    "2019-04-01T08:00:00Z",
    "1554105600000",
    `${RECORDED}9`,
    `0.${RECORDED}`,
    "2026-11-02",
    "2026-99-99T99:99:99Z",
  ])("%s stays", (text) => {
    expect(shift(text)).toBe(text);
  });
});

interface Arrived {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

describe("a whole lifecycle", () => {
  let close: (() => Promise<void>) | undefined;
  afterEach(() => close?.());

  /** A server that answers 200, or 503 to the first request, and what arrived at it. */
  async function listening(): Promise<{ url: string; arrived: Arrived[] }> {
    const arrived: Arrived[] = [];
    const server = createServer();
    server.on("request", (request, response) => void answer(request, response));
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const body = await buffer(request);
      arrived.push({ path: request.url ?? "", headers: headersOf(request), body });
      response.writeHead(arrived.length === 1 ? 503 : 200).end(`answer ${arrived.length}`);
    };
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    close = () => new Promise((resolve) => server.close(() => resolve()));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return { url: `http://127.0.0.1:${address.port}/hooks/ep_1`, arrived };
  }

  const headersOf = ({ headers }: IncomingMessage) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

  async function play(adapter: Adapter, hookUrl: string, secret: string | undefined) {
    const lifecycle = readLifecycle(adapter.name, "production-success");
    const answers: PlayedDelivery[] = [];
    await playLifecycle({
      adapter,
      lifecycle,
      hookUrl,
      secret,
      speed: 100_000,
      onAnswer: (it) => answers.push(it),
    });
    return { lifecycle, answers };
  }

  test.each(adapters.map((adapter) => [adapter.name, adapter] as const))(
    "of %s arrives in order, and every delivery of it verifies",
    async (_, adapter) => {
      const { url, arrived } = await listening();
      const secret = secretFor(adapter.verify, "play");
      const inUrl = adapter.verify.kind === "shared-token" && !adapter.verify.header;
      const hookUrl = inUrl ? `${url}/${secret}` : url;
      const { lifecycle, answers } = await play(adapter, hookUrl, inUrl ? undefined : secret);

      expect(answers).toEqual(
        lifecycle.deliveries.map(({ fixture }, index) => ({
          name: fixture,
          status: index === 0 ? 503 : 200,
          answer: `answer ${index + 1}`,
        })),
      );
      for (const { path, headers, body } of arrived) {
        const urlToken = path.split("/")[3];
        const request = unverified({ headers, body, urlToken });
        expect(verify(adapter.verify, request, [secretOf(secret)], Date.now()).ok).toBe(true);
      }
    },
  );

  test.each(adapters.map((adapter) => [adapter.name, adapter] as const))(
    "of %s tells the recorded story with ids of its own, and another the next time",
    async (_, adapter) => {
      const { url, arrived } = await listening();
      const { lifecycle } = await play(adapter, url, secretFor(adapter.verify, "play"));
      await play(adapter, url, secretFor(adapter.verify, "play"));

      const texts = arrived.map(({ headers, body }) => JSON.stringify(headers) + body.toString());
      for (const id of lifecycle.fresh)
        expect(texts.filter((text) => text.includes(id))).toEqual([]);
      const ids = arrived.map(({ headers, body }) => {
        const format = bodyFormat(headers["content-type"]) ?? "json";
        const payload = lazyPayload(format, body.toString(), (name) => headers[name]);
        const identity = identify(adapter, payload);
        const context = { event: identity?.event ?? "", receivedAt: 0 };
        expect(adapter.read(payload, context).kind).toBe("signals");
        return identity?.deliveryId ?? body.toString();
      });
      expect(new Set(ids).size).toBe(arrived.length);
    },
  );

  test("an id that stands within another one does not tear it apart", async () => {
    const { url, arrived } = await listening();
    const [adapter] = adapters;
    if (!adapter) throw new Error("no adapter");
    const lifecycle = readLifecycle(adapter.name, "production-success");
    const [id = ""] = lifecycle.fresh.toSorted((a, b) => b.length - a.length);
    const within = { ...lifecycle, fresh: [id.slice(0, -6), ...lifecycle.fresh] };
    const secret = secretFor(adapter.verify, "play");
    const ignore = () => undefined;
    await playLifecycle({
      adapter,
      lifecycle: within,
      hookUrl: url,
      secret,
      speed: 100_000,
      onAnswer: ignore,
    });
    const texts = arrived.map(({ headers, body }) => JSON.stringify(headers) + body.toString());
    expect(texts.join("\n")).not.toContain(id.slice(-6));
  });

  test("rejects where nobody listens", async () => {
    const [adapter] = adapters;
    if (!adapter) throw new Error("no adapter");
    const { url } = await listening();
    await close?.();
    close = undefined;
    await expect(play(adapter, url, secretFor(adapter.verify, "play"))).rejects.toThrow(
      "fetch failed",
    );
  });
});
