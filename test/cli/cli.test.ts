/**
 * The command line against a gateway of its own: what is said, what is done, and the exit code of
 * each.
 */
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { startHome } from "./processes.ts";
import type { CliHome } from "./processes.ts";

let home: CliHome;
beforeAll(async () => {
  home = await startHome();
}, 60_000);
afterAll(() => home.stop());

const json = (text: string): unknown => JSON.parse(text);
const failure = z.object({ error: z.looseObject({ message: z.string() }) });
const SLOW = 120_000;

describe("the phone", () => {
  const cards: readonly (readonly [string, readonly string[]])[] = [
    ["segmented_progress", ["--number-of-steps", "3", "--current-step", "1"]],
    ["progress", ["--percentage", "40"]],
    ["progress", ["--value", "4", "--upper-limit", "9"]],
    ["metrics", ["--metrics", '[{"label":"CPU","value":12,"unit":"%"}]']],
    ["stats", ["--metrics", '[{"label":"Sold","value":"7"}]']],
    ["alert", ["--message", "Disk is full"]],
    ["timer", ["--duration-seconds", "90"]],
    ["timer", ["--no-counts-down"]],
    ["value", ["--value", "0007"]],
  ];
  test.each(cards)(
    "a card of type %s %j is shown and ended",
    async (type, flags) => {
      const args = ["--title", "Nightly", "--type", type, ...flags];
      const shown = await home.run("activity", "stream", "nightly", ...args, "--json");
      expect(shown).toMatchObject({ code: 0, stderr: "" });
      expect(json(shown.stdout)).toMatchObject({ success: true, operation: "started" });
      const ended = await home.run("activity", "end-stream", "nightly", "--json");
      expect(json(ended.stdout)).toMatchObject({ success: true, operation: "ended" });
    },
    SLOW,
  );

  test(
    "a push, a badge, and an activity whose id is kept",
    async () => {
      const actions = join(home.dir, "actions.json");
      writeFileSync(actions, '[{"title":"Open","type":"open_url","url":"https://example.com"}]');
      const push = ["--title", "Backup done", "--tags", "cron,db", "--metadata", '{"gb":12}'];
      expect(await home.run("push", ...push, "--actions-file", actions)).toMatchObject({ code: 0 });
      expect(await home.run("badge", "3")).toMatchObject({ code: 0 });
      const flags = ["--title", "T", "--type", "progress", "--percentage"];
      const started = await home.run("activity", "start", ...flags, "1", "--json");
      const { activity_id: id } = z
        .looseObject({ activity_id: z.string() })
        .parse(json(started.stdout));
      const byId = ["--activity-id", id, ...flags];
      expect(await home.run("activity", "update", ...byId, "2")).toMatchObject({ code: 0 });
      expect(await home.run("activity", "end", ...byId, "100")).toMatchObject({ code: 0 });
    },
    SLOW,
  );

  test(
    "a metric takes its value once it was made, and is unknown before",
    async () => {
      const unknown = await home.run("metrics", "update", "sales", "5", "--json");
      expect(unknown.code).toBe(1);
      expect(json(unknown.stdout)).toMatchObject({ error: { status: 404 } });
      const made = await fetch(`${home.url}/preview/metrics`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${home.adminToken}`,
          "content-type": "application/json",
        },
        body: '{"key":"sales"}',
      });
      expect(made.ok).toBe(true);
      expect(await home.run("metrics", "update", "sales", "5")).toMatchObject({ code: 0 });
    },
    SLOW,
  );

  test(
    "a refusal ends with 1 and has the API's own body",
    async () => {
      const ran = await home.run("push", "--title", "x", "--api-key", "wrong-key-1", "--json");
      expect(ran.code).toBe(1);
      expect(json(ran.stdout)).toMatchObject({
        error: { status: 401, url: `${home.url}/preview/api/push-notification` },
      });
      expect(json(ran.stdout)).toHaveProperty("error.responseBody.error");
    },
    SLOW,
  );

  test.each([
    ["an unknown flag", ["push", "--titel", "x"], "--title"],
    ["an unknown command", ["pusch", "--title", "x"], "push"],
    ["no title", ["push"], "title"],
    [
      "media with actions",
      [
        "push",
        "--title",
        "x",
        "--media",
        "https://a.example/b.png",
        "--actions",
        '[{"title":"O","type":"open_url","url":"https://a.example"}]',
      ],
      "media",
    ],
    [
      "a card without what its type needs",
      ["activity", "stream", "k", "--title", "x", "--type", "progress"],
      "percentage",
    ],
    [
      "a key that no stream has",
      ["activity", "stream", "a b", "--title", "x", "--type", "alert", "--message", "m"],
      "body",
    ],
    ["a broken file", ["push", "--title", "x", "--actions-file", "missing.json"], "missing.json"],
    ["a badge that is no number", ["badge", "many"], "many"],
  ])(
    "%s is told before anything is sent",
    async (_, args, word) => {
      // Nothing listens there: whoever tried to send would fail with 1.
      const away = { ACTIVITYSMITH_API_URL: "http://127.0.0.1:9" };
      const ran = await home.runWith(away, ...args, "--json");
      expect(ran.code).toBe(2);
      expect(failure.parse(json(ran.stdout)).error.message).toContain(word);
    },
    SLOW,
  );

  test(
    "--queue leaves it to the gateway, and never says that it was sent",
    async () => {
      const push = ["push", "--title", "Backup done", "--queue"];
      const queued = await home.run(...push);
      expect(queued).toMatchObject({ code: 0, stderr: "" });
      expect(queued.stdout).toMatch(/^Queued as cmd_\S+, not sent yet/);
      const card = ["--title", "Nightly", "--type", "value", "--value", "7", "--queue", "--json"];
      for (const [args, call] of [
        [["activity", "stream", "queued", ...card], "stream_update"],
        [["activity", "end-stream", "queued", "--queue", "--json"], "stream_end"],
        [["metrics", "update", "sales", "5", "--queue", "--json"], "metric_value"],
        [["badge", "4", "--queue", "--json"], "badge"],
      ] as const) {
        const ran = await home.run(...args);
        expect(json(ran.stdout)).toMatchObject({ call, status: "pending" });
      }
      await vi.waitFor(async () => {
        const listed = z.object({
          data: z.array(z.object({ call: z.string(), status: z.string() })),
        });
        const { stdout } = await home.run("commands", "list", "--json");
        const found = listed.parse(json(stdout)).data;
        expect(found.find(({ call }) => call === "push")).toMatchObject({ status: "done" });
        expect(found.find(({ call }) => call === "badge")).toMatchObject({ status: "done" });
      }, SLOW);
      const away = await home.run(...push, "--gateway", "http://127.0.0.1:9");
      expect(away).toMatchObject({ code: 1, stdout: "" });
      expect(await home.run(...push, "--api-key", "a-key")).toMatchObject({ code: 2, stdout: "" });
    },
    SLOW * 2,
  );

  test(
    "--queue --wait says what became of it, and one key is one push",
    async () => {
      const push = ["push", "--title", "Nightly done", "--queue", "--idempotency-key", "night-27"];
      const sent = await home.run(...push, "--wait", "60", "--json");
      expect(sent.code).toBe(0);
      const { id } = z.object({ id: z.string() }).parse(json(sent.stdout));
      expect(json(sent.stdout)).toMatchObject({ status: "done", attempt_log: [{ status: 200 }] });
      const again = await home.run(...push, "--wait", "60");
      expect(again.stdout).toContain(`${id}  push "Nightly done"  done`);
      const shown = await home.run("commands", "show", id);
      expect(shown.stdout).toMatch(/200 ok in \d+ ms/);
      expect(await home.run("commands", "show", "cmd_0")).toMatchObject({ code: 1, stdout: "" });
      for (const only of [
        ["--wait", "5"],
        ["--idempotency-key", "k"],
      ])
        expect(await home.run("push", "--title", "x", ...only)).toMatchObject({ code: 2 });
    },
    SLOW * 2,
  );

  test(
    "an API that cannot be reached ends with 1",
    async () => {
      const away = { ACTIVITYSMITH_API_URL: "http://127.0.0.1:9" };
      const ran = await home.runWith(away, "push", "--title", "x");
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toContain("http://127.0.0.1:9/push-notification cannot be reached");
    },
    SLOW,
  );
});

describe("the gateway", () => {
  const made = z.looseObject({ id: z.string(), url: z.string(), secret: z.string().nullish() });

  test(
    "an endpoint is made and played at; a wrong secret is refused",
    async () => {
      const args = ["--name", "Shop", "--secret", "a-secret-of-vercel"];
      const created = await home.run("endpoints", "create", "vercel", ...args, "--json");
      const { url } = made.parse(json(created.stdout));
      const to = ["--to", url, "--secret=a-secret-of-vercel", "--speed", "1000"];
      expect(await home.run("simulate", "vercel", "production-success", ...to)).toMatchObject({
        code: 0,
      });
      const wrong = ["--to", url, "--secret=wrong-secret", "--speed", "1000"];
      const refused = await home.run("play", "vercel", "production-success", ...wrong);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain("--secret is not the secret of this endpoint");
    },
    SLOW,
  );

  test(
    "listen tells of what is refused and taken, and repeats the bytes of one delivery",
    async () => {
      const got: { body: string; signature: string | undefined }[] = [];
      const local = createServer((request, response) => {
        void (async () => {
          const signature = String(request.headers["x-vercel-signature"]);
          got.push({ body: await text(request), signature });
          response.end();
        })();
      });
      await once(local.listen(0, "127.0.0.1"), "listening");
      const address = z.object({ port: z.number() }).parse(local.address());
      const forward = `127.0.0.1:${address.port}`;
      const { url } = made.parse(
        json((await home.run("endpoints", "show", "Shop", "--json")).stdout),
      );
      const listening = home.run(
        "listen",
        "--count",
        "1",
        "--forward",
        forward,
        "--secret=local-secret",
      );
      const event = ["vercel", "deployment.error", "--to", url];
      // It tells of what comes after it has begun.
      await vi.waitUntil(
        async () => {
          await home.run("play", ...event, "--secret=wrong-secret");
          return (
            (await home.run("play", ...event, "--secret=a-secret-of-vercel")).code === 0 &&
            got.length > 0
          );
        },
        { timeout: 100_000 },
      );
      const { code, stdout } = await listening;
      local.close();
      expect(code).toBe(0);
      expect(stdout).toMatch(/✓ vercel +deployment\.error .*⇒ 200/);
      const [repeated] = got;
      const signature = createHmac("sha1", "local-secret").update(repeated?.body ?? "");
      expect(repeated?.signature).toBe(signature.digest("hex"));
      expect((await home.run("doctor")).stdout).toMatch(
        /! refused deliveries: "Shop" has refused \d+/,
      );
      expect((await home.run("why", "web-shop")).stdout).toContain("verified  hmac");
      expect(await home.run("why", "no-such-project")).toMatchObject({ code: 1, stdout: "" });
    },
    SLOW * 2,
  );

  test(
    "deliveries are searched as in the console, and a status is not an outcome",
    async () => {
      const found = async (...args: string[]) => {
        const ran = await home.run("deliveries", "list", "--json", ...args);
        expect(ran.code).toBe(0);
        const listed = z.object({ data: z.array(z.looseObject({ event: z.string() })) });
        return listed.parse(json(ran.stdout)).data.map(({ event }) => event);
      };
      const failed = await found("--search", "outcome:failed project:web-shop");
      expect(new Set(failed)).toEqual(new Set(["deployment.error"]));
      expect(await found("--search", "outcome:failed before:2020-01-01")).toEqual([]);
      const events = ["--search", "event:deployment.* web-shop", "--limit", "2"];
      expect(await found(...events)).toHaveLength(2);
      const unread = await home.run("deliveries", "list", "--status", "failed");
      expect(unread.stdout).toContain("--search outcome:failed");
      const wrong = await home.run("deliveries", "list", "--search", "before:yesterday");
      expect(wrong).toMatchObject({ code: 2, stdout: "" });
    },
    SLOW,
  );

  test(
    "what it did is told, tried again and counted",
    async () => {
      const why = await home.run("why");
      expect(why).toMatchObject({ code: 0, stderr: "" });
      expect(why.stdout).toContain("verified  hmac");
      const dryRun = await home.run("try", "last", "--json");
      expect(json(dryRun.stdout)).toMatchObject({ kind: "ok" });
      expect((await home.run("projects")).stdout).toContain("web-shop");
    },
    SLOW,
  );

  test(
    "it is changed, its secret rotated, and removed",
    async () => {
      const changed = await home.run("endpoints", "update", "Shop", "--notify", "all", "--json");
      expect(json(changed.stdout)).toMatchObject({ notify: "all" });
      const rotated = await home.run("secrets", "rotate", "Shop", "--secret", "another-secret");
      expect(rotated).toMatchObject({ code: 0, stderr: "" });
      expect(rotated.stdout).not.toContain("another-secret");
      expect(await home.run("endpoints", "delete", "Shop")).toMatchObject({ code: 0 });
      expect(await home.run("endpoints", "show", "Shop")).toMatchObject({ code: 1, stdout: "" });
    },
    SLOW,
  );

  test(
    "a file is applied once; again it changes nothing",
    async () => {
      const file = join(home.dir, "gateway.yaml");
      writeFileSync(
        file,
        "endpoints:\n  - name: Declared\n    provider: github\n    notify: all\n",
      );
      const changes = async (...more: string[]) => {
        const ran = await home.run("apply", file, "--json", ...more);
        expect(ran).toMatchObject({ code: 0, stderr: "" });
        const answer = z.object({ changes: z.array(z.looseObject({ kind: z.string() })) });
        return answer.parse(json(ran.stdout)).changes.map(({ kind }) => kind);
      };
      expect(await changes("--dry-run")).toEqual(["create"]);
      expect(await changes()).toEqual(["create"]);
      expect(await changes()).toEqual(["keep"]);
      writeFileSync(
        file,
        "endpoints:\n  - name: Declared\n    provider: github\n    notify: none\n",
      );
      expect(await changes("--dry-run")).toEqual(["update"]);
      expect(await changes()).toEqual(["update"]);
      expect(await changes()).toEqual(["keep"]);
    },
    SLOW,
  );

  test(
    "what a file declares wrongly is told before anything is changed, with --dry-run as without",
    async () => {
      const file = join(home.dir, "wrong.yaml");
      writeFileSync(
        file,
        `endpoints:
  - { name: Fine, provider: github }
  - { name: No secret, provider: vercel }
  - name: Misspelt
    provider: github
    notify: never
    rules: [{ when: { environment: [production] }, then: { mute: true } }]
  - { name: Nobody, provider: gihtub }
`,
      );
      for (const more of [["--dry-run"], []]) {
        const ran = await home.run("apply", file, ...more);
        expect(ran).toMatchObject({ code: 2, stdout: "" });
        expect(ran.stderr).toMatch(/No secret: Vercel makes the secret/);
        expect(ran.stderr).toMatch(/Misspelt: notify: .*when\.environment: .*`environments`/);
        expect(ran.stderr).toMatch(/Nobody: There is no provider "gihtub"/);
      }
      expect(await home.run("endpoints", "show", "Fine")).toMatchObject({ code: 1 });
    },
    SLOW,
  );

  test(
    "settings come from flags and from a YAML file; what is expected is listed",
    async () => {
      const file = join(home.dir, "settings.yaml");
      writeFileSync(file, `expect: [{ line: Nightly, cron: "10 3 * * *" }]\nnotify: all\n`);
      const flags = ["--settings", file, "--notify", "none", "--environments", "production"];
      const made = await home.run("endpoints", "create", "github", "--name", "Set", ...flags);
      expect(made).toMatchObject({ code: 0, stderr: "" });
      expect(json((await home.run("endpoints", "show", "Set", "--json")).stdout)).toMatchObject({
        notify: "none",
        filters: { environments: ["production"] },
      });
      const expected = await home.run("endpoints", "expected", "Set");
      expect(expected.stdout).toMatch(/^waits .*starts .*told if not by .*never started/);
    },
    SLOW,
  );

  test(
    "connect asks nothing with --json, and says what is still to be done",
    async () => {
      const ran = await home.run("connect", "vercel", "--json");
      expect(ran.code).toBe(0);
      expect(json(ran.stdout)).toMatchObject({
        needs_secret: true,
        endpoint: { secret: null },
        warning: expect.stringContaining("Providers cannot reach"),
      });
      expect(await home.run("connect", "nobody")).toMatchObject({ code: 2 });
      const waited = await home.run("connect", "netlify", "--wait", "0", "--json");
      expect(waited.code).toBe(1);
    },
    SLOW,
  );

  test(
    "a crash is an incident, which is acknowledged and muted; why says what was told of it",
    async () => {
      const created = await home.run("endpoints", "create", "railway", "--json");
      const { url } = made.parse(json(created.stdout));
      const played = ["play", "railway", "crash-after-live", "--speed", "1000", "--to", url];
      expect(await home.run(...played)).toMatchObject({ code: 0 });
      const bare = url.slice(0, url.lastIndexOf("/"));
      const tokenless = await home.run("play", "railway", "crash-after-live", "--to", bare);
      expect(tokenless).toMatchObject({ code: 1 });
      expect(tokenless.stderr).toContain("its URL ends in a token, which is missing");
      await vi.waitFor(async () => {
        expect((await home.run("incidents", "list")).stdout).toMatch(/firing +critical .*crashed/);
      }, SLOW);
      const acknowledged = await home.run("incidents", "acknowledge", "last", "--json");
      expect(json(acknowledged.stdout)).toMatchObject({ state: "acknowledged", muted: false });
      const muted = await home.run("incidents", "mute", "last", "--json");
      expect(json(muted.stdout)).toMatchObject({ muted: true });
      expect(await home.run("incidents", "mute", "nobody")).toMatchObject({ code: 1, stdout: "" });
      const why = await home.run("why", "last");
      expect(why.stdout).toMatch(/said +web-shop production failed/);
      expect(why.stdout).toMatch(/so +alert: told/);
    },
    SLOW * 2,
  );

  test(
    "status and doctor say how it is",
    async () => {
      const status = await home.run("status");
      expect(status.code).toBe(0);
      expect(status.stdout).toMatch(/ is ok\n\d+ endpoints, .*sends to built-in preview core/);
      const doctor = await home.run("doctor", "--json");
      expect(json(doctor.stdout)).toMatchObject({
        findings: expect.arrayContaining([
          expect.objectContaining({ check: "ActivitySmith key", level: "ok" }),
          expect.objectContaining({
            check: "public URL",
            detail: `${home.url}: providers cannot reach it; set PUBLIC_URL`,
          }),
        ]),
      });
      const wrong = await home.runWith({ ACTIVITYSMITH_API_KEY: "wrong-key-1" }, "doctor");
      expect(wrong.code).toBe(1);
      expect(wrong.stdout).toContain("✗ ActivitySmith key");
    },
    SLOW,
  );

  test(
    "a gateway that is away, or that refuses the token, ends with 1",
    async () => {
      const away = await home.run("endpoints", "list", "--gateway", "http://127.0.0.1:9");
      expect(away).toMatchObject({ code: 1, stdout: "" });
      const refused = await home.run("endpoints", "list", "--token", "wrong", "--json");
      expect(refused.code).toBe(1);
      expect(json(refused.stdout)).toMatchObject({ error: { status: 401 } });
    },
    SLOW,
  );

  test("the token of this machine's gateway is not sent elsewhere", async () => {
    const ran = await home.run("status", "--gateway", "https://gateway.example.com");
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("--token");
  });
});
