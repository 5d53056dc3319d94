/**
 * Pages that show what senders may write: markup, turned text, names without end, five hundred
 * jobs. Nothing runs, and nothing leaves its place.
 */
import { expect, test } from "vitest";
import type { Page } from "playwright-core";
import { httpFixture } from "../support/fixtures.ts";
import type { TestEndpoint } from "../support/gateway.ts";
import { deliver, openConsole, openGateway, post, useBrowser } from "./browser.ts";

useBrowser();

const MARKUP = `<img src=x onerror=alert(1)><script>alert(2)</script>`;
const TURNED = "\u202Egnp.exe \u2067\u05E9\u05DC\u05D5\u05DD\u2069";
const LONG = "a-name-that-nobody-would-choose-but-somebody-did-".repeat(5);
const JOBS = 500;
const AT_ONCE = 25;

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** A run of GitHub with so many jobs that each has a name of its own. */
async function runWithJobs(endpoint: TestEndpoint): Promise<void> {
  const { headers, body } = httpFixture("github", "workflow_job__lint-queued");
  const bodies = Array.from({ length: JOBS }, (_, job) =>
    body
      .replaceAll(/"name": ?"lint"/g, `"name":"${inJson(`${job} ${MARKUP} ${LONG}`)}"`)
      .replace(/"id": ?\d+/, `"id":${9_000_000_000 + job}`),
  );
  for (let at = 0; at < JOBS; at += AT_ONCE)
    await Promise.all(
      bodies.slice(at, at + AT_ONCE).map((it, job) =>
        post("github", endpoint, {
          headers: { ...headers, "x-github-delivery": `job-${at + job}` },
          body: it,
        }),
      ),
    );
}

/** What is wider than the place that it has, by the page and its panels. */
const escaped = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const panels = [...document.querySelectorAll(".panel")].filter(
      (it) => it.scrollWidth > it.clientWidth + 1,
    );
    const isWide = document.documentElement.scrollWidth > innerWidth;
    return [...(isWide ? ["the page"] : []), ...panels.map((it) => it.textContent.slice(0, 60))];
  });

test("names without end, markup and five hundred jobs stay in their places", async () => {
  const opened = await openGateway();
  const vercel = await opened.createEndpoint({
    provider: "vercel",
    name: `${MARKUP}${TURNED}${LONG}`.slice(0, 90),
    secret: "secret-of-the-provider",
    rules: [{ when: { branches: [LONG.slice(0, 90)] }, then: { mute: true } }],
  });
  const github = await opened.createEndpoint({ provider: "github", name: LONG.slice(0, 90) });
  for (const name of ["deployment.created__production-fails", "deployment.error__production-fails"])
    await deliver(vercel, name, (body) => body.replaceAll("web-shop", inJson(LONG)));
  await deliver(vercel, "deployment.created__preview", (body) =>
    body.replaceAll("web-shop", inJson(MARKUP + TURNED)),
  );
  await runWithJobs(github);
  const page = await openConsole(opened);
  page.on("dialog", () => expect.unreachable("a script of a sender ran"));
  const first = async (path: string, selector: string) => {
    await page.goto(path);
    return `${await page.locator(selector).first().getAttribute("href")}`;
  };
  // What waits to be read is followed until all is.
  await expect
    .poll(async () => (await opened.admin("GET", "/api/v1/deliveries?status=received")).json(), {
      timeout: 60_000,
    })
    .toMatchObject({ data: [] });
  const project = await first("/projects", "#projects tr:has-text('CI') .go");
  const run = await first(project, "#runs .go");
  await page.goto(run);
  await page.getByText(/^200 of \d+ steps, the failed first$/).waitFor();
  const paths = [
    "/",
    "/projects",
    project,
    run,
    "/deliveries",
    await first("/deliveries?q=has%3Apush", "#deliveries .go"),
    "/why?branch=main",
    "/endpoints",
    `/endpoints/${vercel.id}`,
    `/try?endpoint=${vercel.id}`,
    `/connect/vercel/${vercel.id}`,
    "/outbox",
    "/outbox?status=done",
  ];
  for (const path of paths) {
    await page.goto(path);
    for (const width of [390, 768, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      expect([path, width, await escaped(page)]).toEqual([path, width, []]);
    }
    expect([path, await page.locator("main img, main script[src]").count()]).toEqual([path, 0]);
  }
}, 240_000);
