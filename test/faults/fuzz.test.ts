/**
 * Recorded deliveries of every provider, mutated and sent, rightly and wrongly signed: never a 5xx,
 * never an accepted forgery, and whatever is accepted ends as a recorded outcome. A failure prints
 * the seed and the shortest mutation.
 */
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import * as z from "zod";
import { adapters } from "../../adapters/index.ts";
import type { Adapter } from "../../src/adapter/contract.ts";
import { toWire } from "../../src/destinations/activitysmith/to-wire.ts";
import { wireCall } from "../../src/destinations/activitysmith/wire-call.ts";
import type { Scheme } from "../../src/verify/scheme.ts";
import { sign } from "../../src/verify/sign.ts";
import { secretFor } from "../support/deliveries.ts";
import { httpFixtures } from "../support/fixtures.ts";
import type { HttpFixture } from "../support/fixtures.ts";
import type { TestEndpoint } from "../support/gateway.ts";
import { endpointFor, send } from "../support/send.ts";
import { startGateway } from "../support/start-gateway.ts";
import { describeOnStores } from "../support/stores.ts";
import type { TestGateway } from "../support/start-gateway.ts";
import { EXTENT } from "../support/simulation/extent.ts";
import { mutate, MUTATION_KINDS } from "../support/simulation/mutations.ts";
import type { Mutant } from "../support/simulation/mutations.ts";
import { expectHolds } from "../support/simulation/promises.ts";
import { reportTable } from "../support/simulation/report.ts";
import type { Row } from "../support/simulation/report.ts";

/** Per provider and store. */
const RUNS = Number(process.env["FUZZ_RUNS"] ?? { ci: 150, short: 400, full: 10_000 }[EXTENT]);
const SEED = Number(process.env["FUZZ_SEED"] ?? 20_261_105);

/** What becomes of a delivery; `failed` is a bug, and `received` one that nobody digested. */
const OUTCOMES = ["processed", "ignored", "unknown", "filtered", "invalid"];
const answered = z.object({ delivery_id: z.string().optional(), status: z.string().optional() });

const FORGERIES = [
  "unsigned",
  "wrong secret",
  "other body",
  "cut signature",
  "other letters",
] as const;
type Signature = "right" | (typeof FORGERIES)[number];

const signature: fc.Arbitrary<Signature> = fc.oneof(
  { weight: 3, arbitrary: fc.constant("right" as const) },
  { weight: 1, arbitrary: fc.constantFrom(...FORGERIES) },
);
const mutation = fc.record({
  kind: fc.constantFrom(...MUTATION_KINDS),
  where: fc.nat(),
  what: fc.nat(),
});
const mutations = fc.array(mutation, { maxLength: 4 });

interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly urlToken: string | undefined;
}

/** Signs as told; where the scheme leaves nothing to forge in this way, with a wrong secret. */
function signed(
  scheme: Scheme,
  secret: string,
  body: Uint8Array,
  how: Signature,
  nowMs: number,
): Signed {
  const wrong = secretFor(scheme, "wrong");
  const right = () => sign(scheme, secret, { body, nowMs });
  switch (how) {
    case "right":
      return right();
    case "unsigned":
      return { headers: {}, urlToken: undefined };
    case "wrong secret":
      return sign(scheme, wrong, { body, nowMs });
    case "other body":
      if (scheme.kind === "shared-token") return sign(scheme, wrong, { body, nowMs });
      return sign(scheme, secret, { body: new Uint8Array([...body, 0x20]), nowMs });
    case "cut signature":
      return changed(right(), (text) => text.slice(0, -1));
    case "other letters":
      return changed(right(), (text) =>
        text.replace(/[a-z0-9]/gi, (it) => (it === "a" ? "b" : "a")),
      );
  }
}

function changed({ headers, urlToken }: Signed, change: (text: string) => string): Signed {
  const entries = Object.entries(headers).map(([name, value]) => [name, change(value)] as const);
  return { headers: Object.fromEntries(entries), urlToken: urlToken && change(urlToken) };
}

/** With a delivery id of its own where the provider sends one, so that it is no duplicate. */
function freshened({ identify }: Adapter, fixture: HttpFixture, count: number): HttpFixture {
  const { delivery } = identify;
  const id = `fuzz-${count}`;
  if (delivery && "header" in delivery)
    return { ...fixture, headers: { ...fixture.headers, [delivery.header]: id } };
  const key =
    delivery && "json" in delivery && delivery.json.length === 1 ? delivery.json[0] : undefined;
  if (key === undefined) return fixture;
  return { ...fixture, body: fixture.body.replace(/\}\s*$/, `,${JSON.stringify(key)}:"${id}"}`) };
}

async function post(
  gateway: TestGateway,
  endpoint: TestEndpoint,
  mutant: Mutant,
  by: Signed,
): Promise<Response> {
  const url = new URL(endpoint.url).pathname.split("/").slice(0, 3).join("/");
  const path = by.urlToken === undefined ? url : `${url}/${encodeURIComponent(by.urlToken)}`;
  const headers = { ...mutant.headers, ...by.headers };
  return gateway.fetch(path, { method: "POST", headers, body: Uint8Array.from(mutant.body) });
}

interface Tally {
  sent: number;
  forged: number;
  accepted: number;
  readonly outcomes: Map<string, number>;
}

/**
 * What was accepted is digested at once, ends as an outcome, and asks only for calls that the core
 * API takes.
 */
async function expectOutcome(gateway: TestGateway, id: string, tally: Tally): Promise<void> {
  await gateway.steps.digest();
  const found = await gateway.store.findDelivery(id);
  const status = found?.delivery.status ?? "lost";
  expectHolds(OUTCOMES.includes(status), `${status}: ${found?.delivery.detail}`);
  for (const { intent } of found?.commands ?? [])
    expect(wireCall.safeParse(toWire(intent)).error).toBeUndefined();
  tally.accepted++;
  tally.outcomes.set(status, (tally.outcomes.get(status) ?? 0) + 1);
}

const rows: Row[] = [];
afterAll(() => {
  reportTable(
    `Fuzz, seed ${SEED}`,
    rows,
    "Never a 5xx, never an accepted forgery, never a crash; everything accepted has its outcome.",
  );
});

const providers = adapters.map((adapter) => [adapter.name, adapter] as const);
describeOnStores((openStore, store) => {
  test.each(providers)(
    "%s: mutated deliveries end as recorded outcomes or refusals",
    { timeout: 3_600_000 },
    async (name, adapter) => {
      const gateway = await startGateway({ store: await openStore() });
      const endpoint = await endpointFor(gateway, name, { notify: "all" });
      const fixtures = httpFixtures(name);
      // Where the first sender is pinned to the endpoint, that is the recorded one.
      for (const fixture of fixtures.slice(0, 1)) await send(gateway, endpoint, fixture);
      const tally: Tally = { sent: 0, forged: 0, accepted: 0, outcomes: new Map() };

      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...fixtures),
          mutations,
          signature,
          async (fixture, changes, how) => {
            tally.sent++;
            gateway.clock.advance(1_000);
            const mutant = mutate(freshened(adapter, fixture, tally.sent), changes);
            const by = signed(
              adapter.verify,
              endpoint.secret,
              mutant.body,
              how,
              gateway.clock.now(),
            );
            const answer = await post(gateway, endpoint, mutant, by);
            const text = await answer.text();
            expectHolds(answer.status < 500, text);
            if (how !== "right") {
              tally.forged++;
              expectHolds(answer.status >= 400, `${how}: ${text}`);
            } else if (answer.status === 401) expectHolds(adapter.pin !== undefined, text);
            const { delivery_id: id } = answered.parse(JSON.parse(text));
            if (id !== undefined) await expectOutcome(gateway, id, tally);
            expect(gateway.log.filter(({ level }) => level === "error")).toEqual([]);
          },
        ),
        { seed: SEED, numRuns: RUNS },
      );

      expect(Reflect.get({}, "polluted")).toBeUndefined();
      const { sent, forged, accepted, outcomes } = tally;
      const counts = Object.fromEntries(
        OUTCOMES.map((outcome) => [outcome, outcomes.get(outcome) ?? 0]),
      );
      rows.push({
        provider: name,
        store,
        sent,
        forged,
        accepted,
        refused: sent - forged - accepted,
        ...counts,
      });
      await gateway.close();
    },
  );
});
