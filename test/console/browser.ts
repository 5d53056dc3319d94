/**
 * The console as a person meets it: a gateway that listens, a browser that is logged in, and
 * whatever the page complains of.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import * as z from "zod";
import { parseConfig } from "../../src/config.ts";
import { startNodeGateway } from "../../src/runtime/node/node.ts";
import type { NodeGateway } from "../../src/runtime/node/node.ts";
import { sign } from "../../src/verify/sign.ts";
import { httpFixture } from "../support/fixtures.ts";
import type { TestEndpoint } from "../support/gateway.ts";
import { adapterOf } from "../support/send.ts";

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const created = z.object({ id: z.string(), url: z.string(), secret: z.string() });

export interface Opened {
  readonly gateway: NodeGateway;
  admin(method: string, path: string, body?: unknown): Promise<Response>;
  createEndpoint(settings: object): Promise<TestEndpoint>;
}

/**
 * A gateway of its own, on any free port, with an empty data directory; both are gone when the test
 * is.
 */
export async function openGateway(settings: Record<string, string> = {}): Promise<Opened> {
  const directory = mkdtempSync(join(tmpdir(), "console-"));
  const config = parseConfig({ PORT: "0", DATA_DIR: directory, ...settings });
  const gateway = await startNodeGateway(config, QUIET);
  onTestFinished(async () => {
    await gateway.stop();
    rmSync(directory, { recursive: true });
  });
  const admin = (method: string, path: string, body?: unknown) =>
    fetch(gateway.url + path, {
      method,
      headers: {
        authorization: `Bearer ${gateway.adminToken}`,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return {
    gateway,
    admin,
    createEndpoint: async (body) =>
      created.parse(await (await admin("POST", "/api/v1/endpoints", body)).json()),
  };
}

let browser: Browser;

/** One browser for the file's tests. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  });
  afterAll(() => browser.close());
}

/**
 * A page that is not logged in. What it logs as an error or a warning fails the test, but for the
 * answer to a form that is refused.
 */
export async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    const isMeant = message.text().includes("responded with a status of 400");
    if (["error", "warning"].includes(message.type()) && !isMeant) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  return page;
}

/** A page that came in by the one-time link. */
export async function openConsole(
  { gateway }: Opened,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await openPage({ ...options, baseURL: gateway.url });
  await page.goto(gateway.newLoginLink());
  return page;
}

/** What axe finds that keeps people out. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

export const followShop = (opened: Opened): Promise<TestEndpoint> =>
  opened.createEndpoint({ provider: "vercel", name: "Shop", secret: "secret-of-the-provider" });

/**
 * Posts a recorded delivery as Vercel does; `change` rewrites its body. Answers the status.
 */
export const deliver = (
  endpoint: TestEndpoint,
  name: string,
  change: (body: string) => string = (body) => body,
): Promise<number> => {
  const { headers, body } = httpFixture("vercel", name);
  return post("vercel", endpoint, { headers, body: change(body) });
};

/** Signs and posts. Answers the status. */
export async function post(
  provider: string,
  endpoint: TestEndpoint,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<number> {
  const body = new TextEncoder().encode(request.body);
  const { verify } = adapterOf(provider);
  const { headers } = sign(verify, endpoint.secret, { body, nowMs: Date.now() });
  const answer = await fetch(endpoint.url, {
    method: "POST",
    headers: { ...request.headers, ...headers },
    body,
  });
  await answer.text();
  return answer.status;
}
