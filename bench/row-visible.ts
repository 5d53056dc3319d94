/** How long after a delivery was acknowledged its row stands in an open page of the console. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import type { Page } from "playwright-core";
import { httpFixture } from "../src/cli/recordings.ts";
import { sign } from "../src/verify/sign.ts";
import { adapters } from "../adapters/index.ts";
import { newHome, startGateway } from "./harness/contestants.ts";
import { findProgram } from "./harness/machine.ts";
import { aimOf } from "./harness/report.ts";
import type { Benchmark, Section } from "./harness/report.ts";
import { removeFolder } from "./harness/services.ts";
import { median, quantile } from "./harness/stats.ts";

const DELIVERIES = 40;
const MOST_MS = 150;
/** The next one comes when what came of this one is drawn. */
const APART_MS = 700;
const TOKEN = "benchmark-admin-token";

export const rowVisible: Benchmark = {
  name: "row-visible",
  run: async ({ quick }) => {
    const executablePath = findProgram("chromium");
    if (executablePath === undefined) {
      console.error("  chromium is missing: left out");
      return [];
    }
    const home = await newHome("row");
    const gateway = await startGateway({ steps: "whole", dataDir: home.dataDir });
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    try {
      const base = `http://127.0.0.1:${gateway.port}`;
      const page = await openDeliveries(await browser.newPage(), base);
      const { path, secret } = await gateway.createEndpoint();
      // Rows that come into an empty list are not marked as new.
      await post(base + path, secret);
      await page.locator("#deliveries li").waitFor();
      const times: number[] = [];
      for (let sent = 0; sent < (quick ? 3 : DELIVERIES); sent++)
        times.push(await timeOfOne(page, base + path, secret));
      return [sectionOf(times)];
    } finally {
      await browser.close();
      await gateway.program.end("SIGTERM");
      removeFolder(home.dataDir);
    }
  },
};

async function openDeliveries(page: Page, base: string): Promise<Page> {
  await page.goto(`${base}/login`);
  await page.locator("#token").fill(TOKEN);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL((url) => url.pathname !== "/login");
  await page.goto(`${base}/deliveries`);
  await page.locator(".live.on").waitFor();
  return page;
}

/** Both clocks are the machine's; a row that was there before the acknowledgement took no time. */
async function timeOfOne(page: Page, url: string, secret: string): Promise<number> {
  const arrival = await page.evaluateHandle(() => ({
    at: new Promise<number>((resolve) => {
      new MutationObserver((changes, observer) => {
        const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
        if (!added.some((it) => it instanceof Element && it.matches("li.new"))) return;
        observer.disconnect();
        resolve(Date.now());
      }).observe(document.body, { childList: true, subtree: true });
    }),
  }));
  await post(url, secret);
  const acknowledgedAt = Date.now();
  const visibleAt = await arrival.evaluate(({ at }) => at);
  await sleep(APART_MS);
  return Math.max(0, visibleAt - acknowledgedAt);
}

async function post(url: string, secret: string): Promise<void> {
  const adapter = adapters.find(({ name }) => name === "github");
  if (!adapter) throw new Error("There is no adapter of GitHub.");
  const recorded = httpFixture("github", "deployment_status__preview-success");
  const body = new TextEncoder().encode(recorded.body);
  const { headers } = sign(adapter.verify, secret, { body, nowMs: Date.now() });
  const id = { "x-github-delivery": randomUUID() };
  const all = { ...recorded.headers, ...headers, ...id };
  const answer = await fetch(url, { method: "POST", headers: all, body });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}

function sectionOf(times: readonly number[]): Section {
  const title = "A row in the console";
  return {
    title,
    notes: [
      "From the acknowledgement of a delivery to its row in an open page of deliveries, in chromium on the core of the load.",
    ],
    columns: ["deliveries", "p50 ms", "p99 ms"],
    rows: [[times.length, median(times), quantile(times, 0.99)]],
    aims: [aimOf(`${title}: p50 ≤ ${MOST_MS} ms`, median(times), { most: MOST_MS })],
  };
}
