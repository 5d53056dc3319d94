/** Incidents through HTTP: what is wrong, page by page, and what a person says about it. */
import { describe, expect, test } from "vitest";
import type { Incident } from "../../src/model/telling/incident.ts";
import { incidentOf } from "../store/records.ts";
import { at, NOON, openAdmin, textAt } from "./support.ts";
import type { AdminWorld } from "./support.ts";

const iso = (ms: number) => new Date(ms).toISOString();

async function withIncidents(...incidents: readonly Incident[]): Promise<AdminWorld> {
  const admin = await openAdmin();
  const nothing = { delivery: null, tracks: [], commands: [] };
  await admin.store.commitDigest({ ...nothing, memory: { incidents }, now: NOON });
  return admin;
}

describe("GET /api/v1/incidents", () => {
  test("says what is wrong", async () => {
    const admin = await withIncidents(
      incidentOf({
        since: NOON,
        facts: { title: "web-shop: api crashed", url: "https://acme.example/api" },
      }),
    );
    const { json } = await admin.call("GET", "/api/v1/incidents");
    expect(at(json, "data", 0)).toEqual({
      id: expect.stringMatching(/^inc_[\w-]+$/),
      endpoint_id: "ep_shop",
      state: "firing",
      severity: "critical",
      title: "web-shop: api crashed",
      url: "https://acme.example/api",
      project_id: "web-shop",
      environment: "production",
      run_id: null,
      count: 1,
      muted: false,
      since: iso(NOON),
      last_seen_at: iso(NOON),
      last_told_at: null,
      closes_at: iso(NOON + 3_600_000),
    });
  });

  test("of a state or an endpoint alone, the newest first, page by page", async () => {
    const rows = [1, 2, 3].map((hour) =>
      incidentOf({ incidentKey: `key.of ${hour}/ü`, since: NOON + hour, state: "firing" }),
    );
    const over = incidentOf({ since: NOON + 4, state: "resolved" });
    const elsewhere = incidentOf({ since: NOON + 5, endpointId: "ep_blog" });
    const admin = await withIncidents(...rows, over, elsewhere);
    const list = async (query: string) =>
      (await admin.call("GET", `/api/v1/incidents?${query}`)).json;
    expect(at(await list("state=resolved"), "data")).toHaveLength(1);
    expect(at(await list("endpoint=ep_blog"), "data")).toHaveLength(1);
    const first = await list("state=firing&endpoint=ep_shop&limit=2");
    expect([0, 1].map((index) => at(first, "data", index, "since"))).toEqual([
      iso(NOON + 3),
      iso(NOON + 2),
    ]);
    const cursor = encodeURIComponent(textAt(first, "next_cursor"));
    const second = await list(`state=firing&endpoint=ep_shop&limit=2&cursor=${cursor}`);
    expect(at(second, "data")).toHaveLength(1);
    expect(at(second, "next_cursor")).toBeNull();
  });

  test.each(["state=broken", "stat=firing"])("refuses %s", async (query) => {
    const admin = await openAdmin();
    expect((await admin.call("GET", `/api/v1/incidents?${query}`)).status).toBe(400);
  });
});

describe("what a person says about an incident", () => {
  const only = async (admin: AdminWorld) =>
    textAt((await admin.call("GET", "/api/v1/incidents")).json, "data", 0, "id");

  test("is acknowledged, muted, and may ring again", async () => {
    const admin = await withIncidents(incidentOf({ incidentKey: "über alles: 1" }));
    const path = `/api/v1/incidents/${await only(admin)}`;
    const acknowledged = await admin.call("POST", `${path}/acknowledge`);
    expect(acknowledged.json).toMatchObject({ state: "acknowledged", muted: false });
    expect((await admin.call("POST", `${path}/mute`)).json).toMatchObject({ muted: true });
    expect((await admin.call("GET", path)).json).toMatchObject({
      state: "acknowledged",
      muted: true,
    });
    const again = await admin.call("POST", `${path}/mute`, { muted: false });
    expect(again.json).toMatchObject({ muted: false });
  });

  test("comes too late once it is over", async () => {
    const admin = await withIncidents(incidentOf({ state: "resolved" }));
    const path = `/api/v1/incidents/${await only(admin)}`;
    expect((await admin.call("POST", `${path}/acknowledge`)).status).toBe(409);
    expect((await admin.call("POST", `${path}/mute`)).status).toBe(409);
  });

  test.each(["inc_", "inc_!!", "inc_AAAA", "nothing"])("there is no %s", async (id) => {
    const admin = await openAdmin();
    expect((await admin.call("POST", `/api/v1/incidents/${id}/mute`)).status).toBe(404);
    expect((await admin.call("GET", `/api/v1/incidents/${id}`)).status).toBe(404);
  });
});
