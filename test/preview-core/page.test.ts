/**
 * The preview's page in a browser: what changes in place, stacks, is pressed, and what hostile
 * texts come to.
 */
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { createPreviewCore } from "../../src/preview-core/preview-core.ts";
import type { PreviewCore } from "../../src/preview-core/preview-core.ts";

const HOST = "127.0.0.1";
const newCore = () => createPreviewCore({ now: () => Date.now(), apiKey: "k", fetch });

let core: PreviewCore = newCore();
let browser: Browser;
const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
  const app = new Hono().all("/preview/*", (c) =>
    new Hono().route("/preview", core.app).fetch(c.req.raw),
  );
  const options = { fetch: app.fetch, port: 0, hostname: HOST, overrideGlobalObjects: false };
  const started = serve(options, () => resolve(started));
});

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
});
afterAll(async () => {
  await browser.close();
  core.close();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  core.close();
  core = newCore();
});

/** What the page complains of fails the test: a policy that is broken, a script that throws. */
async function openPage(width = 1280): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  onTestFinished(async () => {
    await page.close();
    expect(complaints).toStrictEqual([]);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await page.goto(`http://${HOST}:${port}/preview`);
  await page.waitForSelector(".connection.on");
  return page;
}

async function call(method: string, path: string, body: object): Promise<void> {
  const headers = { authorization: "Bearer k", "content-type": "application/json" };
  const init = { method, headers, body: JSON.stringify(body) };
  expect((await core.app.request(`/api${path}`, init)).status).toBe(200);
}

const put = (current_step: number, rest: object = {}) =>
  call("PUT", "/live-activity/stream/web", {
    content_state: {
      type: "segmented_progress",
      title: "web-shop",
      subtitle: `Step ${current_step}`,
      number_of_steps: 3,
      current_step,
    },
    ...rest,
  });
const push = (title: string, rest: object = {}) =>
  call("POST", "/push-notification", { title, ...rest });

test("a card changes in place", async () => {
  const page = await openPage();
  await put(0);
  const card = await page.waitForSelector(".activity");
  await put(2);
  await page.waitForSelector(".activity [aria-label='2 of 3 steps done']");
  expect(await card.textContent()).toContain("Step 2");
  expect(await page.locator(".activity").count()).toBe(1);
  expect(await page.locator(".island b").textContent()).toBe("2/3");
});

test("pushes lie on one another, fan out, and show their buttons when opened", async () => {
  const page = await openPage();
  for (const title of ["first", "second"]) await push(title);
  await push("third", {
    actions: [{ title: "Review", type: "open_url", url: "https://x.example" }],
  });
  await page.getByText("2 more").click();
  expect(await page.locator(".push h2").allTextContents()).toStrictEqual([
    "third",
    "second",
    "first",
  ]);
  expect(await page.getByText("Review", { exact: true }).count()).toBe(0);
  await page.getByLabel("Show actions").click();
  expect(await page.getByText("Review", { exact: true }).getAttribute("href")).toBe(
    "https://x.example",
  );
  await page.getByText("Show less").click();
  expect(await page.locator(".push h2").allTextContents()).toStrictEqual(["third"]);
});

test("what is swiped away pauses its stream until it is resumed in the panel", async () => {
  const page = await openPage();
  await put(1);
  await page.getByText("Swipe away", { exact: true }).click();
  await page.getByText("paused: it was swiped away").waitFor();
  expect(await page.locator(".activity").count()).toBe(0);
  await page.getByText("Resume", { exact: true }).click();
  await page.getByText("paused: it was swiped away").waitFor({ state: "detached" });
  await put(1);
  await page.waitForSelector(".activity");
});

test("the panel makes trouble and ends it", async () => {
  const page = await openPage();
  await page.getByText("Make trouble").click();
  await page.getByLabel("What goes wrong").selectOption("error");
  await page.getByText("Start", { exact: true }).click();
  await page.getByText("Now answers are 500, for 10 more calls.").waitFor();
  await page.getByText("End it", { exact: true }).click();
  await page.getByText("Nothing is wrong on purpose.").waitFor();
  expect(core.snapshot().trouble).toBeNull();
});

test("hostile texts stay texts, and no URL that runs becomes a link", async () => {
  const page = await openPage();
  const title = "<img src=x onerror=alert(1)></script>";
  await put(1, { action: { title, type: "open_url", url: "https://x.example/?a=<b>" } });
  await push(title, { redirection: "spotify:track:1", message: title });
  await page.waitForSelector(".push");
  expect(await page.locator(".push h2").textContent()).toBe(title);
  expect(await page.locator(".phone img, .phone script").count()).toBe(0);
  const links = await page
    .locator(".phone a")
    .evaluateAll((all) => all.map((it) => it.getAttribute("href")));
  expect(links).toStrictEqual(["https://x.example/?a=<b>"]);
});

test.each([390, 768, 899, 900, 1280, 1920])("at %d px the phone stays a phone", async (width) => {
  await push("x".repeat(300));
  await put(1);
  const page = await openPage(width);
  const phone = await page.locator(".phone").boundingBox();
  const panel = await page.locator(".panel").boundingBox();
  expect(phone?.width).toBeGreaterThan(350);
  expect(phone?.width).toBeLessThanOrEqual(393);
  const isBeside = (panel?.x ?? 0) >= (phone?.x ?? 0) + (phone?.width ?? 0);
  expect(isBeside).toBe(width >= 900);
  const isWider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(isWider).toBe(false);
});
