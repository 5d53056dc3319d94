/**
 * What every adapter gets for being in the registry: each refusal and each odd delivery, over HTTP.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { adapters } from "../../adapters/index.ts";
import type { Adapter } from "../../src/adapter/contract.ts";
import { bodyFormat } from "../../src/adapter/payload.ts";
import { USUAL_BODY_BYTES } from "../../src/receive/receive.ts";
import { bytes, secretFor } from "../support/deliveries.ts";
import { httpFixtures } from "../support/fixtures.ts";
import type { Gateway, TestEndpoint } from "../support/gateway.ts";
import {
  READING_CASES,
  signedAttempt,
  VERIFICATION_CASES,
  type Attempt,
  type RefusalCase,
  type Subject,
} from "../support/refusal-cases.ts";
import { asEvent, asUnknownEvent, type Renamed } from "../support/renamed-events.ts";
import { startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const NOT_FOUND = { status: 404, body: { error: "not_found" } };
const UNBELIEVED = { status: 401, body: { error: "verification_failed" } };
const ACCEPTED = { status: 200, body: { delivery_id: expect.any(String), status: "accepted" } };

const receipt = z.object({ delivery_id: z.string() });
const rotated = z.object({ secret: z.string() });

describe.each(adapters.map((adapter) => [adapter.name, adapter] as const))("%s", (_, adapter) => {
  const scheme = adapter.verify;
  const signing = scheme.kind !== "unsigned";
  const madeByProvider = signing && adapter.secret.madeBy === "provider";
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  const applies = ({ exempt }: RefusalCase) => signing && exempt?.(scheme) === undefined;

  test.each([...VERIFICATION_CASES, ...READING_CASES].filter(applies))("$name", async (one) => {
    const { endpoint, subject } = await prepare(gateway, adapter);
    expect(await post(gateway, endpoint.id, one.attempt(subject))).toEqual(one.answer(scheme));
  });

  test("a signed delivery is accepted, its repetition a duplicate of it", async () => {
    const { endpoint, subject } = await prepare(gateway, adapter);
    const first = await post(gateway, endpoint.id, signedAttempt(subject));
    expect(first).toEqual(ACCEPTED);
    const again = await post(gateway, endpoint.id, signedAttempt(subject));
    const { delivery_id } = receipt.parse(first.body);
    expect(again).toEqual({ status: 200, body: { delivery_id, status: "duplicate" } });
  });

  test("a byte order mark before the body is read over, at the door and in the digest", async () => {
    const { endpoint, subject } = await prepare(gateway, adapter);
    const body = bytes(`\uFEFF${new TextDecoder().decode(subject.body)}`);
    const marked = await post(gateway, endpoint.id, signedAttempt(subject, { body }));
    expect(marked).toEqual(ACCEPTED);
    await gateway.steps.digest();
    const { delivery_id } = receipt.parse(marked.body);
    const found = await gateway.store.findDelivery(delivery_id);
    expect([found?.delivery.status, found?.delivery.detail]).not.toContain("invalid");
    expect(found?.delivery.status).not.toBe("received");
  });

  test("a body over what the provider sends is too large, though the endpoint says nothing", async () => {
    const { endpoint, subject } = await prepare(gateway, adapter);
    const most = adapter.maxBodyBytes ?? USUAL_BODY_BYTES;
    const padded = (length: number) => ({
      body: bytes(`{"pad":"${"x".repeat(length - 10)}"}`),
    });
    const over = await post(gateway, endpoint.id, signedAttempt(subject, padded(most + 1)));
    expect(over).toEqual({ status: 413, body: { error: "body_too_large" } });
    const within = await post(gateway, endpoint.id, signedAttempt(subject, padded(most)));
    expect(within.status).not.toBe(413);
  });

  test("an event nobody has heard of is accepted", async () => {
    const { endpoint, subject } = await prepare(gateway, adapter);
    const unknown = renamed(subject, asUnknownEvent(adapter, fixtureOf(adapter)));
    expect(await post(gateway, endpoint.id, signedAttempt(unknown))).toEqual(ACCEPTED);
  });

  test.each(adapter.pings ?? [])("a %s is answered pong, and only when signed", async (ping) => {
    const { endpoint, subject } = await prepare(gateway, adapter);
    const pinging = renamed(subject, asEvent(adapter, fixtureOf(adapter), ping));
    const pong = { status: 200, body: { status: "pong" } };
    expect(await post(gateway, endpoint.id, signedAttempt(pinging))).toEqual(pong);
    const forged = signedAttempt(pinging, { secret: subject.wrongSecret });
    expect(await post(gateway, endpoint.id, forged)).toEqual(UNBELIEVED);
  });

  test("an unknown endpoint is not found", async () => {
    const { endpoint, subject } = await prepare(gateway, adapter);
    const answer = await post(gateway, `${endpoint.id}x`, signedAttempt(subject));
    expect(answer).toEqual(NOT_FOUND);
  });

  test("a disabled endpoint is not found", async () => {
    const { endpoint, subject } = await prepare(gateway, adapter);
    await patch(gateway, endpoint, { enabled: false });
    expect(await post(gateway, endpoint.id, signedAttempt(subject))).toEqual(NOT_FOUND);
  });

  test("a body over the limit is too large", async () => {
    const { endpoint, subject } = await prepare(gateway, adapter);
    await patch(gateway, endpoint, { max_body_bytes: 1024 });
    const body = bytes(JSON.stringify({ pad: "x".repeat(1024) }));
    expect(await post(gateway, endpoint.id, signedAttempt(subject, { body }))).toEqual({
      status: 413,
      body: { error: "body_too_large" },
    });
  });

  const rotating = signing ? ["rotated"] : [];
  test.each(rotating)("a %s secret is believed at once, the old until it expires", async () => {
    const { endpoint, subject } = await prepare(gateway, adapter);
    const secret = await rotate(gateway, adapter, endpoint);
    const statuses = async () => {
      const nowMs = gateway.clock.now();
      const older = signedAttempt(subject, { nowMs });
      const newer = signedAttempt(subject, { nowMs, secret });
      return [
        (await post(gateway, endpoint.id, older)).status,
        (await post(gateway, endpoint.id, newer)).status,
      ];
    };
    expect(await statuses()).toEqual([200, 200]);
    gateway.clock.advance(DAY_MS);
    expect(await statuses()).toEqual([401, 200]);
  });

  const secretless = madeByProvider ? [{}, { secret: "" }, { secret: "short" }] : [];
  test.each(secretless)("no endpoint is made with the secret of %j", async (secret) => {
    const settings = { name: "no secret", provider: adapter.name, ...secret };
    const answer = await gateway.admin("POST", "/api/v1/endpoints", settings);
    expect(answer.status).toBe(400);
  });
});

async function prepare(
  gateway: Gateway,
  adapter: Adapter,
): Promise<{ endpoint: TestEndpoint; subject: Subject }> {
  const scheme = adapter.verify;
  const own = adapter.secret.madeBy === "provider" ? secretFor(scheme, "right") : undefined;
  const endpoint = await gateway.createEndpoint(adapter.name, { secret: own });
  const { headers, body } = fixtureOf(adapter);
  const subject: Subject = {
    scheme,
    headers,
    body: bytes(body),
    secret: endpoint.secret,
    wrongSecret: secretFor(scheme, "wrong"),
    nowMs: gateway.clock.now(),
  };
  return { endpoint, subject };
}

/** The adapter's first recorded delivery that is plain JSON. */
function fixtureOf(adapter: Adapter): Renamed {
  const fixture = httpFixtures(adapter.name).find(
    ({ headers }) => bodyFormat(headers["content-type"]) === "json",
  );
  if (!fixture) throw new Error(`${adapter.name} has no recorded delivery in JSON`);
  return fixture;
}

function renamed(subject: Subject, delivery: Renamed | undefined): Subject {
  if (!delivery) throw new Error("no field of the recorded delivery names its event");
  return { ...subject, headers: delivery.headers, body: bytes(delivery.body) };
}

async function post(
  gateway: Gateway,
  endpointId: string,
  { headers, urlToken, body }: Attempt,
): Promise<{ status: number; body: unknown }> {
  const token = urlToken === undefined ? "" : `/${encodeURIComponent(urlToken)}`;
  const answer = await gateway.fetch(`/hooks/${endpointId}${token}`, {
    method: "POST",
    headers: { ...headers },
    body: body.slice(),
  });
  return { status: answer.status, body: await answer.json() };
}

async function patch(gateway: Gateway, endpoint: TestEndpoint, settings: object): Promise<void> {
  const answer = await gateway.admin("PATCH", `/api/v1/endpoints/${endpoint.id}`, settings);
  expect(answer.status).toBe(200);
}

async function rotate(gateway: Gateway, adapter: Adapter, endpoint: TestEndpoint): Promise<string> {
  const { madeBy } = adapter.secret;
  const own = madeBy === "provider" ? { secret: secretFor(adapter.verify, "fresh") } : {};
  const path = `/api/v1/endpoints/${endpoint.id}/secrets`;
  const answer = await gateway.admin("POST", path, { ...own, expires_in_seconds: 3600 });
  expect(answer.status).toBe(201);
  return rotated.parse(await answer.json()).secret;
}
