/** Which tracks share a card and what it says: plain data, one fact changed at a time. */
import { describe, expect, test } from "vitest";
import { cardsOf, isOfBranches } from "../../src/compose/shared-cards/shared-cards.ts";
import type { CardMember, SharedCard } from "../../src/model/card/card-group.ts";
import type { Show } from "../../src/model/command.ts";
import type { RunState } from "../../src/model/run/run.ts";

const NOW = Date.parse("2026-11-02T12:00:00.000Z");
const COMMIT = "commit:8a0c5f9";
const BOTS = "bots:web-shop";

type Change = Partial<Omit<CardMember, "show">> & { readonly show?: Partial<Show> };

function member(id: string, { show = {}, ...changes }: Change = {}): CardMember {
  const state: RunState = changes.state ?? "running";
  const streamKey = `stream-${id}`;
  return {
    trackId: `trk_${id}`,
    endpointId: "ep_1",
    runId: `run_${id}`,
    streamKey,
    name: id,
    branch: "main",
    project: "web-shop",
    environmentKind: "production",
    keys: [`key-${id}`],
    isSecondHand: false,
    state,
    firstFrameAt: NOW - 60_000,
    updatedAt: NOW,
    ...changes,
    show: {
      kind: "show",
      streamKey,
      picture: {
        title: id,
        segments: ["blue"],
        completed: 0,
        color: "blue",
        symbol: "hammer.fill",
      },
      tags: [id],
      importance: 1,
      state,
      run: `run_${id}`,
      ...show,
    },
  };
}

const cards = (
  members: readonly CardMember[],
  groupKey = COMMIT,
  before: { readonly cards?: readonly SharedCard[]; readonly former?: readonly CardMember[] } = {},
): SharedCard[] => {
  const group = {
    account: "default",
    groupKey,
    members,
    cards: before.cards ?? [],
    updatedAt: NOW,
    version: 1,
  };
  return cardsOf(group, before.former ?? [], NOW);
};
const tracksOf = (found: readonly SharedCard[]) =>
  found.map(({ trackIds }) => trackIds.map((it) => it.slice(4)).join("+"));
const three = (change: Change = {}) => ["a", "b", "c"].map((id) => member(id, change));

describe("who shares a card", () => {
  test.each<[string, readonly CardMember[], string, readonly string[]]>([
    ["one app has its own", [member("a")], COMMIT, ["a"]],
    ["two apps have their own", [member("a"), member("b")], COMMIT, ["a", "b"]],
    ["three apps of one push have one", three(), COMMIT, ["a+b+c"]],
    [
      "three of which one goes elsewhere have their own",
      [member("a"), member("b"), member("c", { environmentKind: "preview" })],
      COMMIT,
      ["a", "b", "c"],
    ],
    ["three workflows have their own", three({ environmentKind: null }), COMMIT, ["a", "b", "c"]],
    ["two branches of a bot have one", [member("a"), member("b")], BOTS, ["a+b"]],
    [
      "two workflows of a bot have one",
      [member("a", { environmentKind: null }), member("b", { environmentKind: null })],
      BOTS,
      ["a+b"],
    ],
    ["one branch of a bot has its own", [member("a")], BOTS, ["a"]],
    [
      "one deployment that two tell of has one",
      [member("a", { keys: ["k"] }), member("b", { keys: ["k", "l"] })],
      COMMIT,
      ["a+b"],
    ],
    [
      "what is one through a third has one",
      [
        member("a", { keys: ["k"] }),
        member("b", { keys: ["l"] }),
        member("c", { keys: ["k", "l"] }),
      ],
      COMMIT,
      ["a+b+c"],
    ],
    [
      "one key in two kinds of environment is two",
      [member("a", { keys: ["k"] }), member("b", { keys: ["k"], environmentKind: "preview" })],
      COMMIT,
      ["a", "b"],
    ],
    [
      "one key of an unknown kind is one",
      [member("a", { keys: ["k"] }), member("b", { keys: ["k"], environmentKind: null })],
      COMMIT,
      ["a+b"],
    ],
    [
      "one run at two endpoints is two",
      [
        member("a", { keys: ["k"], runId: "r" }),
        member("b", { keys: ["k"], runId: "r", endpointId: "ep_2" }),
      ],
      COMMIT,
      ["a", "b"],
    ],
    [
      "three of which two are one run at two endpoints are two apps",
      [member("a", { runId: "r" }), member("b", { runId: "r", endpointId: "ep_2" }), member("c")],
      COMMIT,
      ["a", "b", "c"],
    ],
  ])("%s", (_, members, groupKey, expected) => {
    expect(tracksOf(cards(members, groupKey)).toSorted()).toEqual([...expected].toSorted());
  });

  test("what was one card is not taken apart", () => {
    const [shared] = cards(three());
    const before = { cards: shared ? [shared] : [], former: three() };
    expect(tracksOf(cards([member("a"), member("b")], COMMIT, before))).toEqual(["a+b"]);
    const other = shared && { ...shared, show: { ...shared.show, run: "run_a" } };
    expect(
      tracksOf(cards([member("a"), member("b")], COMMIT, { cards: other ? [other] : [] })),
    ).toEqual(["a", "b"]);
    expect(tracksOf(cards([member("x"), member("y")], COMMIT, before))).toEqual(["x", "y"]);
  });

  test.each([
    ["bots:x", true],
    ["forks:x", true],
    ["commit:bots:x", false],
  ])("%s is of branches: %j", (key, expected) => {
    expect(isOfBranches(key)).toBe(expected);
  });
});

describe("one deployment", () => {
  const twice = (a: Change, b: Change) =>
    cards([member("a", { keys: ["k"], ...a }), member("b", { keys: ["k"], ...b })])[0];

  test.each<[string, Change, Change, string]>([
    ["is shown by whoever is first by name", {}, {}, "a"],
    ["is shown first-hand", { isSecondHand: true }, {}, "b"],
    [
      "is shown by a workflow of several steps",
      {},
      {
        environmentKind: null,
        show: {
          picture: {
            title: "b",
            segments: ["blue", "gray"],
            completed: 0,
            color: "blue",
            symbol: "s",
          },
        },
      },
      "b",
    ],
    ["is not shown by a workflow of one", {}, { environmentKind: null }, "a"],
  ])("%s", (_, a, b, shown) => {
    expect(twice(a, b)?.show.picture.title).toBe(shown);
  });

  test.each<[string, Change, Change, readonly string[] | undefined]>([
    ["everybody where one is for everybody", { show: { channels: ["x"] } }, {}, undefined],
    [
      "all who see one of them",
      { show: { channels: ["y", "x"] } },
      { show: { channels: ["x", "z"] } },
      ["x", "y", "z"],
    ],
  ])("is seen by %s", (_, a, b, channels) => {
    expect(twice(a, b)?.show.channels).toEqual(channels);
  });

  const on = (id: string): SharedCard => ({
    streamKey: `stream-${id}`,
    trackIds: [`trk_${id}`],
    show: member(id).show,
  });
  test.each<[string, readonly string[], Change, Change, string]>([
    ["its own where none is shown", [], {}, {}, "a"],
    ["the one that is shown", ["b"], {}, {}, "b"],
    [
      "of two the one that came last",
      ["a", "b"],
      { firstFrameAt: NOW - 2 },
      { firstFrameAt: NOW - 1 },
      "b",
    ],
    [
      "of two the one that was seen",
      ["a", "b"],
      { firstFrameAt: NOW },
      { firstFrameAt: NOW + 1 },
      "a",
    ],
    [
      "of two that nobody saw the one that comes first",
      ["a", "b"],
      { firstFrameAt: NOW + 2 },
      { firstFrameAt: NOW + 1 },
      "b",
    ],
  ])("is on %s", (_, shown, a, b, stream) => {
    const members = [member("a", { keys: ["k"], ...a }), member("b", { keys: ["k"], ...b })];
    const [card] = cards(members, COMMIT, { cards: shown.map(on), former: members });
    expect(card?.streamKey).toBe(`stream-${stream}`);
    expect(card?.show.streamKey).toBe(`stream-${stream}`);
  });
});

describe("what a card of several says", () => {
  const say = (states: readonly RunState[], groupKey = COMMIT, change: Change = {}) => {
    const members = states.map((state, at) =>
      member(String.fromCodePoint(97 + at), { state, ...change }),
    );
    const [card] = cards(members, groupKey);
    if (!card) throw new Error("There is no card.");
    return card.show;
  };

  test.each<[readonly RunState[], string, string, string]>([
    [["running", "running", "running"], "0 of 3 live", "running", "blue"],
    [["succeeded", "running", "queued"], "1 of 3 live", "running", "blue"],
    [["succeeded", "failed", "running"], "1 of 3 live · b failed", "running", "red"],
    [["failed", "failed", "running"], "0 of 3 live · 2 failed", "running", "red"],
    [["waiting", "running", "running"], "0 of 3 live · a waiting", "waiting", "orange"],
    [["succeeded", "succeeded", "succeeded"], "3 of 3 live", "succeeded", "green"],
    [["succeeded", "canceled", "skipped"], "1 of 3 live", "succeeded", "green"],
    [["canceled", "canceled", "skipped"], "0 of 3 live", "canceled", "gray"],
    [["failed", "succeeded", "succeeded"], "2 of 3 live · a failed", "failed", "red"],
  ])("%j", (states, subtitle, state, color) => {
    const show = say(states);
    expect(show.picture).toMatchObject({ title: "web-shop · 3 apps · main", subtitle, color });
    expect(show.state).toBe(state);
    expect(show.run).toBe(COMMIT);
  });

  test("previews are ready, and what differs is not named", () => {
    expect(
      say(["succeeded", "running", "running"], COMMIT, { environmentKind: "preview" }).picture
        .subtitle,
    ).toBe("1 of 3 ready");
    const members = [
      member("a", { branch: "cart" }),
      member("b", { project: "docs" }),
      member("c"),
    ];
    expect(cards(members)[0]?.show.picture.title).toBe("3 apps");
  });

  test("a bot's branches are counted by how they stand", () => {
    const show = say(["failed", "waiting", "running", "succeeded", "queued"], BOTS, { name: "CI" });
    expect(show.picture.title).toBe("web-shop · CI · bots");
    expect(show.picture.subtitle).toBe("5 branches · 1 failed · 1 waiting · 1 running · 1 passed");
    expect(show.picture.segments).toHaveLength(12);
    expect(say(["running", "running"], "forks:web-shop", { name: "web-shop" }).picture.title).toBe(
      "web-shop · forks",
    );
  });

  test("it has the badge and the first button of what failed, else of what waits, else of the first", () => {
    const own = (id: string, state: RunState) =>
      member(id, {
        state,
        show: {
          picture: {
            title: id,
            segments: ["blue"],
            completed: 0,
            color: "blue",
            symbol: "s",
            badge: { title: id, color: "purple" },
            buttons: [
              { title: `${id}1`, url: "https://x.example" },
              { title: `${id}2`, url: "https://x.example" },
            ],
          },
        },
      });
    const told = (...states: RunState[]) =>
      cards(states.map((state, at) => own(String.fromCodePoint(97 + at), state)))[0]?.show.picture;
    expect(told("running", "waiting", "failed")).toMatchObject({
      badge: { title: "c" },
      buttons: [{ title: "c1" }],
    });
    expect(told("running", "waiting", "running")).toMatchObject({ badge: { title: "b" } });
    const first = told("running", "running", "running");
    expect(first).toMatchObject({ badge: { title: "a" } });
    expect(first?.buttons).toHaveLength(1);
    const bots = cards(
      [
        { ...own("a", "running"), environmentKind: null },
        { ...own("b", "running"), environmentKind: null },
      ],
      BOTS,
    );
    expect(bots[0]?.show.picture.badge).toBeUndefined();
  });

  test("it ends when all have ended: as late as the last of them, as loud as the most important", () => {
    const over = three({ state: "succeeded", show: { lingerMs: 5, importance: 2 } });
    const last = member("c", {
      state: "failed",
      show: { lingerMs: 9, importance: 7, fadesAt: NOW + 3, onlyIfShown: true },
    });
    const [card] = cards([...over.slice(0, 2), last]);
    expect(card?.show).toMatchObject({
      lingerMs: 9,
      importance: 7,
      fadesAt: NOW + 3,
      ending: `${COMMIT}:succeeded,succeeded,failed`,
      tags: ["a"],
    });
    expect(card?.show).not.toHaveProperty("onlyIfShown");
    expect(card?.show).not.toHaveProperty("isStrangers");
    const [all] = cards(
      three({ state: "succeeded", show: { onlyIfShown: true, isStrangers: true } }),
    );
    expect(all?.show).toMatchObject({ onlyIfShown: true, isStrangers: true, lingerMs: 0 });
    expect(all?.show).not.toHaveProperty("fadesAt");
    expect(cards(three())[0]?.show).not.toHaveProperty("lingerMs");
  });
});

describe("the bar of a card of several", () => {
  const barOf = (found: readonly SharedCard[]) => found[0]?.show.picture.segments.length;
  const shared = (members: readonly CardMember[]) => cards(members);

  test("has a segment an app, twelve at most", () => {
    expect(barOf(cards(three()))).toBe(3);
    const many = Array.from({ length: 20 }, (_, at) => member(`m${String(at).padStart(2, "0")}`));
    expect(barOf(cards(many))).toBe(12);
  });

  const later = [...three(), member("d")];
  test.each<
    [string, readonly CardMember[], readonly CardMember[], (card: SharedCard) => SharedCard, number]
  >([
    ["keeps its segments once it was seen", three(), later, (it) => it, 3],
    [
      "grows as long as nobody saw it",
      three({ firstFrameAt: NOW + 1 }),
      [...three({ firstFrameAt: NOW + 1 }), member("d")],
      (it) => it,
      4,
    ],
    [
      "begins anew where it had ended",
      three(),
      later,
      (it) => ({ ...it, show: { ...it.show, lingerMs: 5 } }),
      4,
    ],
    [
      "begins anew on another run",
      three(),
      [...three({ show: { run: "again" } }), member("d")],
      (it) => it,
      4,
    ],
    [
      "begins anew where one has gone",
      three(),
      [member("a"), member("b"), member("d"), member("e")],
      (it) => it,
      4,
    ],
    [
      "begins anew where it was of another group",
      three(),
      later,
      (it) => ({ ...it, show: { ...it.show, run: "other" } }),
      4,
    ],
  ])("%s", (_, former, members, change, expected) => {
    const before = shared(former).map(change);
    expect(barOf(cards(members, COMMIT, { cards: before, former }))).toBe(expected);
  });
});
