/** Every recorded delivery means exactly what its hand-written `.expected.json` says. */
import { describe, expect, test } from "vitest";
import { adapters } from "../../adapters/index.ts";
import { bodyFormat, identify, lazyPayload } from "../../src/adapter/payload.ts";
import { expectedOf, httpFixtures } from "../support/fixtures.ts";

/**
 * When the recorded deliveries are said to have been received; only payloads without a time of
 * their own show it.
 */
const RECEIVED_AT = Date.parse("2026-11-02T12:00:00.000Z");

for (const adapter of adapters) {
  describe(adapter.name, () => {
    test.each(httpFixtures(adapter.name))("$name", (fixture) => {
      const format = bodyFormat(fixture.headers["content-type"]);
      if (!format) throw new Error("a fixture needs a content-type that the gateway takes");
      const payload = lazyPayload(format, fixture.body, (name) => fixture.headers[name]);
      const identity = identify(adapter, payload);
      const result =
        identity && adapter.read(payload, { event: identity.event, receivedAt: RECEIVED_AT });
      expect({ ...identity, ...result }).toEqual(expectedOf(adapter.name, fixture.name));
    });
  });
}
