/** Conformance of the steps on endpoints and their secrets. */
import { describe, expect, test } from "vitest";
import type { Current } from "../conformance.ts";
import {
  allRows,
  claimDeliveries,
  commandsById,
  commitOf,
  deliveryOf,
  endpointOf,
  NOON,
  pushOf,
  runOf,
  secretOf,
  trackOf,
  writeCommands,
} from "../records.ts";

export function endpointConformance(current: Current): void {
  describe("endpoints", () => {
    test("are found as they were inserted, with their secret", async () => {
      const { store } = current();
      const full = endpointOf();
      const secret = secretOf(full.id);
      await store.insertEndpoint(full, secret);
      expect(await store.findEndpoint(full.id)).toEqual({ endpoint: full, secrets: [secret] });
    });

    test("may have no secret and only nulls where nulls are allowed", async () => {
      const { store } = current();
      const bare = endpointOf({
        channels: null,
        mapping: null,
        filters: {},
        max_body_bytes: null,
        sealedApiKey: null,
        enabled: false,
      });
      await store.insertEndpoint(bare, undefined);
      expect(await store.findEndpoint(bare.id)).toEqual({ endpoint: bare, secrets: [] });
    });

    test("that are unknown are undefined", async () => {
      expect(await current().store.findEndpoint("ep_unknown")).toBeUndefined();
    });

    test("are not inserted where their secret is refused", async () => {
      const { store } = current();
      const [first, second] = [endpointOf(), endpointOf()];
      const secret = secretOf(first.id);
      await store.insertEndpoint(first, secret);
      await expect(
        store.insertEndpoint(second, { ...secret, endpointId: second.id }),
      ).rejects.toThrow(/unique/i);
      expect(await store.findEndpoint(second.id)).toBeUndefined();
    });

    test("are listed newest first, without gaps or repeats", async () => {
      const { store } = current();
      const made = [3, 1, 2, 2, 2].map((at) => endpointOf({ createdAt: NOON + at }));
      for (const endpoint of made) await store.insertEndpoint(endpoint, undefined);
      const listed = await allRows((cursor) => store.listEndpoints({ limit: 2, cursor }));
      expect(listed.map((it) => it.createdAt - NOON)).toEqual([3, 2, 2, 2, 1]);
      expect(new Set(listed.map((it) => it.id)).size).toBe(5);
    });

    test("end the list at a cursor that is none", async () => {
      const { store } = current();
      await store.insertEndpoint(endpointOf(), undefined);
      for (const cursor of ["", "ep_1", "x.y", "1e999.a"]) {
        expect(await store.listEndpoints({ limit: 2, cursor })).toEqual({
          rows: [],
          next: undefined,
        });
      }
    });

    test("take a patch and leave the rest", async () => {
      const { store } = current();
      const endpoint = endpointOf();
      await store.insertEndpoint(endpoint, undefined);
      const patch = { name: "shop", channels: null, filters: { events: ["*"] }, enabled: false };
      expect(await store.updateEndpoint(endpoint.id, patch, NOON + 5)).toBe(true);
      const found = await store.findEndpoint(endpoint.id);
      expect(found?.endpoint).toEqual({ ...endpoint, ...patch, updatedAt: NOON + 5 });
      expect(await store.updateEndpoint(endpoint.id, {}, NOON + 6)).toBe(true);
      expect(await store.updateEndpoint("ep_unknown", patch, NOON)).toBe(false);
    });

    test("are pinned once: of several pins at the same moment one is in force", async () => {
      const { store, another } = current();
      const endpoint = endpointOf();
      await store.insertEndpoint(endpoint, undefined);
      const second = await another();
      const pins = await Promise.all(
        ["team-a", "team-b", "team-c", "team-d"].map((pin, at) =>
          (at % 2 === 0 ? store : second).pinEndpoint(endpoint.id, pin),
        ),
      );
      expect(new Set(pins).size).toBe(1);
      expect((await store.findEndpoint(endpoint.id))?.endpoint.pin).toBe(pins[0]);
    });
  });

  describe("rotating a secret", () => {
    test("lets the older ones expire, and none later than it did before", async () => {
      const { store } = current();
      const [endpoint, other] = [endpointOf(), endpointOf()];
      const [forever, foreign] = [secretOf(endpoint.id), secretOf(other.id)];
      await store.insertEndpoint(endpoint, forever);
      await store.insertEndpoint(other, foreign);
      const second = secretOf(endpoint.id, { createdAt: NOON + 1 });
      await store.rotateSecret(second, NOON + 10);
      const third = secretOf(endpoint.id, { createdAt: NOON + 2 });
      await store.rotateSecret(third, NOON + 20);
      expect((await store.findEndpoint(endpoint.id))?.secrets).toEqual([
        third,
        { ...second, expiresAt: NOON + 20 },
        { ...forever, expiresAt: NOON + 10 },
      ]);
      expect((await store.findEndpoint(other.id))?.secrets).toEqual([foreign]);
    });

    test("changes nothing where the endpoint is gone", async () => {
      const { store } = current();
      await expect(store.rotateSecret(secretOf("ep_gone"), NOON)).rejects.toThrow(/foreign key/i);
    });
  });

  describe("deleting an endpoint", () => {
    test("removes it with its secrets and says whether there was one", async () => {
      const { store } = current();
      const endpoint = endpointOf();
      await store.insertEndpoint(endpoint, secretOf(endpoint.id));
      expect(await store.deleteEndpoint(endpoint.id, NOON)).toBe(true);
      expect(await store.findEndpoint(endpoint.id)).toBeUndefined();
      expect(await store.deleteEndpoint(endpoint.id, NOON)).toBe(false);
    });

    test("ignores its undigested deliveries and skips its pending commands, and keeps all records", async () => {
      const { store } = current();
      const endpoint = endpointOf();
      await store.insertEndpoint(endpoint, undefined);
      const [delivery, foreign] = [deliveryOf({ endpointId: endpoint.id }), deliveryOf()];
      await store.storeDeliveries([delivery, foreign]);
      const [claimed] = await claimDeliveries(store, NOON, 1);
      const [command, foreignCommand] = [pushOf({ endpointId: endpoint.id }), pushOf()];
      const track = trackOf({ endpointId: endpoint.id });
      const run = runOf(track.id, "run-1", { checkAt: NOON });
      await store.commitDigest(commitOf({ tracks: [{ track, run }] }));
      await writeCommands(store, command, foreignCommand);

      await store.deleteEndpoint(endpoint.id, NOON + 7);

      expect((await store.findDelivery(delivery.id))?.delivery).toMatchObject({
        status: "ignored",
        detail: "endpoint deleted",
        digestedAt: NOON + 7,
      });
      expect((await store.findDelivery(foreign.id))?.delivery.status).toBe("received");
      const commands = await commandsById(store);
      expect(commands.get(command.id)).toMatchObject({
        status: "skipped",
        reason: "endpoint deleted",
        settledAt: NOON + 7,
      });
      expect(commands.get(foreignCommand.id)?.status).toBe("pending");
      expect((await store.listTracks({ limit: 9 })).rows.map((it) => it.id)).toEqual([track.id]);
      expect(await store.dueChecks({ now: NOON, limit: 9 })).toEqual([]);
      const late = { id: delivery.id, claim: claimed?.claim ?? "", detail: null, signals: [] };
      expect(
        await store.commitDigest(commitOf({ delivery: { ...late, status: "processed" } })),
      ).toBe("claim_lost");
    });
  });
}
