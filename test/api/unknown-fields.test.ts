/** Fields that no route knows are refused, and the one that was meant is named. */
import { describe, expect, test } from "vitest";
import { at, openAdmin } from "./support.ts";

const mute = { mute: true };

describe("a field that is not known", () => {
  test.each<[body: object, path: string, meant: string]>([
    [{ filters: { branch: ["main"] } }, "body.filters.branch", "branches"],
    [{ filters: { env: ["production"] } }, "body.filters.env", "environments"],
    [{ filters: { project: ["web"] } }, "body.filters.project", "projects"],
    [{ notfy: "all" }, "body.notfy", "notify"],
    [{ channel: ["ops"] }, "body.channel", "channels"],
    [{ maxBodyBytes: 2048 }, "body.maxBodyBytes", "max_body_bytes"],
    [{ apiKey: "12345678" }, "body.apiKey", "api_key"],
    [{ mapping: { titel: "x" } }, "body.mapping.titel", "title"],
    [{ rules: [{ if: {}, then: mute }] }, "body.rules.0.if", ""],
    [{ rules: [{ when: { branch: ["x"] }, then: mute }] }, "body.rules.0.when.branch", "branches"],
    [
      { rules: [{ when: { outcome: ["failed"] }, then: mute }] },
      "body.rules.0.when.outcome",
      "outcomes",
    ],
    [{ rules: [{ when: {}, then: { muted: true } }] }, "body.rules.0.then.muted", "mute"],
    [
      { rules: [{ when: {}, then: { lingerMinutes: 1 } }] },
      "body.rules.0.then.lingerMinutes",
      "linger_minutes",
    ],
    [{ expect: [{ every: "24h", timezone: "UTC" }] }, "body.expect.0.timezone", "zone"],
    [{ expect: [{ evry: "24h" }] }, "body.expect.0.evry", "every"],
    [{ frobnicate: true }, "body.frobnicate", ""],
  ])("%j", async (body, path, meant) => {
    const admin = await openAdmin();
    const answer = await admin.call("POST", "/api/v1/endpoints", { provider: "forge", ...body });
    expect(answer.status).toBe(400);
    expect(at(answer.json, "issues")).toContainEqual({
      path,
      message:
        meant === "" ? "Unknown field; remove it." : `Unknown field; did you mean \`${meant}\`?`,
    });
  });

  test("of a query, and of a change", async () => {
    const admin = await openAdmin();
    const listed = await admin.call("GET", "/api/v1/incidents?stat=firing");
    expect(at(listed.json, "message")).toContain("did you mean `state`?");
    const changed = await admin.call("PATCH", "/api/v1/endpoints/ep_1", { rule: [] });
    expect(at(changed.json, "message")).toContain("did you mean `rules`?");
  });
});
