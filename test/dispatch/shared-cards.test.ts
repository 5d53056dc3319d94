/**
 * Tracks that share a card: the apps of one push, the branches of bots, one deployment told by two.
 * Webhooks in at the front door, cards out at the core API; where a phone is looked at, at every
 * second.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import type { Store } from "../../src/store/port.ts";
import { deploymentStatus, workflowRun } from "../telling/github.ts";
import { addressOf, vercel } from "../telling/hosts.ts";
import { SECOND, startPhone } from "../telling/phone.ts";
import type { Phone, Webhook } from "../telling/phone.ts";
import type { TestEndpoint } from "../support/gateway.ts";
import { send } from "../support/send.ts";
import { startGateway } from "../support/start-gateway.ts";
import { describeOnStores } from "../support/stores.ts";

const cardBody = z.object({
  content_state: z.object({
    title: z.string(),
    subtitle: z.string().optional(),
    number_of_steps: z.number().optional(),
    color: z.string(),
  }),
});

interface Frame {
  readonly at: number;
  readonly stream: string;
  /** Undefined where the card leaves. */
  readonly shown: z.output<typeof cardBody>["content_state"] | undefined;
}

describeOnStores((openStore, storeName) => {
  /** A variant that says nothing new of a store is tried on one. */
  const variants = <Of>(first: Of, ...others: readonly Of[]): readonly Of[] =>
    storeName === "SQLite" ? [first, ...others] : [first];
  let phone: Phone;
  let frames: Frame[];
  let begin: number;
  const open = async (store: Store) => {
    phone = await startPhone({ store, settings: { STREAM_UPDATE_INTERVAL_SECONDS: 0 } });
    frames = [];
    begin = phone.now();
  };
  beforeEach(async () => open(await openStore()));
  afterEach(() => phone.close());

  let seen = 0;
  beforeEach(() => {
    seen = 0;
  });
  function look(): void {
    for (const { method, path, body } of phone.gateway.core.calls.slice(seen)) {
      seen++;
      if (!path.startsWith("/live-activity/stream/")) continue;
      const shown = method === "DELETE" ? undefined : cardBody.parse(body).content_state;
      frames.push({ at: (phone.now() - begin) / SECOND, stream: path, shown });
    }
  }

  /** What happens at which second; the phone is looked at each second until the last. */
  async function play(
    until: number,
    steps: readonly (readonly [second: number, endpoint: TestEndpoint, webhook: Webhook])[],
  ): Promise<void> {
    for (let second = (phone.now() - begin) / SECOND; second <= until; second++) {
      for (const [, endpoint, webhook] of steps.filter(([at]) => at === second)) {
        await phone.hear(endpoint, webhook);
        look();
      }
      await phone.wait(SECOND);
      look();
    }
  }

  /** Until all that went well or was called off has left. */
  async function rest(): Promise<void> {
    for (let passed = 0; passed < 12 * 60; passed += 15) await phone.wait(15 * SECOND);
    look();
  }

  /** As many as there ever were at once. */
  function mostAtOnce(): number {
    const alive = new Set<string>();
    return Math.max(
      0,
      ...frames.map(({ stream, shown }) => {
        if (shown) alive.add(stream);
        else alive.delete(stream);
        return alive.size;
      }),
    );
  }

  /** Cards that were on the screen for less than eight seconds. */
  function flashes(): number {
    const since = new Map<string, number>();
    return frames.filter(({ at, stream, shown }) => {
      const from = since.get(stream);
      if (shown && from === undefined) since.set(stream, at);
      if (!shown) since.delete(stream);
      return !shown && from !== undefined && at - from < 8;
    }).length;
  }

  const cards = (): readonly string[] => phone.cards().filter((it) => it !== "ended");

  describe("five apps of one push", () => {
    const APPS = ["web", "docs", "admin", "api", "blog"] as const;
    type App = (typeof APPS)[number];
    const of = (kind: string, app: App, second: number, target: string | null): Webhook =>
      vercel(kind, {
        id: `dpl_${app}`,
        at: begin + second * SECOND,
        target,
        branch: target === null ? "sell-more" : "main",
        project: { id: `prj_${app}`, name: app },
      });

    for (const target of variants("production", null))
      for (const order of variants("in order", "in reverse"))
        test(`${target ?? "preview"}, ${order}: one card`, async () => {
          const endpoint = await phone.endpoint("vercel", { notify: "outcomes" });
          const apps = order === "in order" ? APPS : APPS.toReversed();
          const steps = (kind: string, second: number, own: readonly App[]) =>
            own.map((app) => [second, endpoint, of(kind, app, second, target)] as const);
          const ignored = apps.slice(0, 3);
          const built = apps.slice(3);
          await play(120, [
            ...steps("created", 0, apps),
            ...steps("canceled", 4, ignored),
            ...steps("ready", 40, built.slice(0, 1)),
            ...steps(target === null ? "succeeded" : "promoted", 41, built.slice(0, 1)),
            ...steps("ready", 60, built.slice(1)),
            ...steps(target === null ? "succeeded" : "promoted", 61, built.slice(1)),
          ]);
          expect(mostAtOnce()).toBe(1);
          expect(flashes()).toBe(0);
          expect(new Set(frames.map(({ stream }) => stream)).size).toBe(1);
          const shown = frames.flatMap((it) => it.shown ?? []);
          expect(new Set(shown.map((it) => it.number_of_steps))).toEqual(new Set([5]));
          expect(shown.at(-1)?.color).toBe("green");
          expect(phone.pushes().map(({ title }) => title)).toEqual(
            built.map((app) =>
              target === null ? `${app} preview is ready` : `${app} production is live`,
            ),
          );
          await rest();
          expect(cards()).toEqual([]);
        });
  });

  describe("apps of one push", () => {
    const APPS = ["web", "docs", "admin"] as const;
    const of = (kind: string, app: string, second: number, push = 1): Webhook =>
      vercel(kind, {
        id: `dpl_${app}_${push}`,
        at: begin + second * SECOND,
        target: null,
        branch: "sell-more",
        sha: String(push).repeat(40),
        project: { id: `prj_${app}`, name: app },
      });
    const all = (endpoint: TestEndpoint, kind: string, second: number, push = 1) =>
      APPS.map((app, at) => [second + at, endpoint, of(kind, app, second + at, push)] as const);

    test("that are all called off at once are never shown", async () => {
      const endpoint = await phone.endpoint("vercel");
      await play(60, [...all(endpoint, "created", 0), ...all(endpoint, "canceled", 3)]);
      expect(frames).toEqual([]);
    });

    test("of which one fails: red at once, and one push", async () => {
      const endpoint = await phone.endpoint("vercel");
      await play(60, [
        ...all(endpoint, "created", 0),
        [20, endpoint, of("error", "docs", 20)],
        [30, endpoint, of("succeeded", "web", 30)],
        [31, endpoint, of("succeeded", "admin", 31)],
      ]);
      expect(frames.find(({ shown }) => shown?.color === "red")?.at).toBe(20);
      expect(phone.cards()).toEqual(["3 apps · sell-more: 2 of 3 ready · docs failed"]);
      expect(phone.pushes()).toHaveLength(1);
    });

    for (const first of variants("web", "docs", "admin"))
      test(`and of the next push, ${first} first: no flash, and never a card of each for long`, async () => {
        const endpoint = await phone.endpoint("vercel");
        const order = [first, ...APPS.filter((app) => app !== first)];
        await play(120, [
          ...all(endpoint, "created", 0),
          ...order.map((app, at) => [30 + at, endpoint, of("created", app, 30 + at, 2)] as const),
          ...order.map((app, at) => [33 + at, endpoint, of("canceled", app, 33 + at, 1)] as const),
          ...order.map((app, at) => [70 + at, endpoint, of("succeeded", app, 70 + at, 2)] as const),
        ]);
        expect(flashes()).toBe(0);
        expect(mostAtOnce()).toBe(1);
        expect(cards()).toEqual(["3 apps · sell-more: 3 of 3 ready"]);
        await rest();
        expect(cards()).toEqual([]);
      });

    test("of an endpoint that is deleted leave; those of another go on with a card of their own", async () => {
      const [one, other] = [await phone.endpoint("vercel"), await phone.endpoint("vercel")];
      await play(20, [
        [0, one, of("created", "web", 0)],
        [1, other, of("created", "docs", 1)],
        [2, other, of("created", "admin", 2)],
      ]);
      expect(phone.cards()).toEqual(["3 apps · sell-more: 0 of 3 ready"]);
      await phone.gateway.admin("DELETE", `/api/v1/endpoints/${one.id}`);
      await play(60, [[30, other, of("succeeded", "docs", 30)]]);
      expect(cards()).toHaveLength(1);
      await play(90, [[70, other, of("succeeded", "admin", 70)]]);
      expect(cards()).toEqual(["2 apps · sell-more: 2 of 2 ready"]);
    });

    test("that two endpoints follow are counted once", async () => {
      const [one, other] = [await phone.endpoint("vercel"), await phone.endpoint("vercel")];
      await play(20, [...all(one, "created", 0), ...all(other, "created", 3)]);
      expect(cards()).toEqual(["3 apps · sell-more: 0 of 3 ready"]);
      await play(60, [...all(one, "succeeded", 30), ...all(other, "succeeded", 33)]);
      expect(cards()).toEqual(["3 apps · sell-more: 3 of 3 ready"]);
      expect([mostAtOnce(), flashes()]).toEqual([1, 0]);
    });

    test("are three apps: one that three endpoints follow is none of them", async () => {
      const endpoints = await Promise.all([1, 2, 3].map(() => phone.endpoint("vercel")));
      await play(
        20,
        endpoints.map((endpoint, at) => [at, endpoint, of("created", "web", at)] as const),
      );
      expect(cards()).toHaveLength(3);
      expect(cards().join()).not.toContain("apps");
    });

    test("of an endpoint that is disabled leave, whoever began", async () => {
      const [one, other] = [await phone.endpoint("vercel"), await phone.endpoint("vercel")];
      await play(20, [
        [0, other, of("created", "docs", 0)],
        [1, other, of("created", "admin", 1)],
        [2, one, of("created", "web", 2)],
      ]);
      await phone.gateway.admin("PATCH", `/api/v1/endpoints/${one.id}`, { enabled: false });
      await play(60, [
        [30, other, of("succeeded", "docs", 30)],
        [40, other, of("succeeded", "admin", 40)],
      ]);
      expect(cards()).toEqual(["2 apps · sell-more: 2 of 2 ready"]);
      expect(new Set(frames.map(({ stream }) => stream)).size).toBe(1);
    });
  });

  const SHA = "c".repeat(40);
  const app = (kind: string, name: string, target: string | null = null): Webhook =>
    vercel(kind, {
      id: `dpl_${name}00`,
      at: phone.now(),
      target,
      branch: "sell-more",
      sha: SHA,
      project: { id: `prj_${name}`, name },
    });
  const byBot = (state: string, name: string): Webhook =>
    deploymentStatus({
      id: name.length,
      at: phone.now(),
      createdAt: begin,
      state,
      creator: "vercel[bot]",
      environment: `Preview – ${name}`,
      ref: "sell-more",
      sha: SHA,
      url: `https://${addressOf(`dpl_${name}00`)}`,
    });

  for (const first of variants("host", "bot"))
    test(`one deployment that its host and the code host's bot tell of, the ${first} first: one card`, async () => {
      const on = { host: await phone.endpoint("vercel"), bot: await phone.endpoint("github") };
      const tell = {
        host: (kind: string) => phone.hear(on.host, app(kind, "web")),
        bot: (state: string) => phone.hear(on.bot, byBot(state, "web")),
      };
      if (first === "host") await tell.host("created");
      await tell.bot("pending");
      if (first === "bot") await tell.host("created");
      await play(20, []);
      expect(cards()).toHaveLength(1);
      await tell.bot("success");
      await play(40, []);
      await tell.host("succeeded");
      await play(60, []);
      expect(mostAtOnce()).toBe(1);
      expect(flashes()).toBe(0);
      expect(cards()).toEqual([expect.stringContaining("web")]);
      expect(frames.findLast(({ shown }) => shown)?.shown?.color).toBe("green");
      await rest();
      expect(cards()).toEqual([]);
    });

  test("three apps, each told by its host and the bot: one card of three", async () => {
    const [host, bot] = [await phone.endpoint("vercel"), await phone.endpoint("github")];
    for (const name of ["web", "docs", "admin"]) {
      await phone.hear(bot, byBot("pending", name));
      await phone.hear(host, app("created", name));
    }
    await play(20, []);
    expect(cards()).toEqual([expect.stringContaining("3 apps · sell-more: 0 of 3 ready")]);
    for (const name of ["web", "docs", "admin"]) {
      await phone.hear(host, app("succeeded", name));
      await phone.hear(bot, byBot("success", name));
    }
    await play(30, []);
    expect(mostAtOnce()).toBe(1);
    expect(cards()).toEqual([expect.stringContaining("3 apps · sell-more: 3 of 3 ready")]);
  });

  test("an app that moves on before others share its card is in it as it is by then", async () => {
    const endpoint = await phone.endpoint("vercel");
    await play(30, [
      [0, endpoint, app("created", "web")],
      [5, endpoint, app("error", "web")],
      [10, endpoint, app("created", "docs")],
      [11, endpoint, app("created", "admin")],
    ]);
    expect(cards()).toEqual(["3 apps · sell-more: 0 of 3 ready · web failed"]);
    expect(flashes()).toBe(0);
  });

  test("two processes that digest the apps of one push at once agree on one card", async () => {
    const other = await startGateway({
      store: phone.gateway.store,
      startsAt: phone.now(),
      settings: { STREAM_UPDATE_INTERVAL_SECONDS: 0 },
    });
    const endpoint = await phone.endpoint("vercel");
    let told = 0;
    const atOnce = async (...webhooks: readonly Webhook[]) => {
      for (const { provider, body } of webhooks) {
        const headers = { "content-type": "application/json" };
        const name = `race-${++told}`;
        const text = JSON.stringify(body);
        const answer = await send(other, endpoint, { name, provider, headers, body: text });
        expect(answer.status).toBe(200);
      }
      await Promise.all([phone.gateway.steps.digest(), other.steps.digest()]);
      await phone.wait(SECOND);
      other.clock.advance(SECOND);
      look();
    };
    const wait = async (seconds: number) => {
      for (let passed = 0; passed < seconds; passed++) await atOnce();
    };
    await atOnce(app("created", "web"), app("created", "docs"));
    await atOnce(app("created", "admin"), app("error", "web"));
    await wait(12);
    expect(cards()).toEqual(["3 apps · sell-more: 0 of 3 ready · web failed"]);
    await atOnce(app("succeeded", "docs"), app("succeeded", "admin"));
    await wait(3);
    expect(cards()).toEqual(["3 apps · sell-more: 2 of 3 ready · web failed"]);
    expect(mostAtOnce()).toBe(1);
    await other.close();
  });

  test("forks of one line are one card, and none of them rings", async () => {
    const endpoint = await phone.endpoint("github");
    const fork = (id: number, conclusion: string | null): Webhook =>
      workflowRun({
        id,
        at: phone.now(),
        startedAt: begin,
        conclusion,
        branch: "main",
        login: `friend-${id}`,
        fork: `friend-${id}`,
      });
    for (const id of [1, 2, 3]) await phone.hear(endpoint, fork(id, null));
    await play(20, []);
    expect(cards()).toEqual([expect.stringContaining("3 branches")]);
    await phone.hear(endpoint, fork(2, "failure"));
    await play(60, []);
    expect(cards()).toEqual([expect.stringContaining("1 failed · 2 running")]);
    expect(mostAtOnce()).toBe(1);
    expect(phone.rung()).toEqual([]);
  });

  test("forks come to the screen once nothing of ours is under way", async () => {
    const endpoint = await phone.endpoint("github");
    const run = (id: number, conclusion: string | null, fork?: string): Webhook =>
      workflowRun({
        id,
        at: phone.now(),
        startedAt: begin,
        conclusion,
        branch: "sell-more",
        ...(fork !== undefined && { fork, login: fork }),
      });
    await phone.hear(endpoint, run(1, null));
    for (const id of [2, 3]) await phone.hear(endpoint, run(id, null, `friend-${id}`));
    await play(60, []);
    expect(cards()).toEqual([expect.stringContaining("Running")]);
    await phone.hear(endpoint, run(1, "success"));
    await play(120, []);
    expect(cards()).toEqual([
      expect.stringContaining("Passed"),
      expect.stringContaining("2 branches"),
    ]);
  });

  test("thirty branches of a bot are one card, and a person's stands above it", async () => {
    const endpoint = await phone.endpoint("github");
    const at = begin;
    const bots = Array.from({ length: 30 }, (_, id) => id + 1);
    await play(60, [
      ...bots.map(
        (id) =>
          [
            Math.floor(id / 3),
            endpoint,
            workflowRun({
              id,
              at,
              conclusion: null,
              branch: `dependabot/${id}`,
              login: "dependabot[bot]",
            }),
          ] as const,
      ),
      [12, endpoint, workflowRun({ id: 99, at, conclusion: null, branch: "sell-more" })],
    ]);
    expect(cards()).toHaveLength(2);
    expect(mostAtOnce()).toBe(2);
    expect(flashes()).toBe(0);
  });
});
