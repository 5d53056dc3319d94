/** Incidents: what is wrong rings once, and is over once. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkSuite, commitStatus, dependabotAlert } from "./github.ts";
import { railway } from "./hosts.ts";
import * as z from "zod";
import { NOON, play, startPhone } from "./phone.ts";
import type { Phone, Step } from "./phone.ts";

const listed = z.object({ data: z.array(z.object({ id: z.string() })) });

let phone: Phone;
beforeEach(async () => {
  phone = await startPhone();
});
afterEach(() => phone.close());

const rail =
  (kind: string, id: string | null = "d1"): Step[1] =>
  (at) =>
    railway(kind, { id, at });

const times = (count: number, from: number, every: number, told: Step[1]): Step[] =>
  Array.from({ length: count }, (_, index): Step => [from + index * every, told]);

interface History {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly rung: readonly string[];
  readonly quiet?: readonly string[];
}

const DAY = 24 * 60 * 60;

const RAILWAY: readonly History[] = [
  {
    name: "six crashes of one deployment, then a new one is live",
    steps: [
      [0, rail("deployed")],
      ...times(6, 60, 20, rail("crashed")),
      [300, rail("building", "d2")],
      [400, rail("deployed", "d2")],
    ],
    rung: ["web-shop: api crashed", "web-shop · api production is live again"],
  },
  {
    name: "out of memory and the crash that comes of it, for an hour, and again next week",
    steps: [
      [0, rail("deployed")],
      ...Array.from({ length: 30 }, (_, minute): Step[] => [
        [60 + minute * 60, rail("oomKilled")],
        [61 + minute * 60, rail("crashed")],
      ]).flat(),
      [4000, rail("deployed", "d2")],
      [7 * DAY, rail("crashed", "d2")],
    ],
    rung: [
      "web-shop: api ran out of memory",
      "web-shop · api production is live again",
      "web-shop: api crashed",
    ],
  },
  {
    name: "what was taken down while it was built dies of that",
    steps: [
      [0, rail("building")],
      [30, rail("removed")],
      [40, rail("crashed")],
    ],
    rung: [],
  },
  {
    name: "what died before it was live has failed, though it is taken down later",
    steps: [
      [0, rail("building")],
      [30, rail("crashed")],
      [40, rail("removed")],
    ],
    rung: ["web-shop · api production failed"],
  },
  {
    name: "a crash before it ever went live is a failed deployment",
    steps: [
      [0, rail("building")],
      [60, rail("crashed")],
      [80, rail("crashed")],
    ],
    rung: ["web-shop · api production failed"],
  },
  {
    name: "what was replaced dies: A live, B live, A removed, A crashed",
    steps: [
      [0, rail("deployed", "a")],
      [60, rail("deployed", "b")],
      [61, rail("removed", "a")],
      [63, rail("crashed", "a")],
    ],
    rung: [],
  },
  {
    name: "what was replaced dies before its removal is told",
    steps: [
      [0, rail("deployed", "a")],
      [60, rail("deployed", "b")],
      [61, rail("crashed", "a")],
      [63, rail("removed", "a")],
    ],
    rung: [],
  },
  {
    name: "what serves is removed by hand and its process ends",
    steps: [
      [0, rail("deployed", "a")],
      [60, rail("removed", "a")],
      [61, rail("crashed", "a")],
    ],
    rung: [],
  },
  {
    name: "bodies that name no deployment: three crashes are one incident",
    steps: times(3, 0, 30, rail("crashed", null)),
    rung: ["web-shop: api crashed"],
  },
  {
    name: "a crash without a deployment's name is over when a deployment is live",
    steps: [
      [0, rail("deployed", "a")],
      [30, rail("crashed", null)],
      [90, rail("deployed", "b")],
    ],
    rung: ["web-shop: api crashed", "web-shop · api production is live again"],
  },
  {
    name: "it crashes again after an hour of quiet",
    steps: [
      [0, rail("deployed", "a")],
      [30, rail("crashed", "a")],
      [2 * 3600, rail("crashed", "a")],
    ],
    rung: ["web-shop: api crashed", "web-shop: api crashed"],
  },
];

describe("a service on Railway", () => {
  test.each(RAILWAY)("$name", async ({ steps, rung, quiet = [] }) => {
    const endpoint = await phone.endpoint("railway");
    await play(phone, endpoint, steps);
    expect({ rung: phone.rung(), quiet: phone.quiet() }).toEqual({ rung, quiet });
  });
});

const alert =
  (action: string, severity?: string): Step[1] =>
  (at) =>
    dependabotAlert(action, at, severity);

const SHA = "8a0c5f93e7d14b26f0a9e3c75d81b4620fe9c7a3";
const NEXT = "d".repeat(40);

const GITHUB: readonly History[] = [
  {
    name: "eight failing contexts of one commit are one push that counts them",
    steps: Array.from({ length: 8 }, (_, index): Step => [
      index * 0.5,
      (at) => commitStatus(`check-${index}`, "failure", at),
    ]),
    rung: ["web-shop: check-0 failed on main (and 7 more)"],
  },
  {
    name: "contexts of one commit that fail minutes apart are one incident all the same",
    steps: Array.from({ length: 8 }, (_, index): Step => [
      index * 90,
      (at) => commitStatus(`check-${index}`, "failure", at),
    ]),
    rung: ["web-shop: check-0 failed on main"],
  },
  {
    name: "one context that fails again and again counts once; another commit rings anew",
    steps: [
      ...times(4, 0, 1, (at) => commitStatus("build", "failure", at)),
      [120, (at) => commitStatus("build", "error", at, "c".repeat(40))],
    ],
    rung: ["web-shop: build failed on main", "web-shop: build failed on main"],
  },
  {
    name: "a status that failed is told as fixed by the newest commit's, days later, once",
    steps: [
      [0, (at) => commitStatus("build", "failure", at)],
      [2 * DAY, (at) => commitStatus("build", "success", at, NEXT)],
      [2 * DAY + 5, (at) => commitStatus("build", "success", at, NEXT)],
    ],
    rung: ["web-shop: build failed on main", "web-shop: build passes again on main"],
  },
  {
    name: "an older commit's status that comes later mends nothing",
    steps: [
      [0, (at) => commitStatus("build", "failure", at)],
      [60, (at) => commitStatus("build", "success", at, "0".repeat(40), SHA)],
    ],
    rung: ["web-shop: build failed on main"],
  },
  {
    name: "two statuses that failed together are fixed when both are",
    steps: [
      [0, (at) => commitStatus("build", "failure", at)],
      [1, (at) => commitStatus("lint", "failure", at)],
      [300, (at) => commitStatus("lint", "success", at, NEXT)],
      [400, (at) => commitStatus("build", "success", at, NEXT)],
    ],
    rung: ["web-shop: build failed on main (and 1 more)", "web-shop: build passes again on main"],
  },
  {
    name: "a status that fails on two commits in a row is fixed once",
    steps: [
      [0, (at) => commitStatus("build", "failure", at)],
      [600, (at) => commitStatus("build", "failure", at, NEXT)],
      [1200, (at) => commitStatus("build", "success", at, "e".repeat(40))],
    ],
    rung: [
      "web-shop: build failed on main",
      "web-shop: build failed on main",
      "web-shop: build passes again on main",
    ],
  },
  {
    name: "what passes before it was told as failed is told as nothing",
    steps: [
      [0, (at) => commitStatus("build", "failure", at)],
      [2, (at) => commitStatus("build", "success", at)],
    ],
    rung: [],
  },
  {
    name: "an app's checks pass again on a commit that was made after they failed",
    steps: [
      [0, (at) => checkSuite({ at, conclusion: "failure" })],
      [
        60,
        (at) => checkSuite({ at, conclusion: "success", sha: "0".repeat(40), madeAt: NOON - 9 }),
      ],
      [600, (at) => checkSuite({ at, conclusion: "success", sha: NEXT, madeAt: at - 60_000 })],
    ],
    rung: ["web-shop: checks failed on main", "web-shop: checks pass again on main"],
  },
  {
    name: "an alert that is fixed says so",
    steps: [
      [0, alert("created")],
      [60, alert("fixed")],
    ],
    rung: ["web-shop: vulnerability in left-pad", "web-shop: vulnerability in left-pad (fixed)"],
  },
  {
    name: "an alert that nobody was told of is fixed without a word",
    steps: [[0, alert("fixed")]],
    rung: [],
  },
  {
    name: "fixed, told twice",
    steps: [
      [0, alert("created")],
      [60, alert("fixed")],
      [90, alert("fixed")],
    ],
    rung: ["web-shop: vulnerability in left-pad", "web-shop: vulnerability in left-pad (fixed)"],
  },
  {
    name: "fixed is heard before it was found: nothing rings, in either order",
    steps: [
      [60, (at) => dependabotAlert("fixed", at)],
      [61, () => dependabotAlert("created", Date.parse("2026-11-02T12:00:00Z"))],
    ],
    rung: [],
  },
];

describe("GitHub's alerts and checks", () => {
  test.each(GITHUB)("$name", async ({ steps, rung, quiet = [] }) => {
    const endpoint = await phone.endpoint("github");
    await play(phone, endpoint, steps);
    expect({ rung: phone.rung(), quiet: phone.quiet() }).toEqual({ rung, quiet });
  });
});

describe("a fault whose end is known", () => {
  /** No two are the same bytes, which would be one delivery. */
  const volume =
    (kind: "triggered" | "resolved", at: number): Step[1] =>
    (heardAt) => {
      const { body } = railway("crashed", { id: null, at });
      const type = `VolumeAlert.${kind}`;
      return { provider: "railway", event: type, body: { ...body, type, details: { heardAt } } };
    };
  const firing = volume("triggered", NOON);
  const stillFiring = async () => {
    const answer = await phone.gateway.admin("GET", "/api/v1/incidents?state=firing");
    return listed.parse(await answer.json()).data;
  };

  test.each<[string, readonly Step[]]>([
    [
      "is heard again after it",
      [
        [0, firing],
        [60, volume("resolved", NOON + 60_000)],
        [90, firing],
      ],
    ],
    [
      "began and ended in one moment",
      [
        [0, firing],
        [60, volume("resolved", NOON)],
        [90, firing],
      ],
    ],
  ])("%s: it stays over", async (_, steps) => {
    const endpoint = await phone.endpoint("railway");
    await play(phone, endpoint, steps);
    expect(await stillFiring()).toEqual([]);
    expect(phone.rung()).toHaveLength(2);
  });

  test("is not opened again by replaying its beginning", async () => {
    const endpoint = await phone.endpoint("railway");
    await play(phone, endpoint, [
      [0, firing],
      [60, volume("resolved", NOON)],
    ]);
    const path = "/api/v1/deliveries";
    const found = await phone.gateway.admin("GET", `${path}?event=VolumeAlert.triggered`);
    const [delivery] = listed.parse(await found.json()).data;
    await phone.gateway.admin("POST", `${path}/${delivery?.id}/replay`);
    await phone.wait(60_000);
    expect(await stillFiring()).toEqual([]);
    expect(phone.rung()).toHaveLength(2);
  });
});

const certificateOf = (type: string): object =>
  type.endsWith("failed")
    ? { dnsNames: ["shop.example.com"] }
    : { cert: { id: "cert_1", cns: ["shop.example.com"] } };

test.each([
  ["domain.certificate.renew.failed", "domain.certificate.renew"],
  ["domain.certificate-renew-failed", "domain.certificate-renew"],
  ["domain.certificate.add.failed", "domain.certificate.add"],
  ["domain.certificate-add-failed", "domain.certificate-add"],
])("a certificate of Vercel's: %s is over with %s", async (failed, mended) => {
  const endpoint = await phone.endpoint("vercel");
  const of =
    (type: string): Step[1] =>
    (at) => ({
      provider: "vercel",
      event: type,
      body: { id: `evt_${type}`, type, createdAt: at, payload: certificateOf(type) },
    });
  await play(phone, endpoint, [
    [0, of(failed)],
    [600, of(mended)],
  ]);
  expect(phone.rung()).toHaveLength(2);
  expect(phone.rung()[1]).toContain("shop.example.com: certificate");
  const answer = await phone.gateway.admin("GET", "/api/v1/incidents?state=firing");
  expect(listed.parse(await answer.json()).data).toEqual([]);
});

test("what gets worse says so", async () => {
  const endpoint = await phone.endpoint("github");
  await play(phone, endpoint, [
    [0, (at) => dependabotAlert("created", at, "low")],
    [60, (at) => dependabotAlert("reintroduced", at, "critical")],
    [120, (at) => dependabotAlert("auto_dismissed", at, "critical")],
  ]);
  expect(phone.rung()).toEqual([
    "web-shop: vulnerability in left-pad",
    "web-shop: vulnerability in left-pad, now critical",
    "web-shop: vulnerability in left-pad (dismissed)",
  ]);
});

test("a crash that is heard of late says how old it is; after a day it rings nobody", async () => {
  const endpoint = await phone.endpoint("railway");
  const hours = (count: number) => phone.now() - count * 60 * 60 * 1000;
  await phone.hear(endpoint, railway("crashed", { id: "d1", at: hours(3) }));
  expect(phone.pushes()[0]?.message).toMatch(/^3 h ago · /);
  await phone.hear(endpoint, railway("crashed", { id: "d2", at: hours(30), service: "web" }));
  expect(phone.rung()).toEqual(["web-shop: api crashed"]);
  expect(phone.quiet()).toEqual(["web-shop: web crashed"]);
});
