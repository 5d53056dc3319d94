/** Lines that are expected: what does not start is an incident, and over when it starts. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { ADMIN_TOKEN } from "../support/start-gateway.ts";
import { workflowRun } from "./github.ts";
import type { RunOf } from "./github.ts";
import { HOUR, MINUTE, NOON, startPhone } from "./phone.ts";
import type { Phone } from "./phone.ts";

let phone: Phone;
beforeEach(async () => {
  phone = await startPhone();
});
afterEach(() => phone.close());

const DAY = 24 * HOUR;
const nightly = (it: Partial<RunOf> = {}) =>
  workflowRun({
    id: 1,
    at: phone.now(),
    startedAt: phone.now(),
    conclusion: null,
    name: "Nightly",
    workflow: 90,
    ...it,
  });

/** In steps of ten minutes, as the sweep finds what is due in time. */
async function goOn(ms: number): Promise<void> {
  for (let gone = 0; gone < ms; gone += 10 * MINUTE) await phone.wait(10 * MINUTE);
}

const listed = z.object({
  data: z.array(
    z.object({
      name: z.string(),
      is_overdue: z.boolean(),
      starts_at: z.string().nullable(),
      overdue_at: z.string().nullable(),
      last_started_at: z.string().nullable(),
    }),
  ),
});
const standing = async (id: string) => {
  const answer = await phone.gateway.admin("GET", `/api/v1/endpoints/${id}/expected`);
  return listed.parse(await answer.json()).data;
};

describe("every 24 hours", () => {
  const settings = { expect: [{ line: "Nightly", every: "24h", grace: "1h" }] };

  test("rings once where it does not start, and once when it does", async () => {
    const endpoint = await phone.endpoint("github", settings);
    await phone.hear(endpoint, nightly());
    await goOn(24 * HOUR + 50 * MINUTE);
    expect(phone.rung()).toEqual([]);
    await goOn(20 * MINUTE);
    expect(phone.rung()).toEqual(["web-shop · Nightly did not start"]);
    expect(phone.pushes()[0]?.message).toBe("Expected at 12:00 (UTC), the last one was 1 d before");
    await goOn(3 * DAY);
    expect(phone.rung()).toHaveLength(1);
    expect(await standing(endpoint.id)).toMatchObject([{ is_overdue: true }]);
    await phone.hear(endpoint, nightly({ id: 2 }));
    expect(phone.rung()).toEqual([
      "web-shop · Nightly did not start",
      "web-shop · Nightly has started",
    ]);
    expect(await standing(endpoint.id)).toMatchObject([
      { name: "web-shop · Nightly", is_overdue: false },
    ]);
  });

  test("counts from when it was asked for", async () => {
    await phone.endpoint("github", settings);
    await goOn(25 * HOUR + 10 * MINUTE);
    expect(phone.rung()).toEqual(["Nightly did not start"]);
  });

  test("is met by its own line alone, and by a failed run as well", async () => {
    const endpoint = await phone.endpoint("github", { ...settings, notify: "failures" });
    await goOn(20 * HOUR);
    await phone.hear(endpoint, nightly({ name: "CI", workflow: 88 }));
    await goOn(3 * HOUR);
    await phone.hear(endpoint, nightly({ id: 2, conclusion: "failure" }));
    await goOn(20 * HOUR);
    expect(phone.rung()).toEqual(["web-shop · Nightly failed"]);
  });

  test("a report that comes twice or late does not put it off", async () => {
    const endpoint = await phone.endpoint("github", settings);
    await phone.hear(endpoint, nightly());
    await goOn(20 * HOUR);
    await phone.hear(endpoint, nightly({ startedAt: NOON, conclusion: "success" }));
    await goOn(5 * HOUR + 10 * MINUTE);
    expect(phone.rung()).toEqual(["web-shop · Nightly did not start"]);
  });
});

describe("at 03:10 in Berlin", () => {
  const settings = {
    expect: [{ line: "Nightly", cron: "10 3 * * *", zone: "Europe/Berlin", grace: "1h" }],
  };

  test("the night on which it does not start is told by 04:10", async () => {
    const endpoint = await phone.endpoint("github", settings);
    const [first] = await standing(endpoint.id);
    expect(first).toMatchObject({
      starts_at: "2026-11-03T02:10:00.000Z",
      overdue_at: "2026-11-03T03:10:00.000Z",
    });
    await goOn(14 * HOUR + 20 * MINUTE);
    await phone.hear(endpoint, nightly());
    await goOn(24 * HOUR + 40 * MINUTE);
    expect(phone.rung()).toEqual([]);
    await goOn(20 * MINUTE);
    expect(phone.rung()).toEqual(["web-shop · Nightly did not start"]);
    expect(phone.pushes()[0]?.message).toContain("Expected at 03:10 (Europe/Berlin)");
  });

  test("a run by hand at noon is not the night's", async () => {
    const endpoint = await phone.endpoint("github", settings);
    await phone.hear(endpoint, nightly());
    await goOn(15 * HOUR + 20 * MINUTE);
    expect(phone.rung()).toEqual(["web-shop · Nightly did not start"]);
  });
});

test("an endpoint that is disabled, or expects it no more, misses nothing", async () => {
  const expected = [{ line: "Nightly", every: "1h", grace: "5m" }];
  const disabled = await phone.endpoint("github", { expect: expected });
  const changed = await phone.endpoint("github", { expect: expected });
  const muted = await phone.endpoint("github", { expect: expected, notify: "none" });
  const patch = (id: string, body: object) =>
    phone.gateway.admin("PATCH", `/api/v1/endpoints/${id}`, body);
  await patch(disabled.id, { enabled: false });
  await patch(changed.id, { expect: [] });
  await goOn(3 * HOUR);
  expect(phone.pushes()).toEqual([]);
  expect(await standing(muted.id)).toMatchObject([{ is_overdue: true }]);
});

test("what is expected no more is overdue no more, at once; what is still expected stays so", async () => {
  const [nightly, weekly] = [
    { line: "Nightly", every: "1h", grace: "5m" },
    { line: "Weekly", every: "1h", grace: "5m" },
  ];
  const { id } = await phone.endpoint("github", { expect: [nightly, weekly] });
  await goOn(2 * HOUR);
  const patched = await phone.gateway.admin("PATCH", `/api/v1/endpoints/${id}`, {
    expect: [weekly],
  });
  expect(patched.status).toBe(200);
  const authorization = `Bearer ${ADMIN_TOKEN}`;
  const told = await phone.gateway.fetch("/readyz", { headers: { authorization } });
  expect(await told.json()).toMatchObject({ overdue: ["Weekly did not start"] });
});

test("/readyz names to the operator what is overdue", async () => {
  await phone.endpoint("github", { expect: [{ line: "Nightly", every: "1h", grace: "5m" }] });
  await goOn(2 * HOUR);
  const authorization = `Bearer ${ADMIN_TOKEN}`;
  const told = await phone.gateway.fetch("/readyz", { headers: { authorization } });
  expect(await told.json()).toMatchObject({ overdue: ["Nightly did not start"] });
  expect(await (await phone.gateway.fetch("/readyz")).json()).toEqual({ status: "ok" });
});

describe("what nobody could mean is a 400", () => {
  test.each([
    [{ line: "Nightly" }, "say when"],
    [{ every: "24h", cron: "10 3 * * *" }, "say when"],
    [{ every: "1 day" }, "a duration such as"],
    [{ every: "10s" }, "a duration such as"],
    [{ cron: "every night" }, "a cron expression"],
    [{ cron: "0 10 3 * * *" }, "a cron expression"],
    [{ cron: "10 3 31 2 *" }, "a cron expression"],
    [{ cron: "10 3 * * *", zone: "Berlin" }, "a time zone"],
    [{ every: "24h", zone: "Europe/Berlin" }, "a zone belongs to"],
    [{ every: "24h", grace: "0m" }, "a duration such as"],
  ])("%j", async (line, words) => {
    const body = { provider: "github", expect: [line] };
    const answer = await phone.gateway.admin("POST", "/api/v1/endpoints", body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(words);
  });
});
