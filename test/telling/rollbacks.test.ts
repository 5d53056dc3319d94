/** What serves: the card says so whatever was rolled back, promoted again or built meanwhile. */
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { railway, vercel, vercelRollback } from "./hosts.ts";
import { MINUTE, play, startPhone } from "./phone.ts";
import type { Phone, Step } from "./phone.ts";

let phone: Phone;
beforeEach(async () => {
  phone = await startPhone();
});
afterEach(() => phone.close());

const of =
  (kind: string, name: string): Step[1] =>
  (at) =>
    vercel(kind, { id: `dpl_${name}`, at, sha: name.repeat(40) });
const backTo =
  (name: string): Step[1] =>
  (at) =>
    vercelRollback(`dpl_${name}`, at);

const LIVE: readonly Step[] = [
  [0, of("created", "a")],
  [60, of("promoted", "a")],
  [100, of("created", "b")],
  [160, of("promoted", "b")],
];
const BACK = "web-shop production rolled back to aaaaaaa";

test.each([
  ["goes back", [[200, backTo("a")]], [BACK], /Rolled back · main · aaaaaaa/],
  [
    "goes back and forth",
    [
      [200, backTo("a")],
      [300, of("promoted", "b")],
    ],
    [BACK],
    /Live · main · bbbbbbb/,
  ],
  [
    "goes back, forth and back again",
    [
      [200, backTo("a")],
      [300, of("promoted", "b")],
      [400, backTo("a")],
    ],
    [BACK, BACK],
    /Rolled back · main · aaaaaaa/,
  ],
  [
    "goes back while another is built, which goes live",
    [
      [180, of("created", "c")],
      [200, backTo("a")],
      [250, of("promoted", "c")],
    ],
    [BACK],
    /Live .* · main · ccccccc/,
  ],
  [
    "is asked twice in a moment to go back",
    [
      [200, backTo("a")],
      [203, backTo("a")],
    ],
    [BACK],
    /Rolled back · main · aaaaaaa/,
  ],
  [
    "goes back, which is heard after what came later",
    [
      [300, of("promoted", "b")],
      [301, () => vercelRollback("dpl_a", phone.now() - 100_000)],
    ],
    [BACK],
    /Live · main · bbbbbbb/,
  ],
] satisfies [string, Step[], string[], RegExp][])("production %s", async (_, steps, rung, card) => {
  const endpoint = await phone.endpoint("vercel");
  await play(phone, endpoint, [...LIVE, ...steps]);
  expect(phone.rung()).toEqual(rung);
  expect(phone.cards()).toEqual([expect.stringMatching(card)]);
});

test.each([
  ["promoted once more within minutes", [[300, of("promoted", "a")]]],
  ["promoted once more after a day", [[24 * 3600, of("promoted", "a")]]],
] satisfies [string, Step[]][])("%s: the card says no time of it", async (_, steps) => {
  const endpoint = await phone.endpoint("vercel");
  await play(phone, endpoint, [...LIVE, ...steps], 5);
  expect(phone.cards().at(-1)).toBe("web-shop: Live · main · aaaaaaa");
});

test("built, and promoted by hand two hours later: how long it took is not two hours", async () => {
  const endpoint = await phone.endpoint("vercel");
  await play(
    phone,
    endpoint,
    [
      [0, of("created", "a")],
      [50, of("ready", "a")],
      [51, of("succeeded", "a")],
      [7200, of("promoted", "a")],
    ],
    5,
  );
  expect(phone.cards().at(-1)).toBe("web-shop: Live · main · aaaaaaa");
  const tracks = z.object({ data: z.array(z.object({ id: z.string() })) });
  const [track] = tracks.parse(
    await (await phone.gateway.admin("GET", "/api/v1/tracks")).json(),
  ).data;
  const runs = z.object({ data: z.array(z.object({ duration_ms: z.number() })) });
  const path = `/api/v1/tracks/${track?.id}/runs`;
  expect(runs.parse(await (await phone.gateway.admin("GET", path)).json()).data).toEqual([
    { duration_ms: 51_000 },
  ]);
});

test("a rollback of which only ids are known names none of them", async () => {
  const endpoint = await phone.endpoint("vercel");
  await phone.hear(endpoint, vercelRollback("dpl_old", phone.now(), "prj_4fKq0d9VxL2mAbCd"));
  await phone.wait(MINUTE);
  expect(phone.rung()).toEqual(["A project production rolled back to an earlier one"]);
  expect(JSON.stringify([phone.pushes(), phone.cards()])).not.toMatch(/prj_|dpl_/);
});

test("a rollback at one host takes nothing from what serves at another", async () => {
  const [hosted, contained] = [await phone.endpoint("vercel"), await phone.endpoint("railway")];
  await play(phone, hosted, LIVE);
  const container = (kind: string, id: string) =>
    phone.hear(contained, railway(kind, { id, at: phone.now() }));
  await container("deployed", "old");
  await phone.wait(MINUTE);
  await container("deployed", "new");
  await phone.wait(MINUTE);
  await phone.hear(hosted, vercelRollback("dpl_a", phone.now()));
  await container("crashed", "old");
  expect(phone.rung()).toEqual([BACK]);
  await container("crashed", "new");
  await container("crashed", "new");
  expect(phone.rung()).toEqual([BACK, "web-shop: api crashed"]);
});
