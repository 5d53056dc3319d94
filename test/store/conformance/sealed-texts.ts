/** Conformance of telling what is stored encrypted. */
import { describe, expect, test } from "vitest";
import type { SealedText } from "../../../src/store/port.ts";
import type { Current } from "../conformance.ts";
import { endpointOf, NOON, secretOf } from "../records.ts";

export function sealedTextConformance(current: Current): void {
  describe("sealed texts", () => {
    const stored = async (): Promise<SealedText[]> =>
      (await current().store.sealedTexts(NOON)).toSorted((a, b) => (a.sealed < b.sealed ? -1 : 1));

    test("are none where nothing is stored, or nothing of it is secret", async () => {
      expect(await stored()).toEqual([]);
      await current().store.insertEndpoint(endpointOf({ sealedApiKey: null }), undefined);
      expect(await stored()).toEqual([]);
    });

    test("are secrets and API keys, but for secrets that have expired", async () => {
      const { store } = current();
      const endpoint = endpointOf({ sealedApiKey: "a" });
      const { id } = endpoint;
      await store.insertEndpoint(endpoint, secretOf(id, { sealed: "b" }));
      await store.rotateSecret(secretOf(id, { sealed: "c" }), NOON);
      expect(await stored()).toEqual([
        { kind: "api_key", endpointId: id, sealed: "a" },
        { kind: "secret", endpointId: id, sealed: "c" },
      ]);
      await store.rotateSecret(secretOf(id, { sealed: "d" }), NOON + 1);
      expect((await stored()).map(({ sealed }) => sealed)).toEqual(["a", "c", "d"]);
    });

    test("are also the API keys that an endpoint forwarded with, where something is owed", async () => {
      const { store } = current();
      const endpoint = endpointOf({ sealedApiKey: "a", account: "key_1" });
      await store.insertEndpoint(endpoint, undefined);
      await store.updateEndpoint(endpoint.id, { sealedApiKey: "b", account: "key_2" }, NOON);
      expect(await stored()).toEqual(
        ["a", "b"].map((sealed) => ({ kind: "api_key", endpointId: endpoint.id, sealed })),
      );
    });
  });
}
