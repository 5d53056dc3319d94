/**
 * The console as workerd serves it, in a browser: no stream there, its pages ask for news by cursor.
 * One Worker for all of it, as starting one is what takes long.
 */
import { afterAll, expect, test } from "vitest";
import { deliver, openPage, useBrowser } from "../console/browser.ts";
import { createEndpoint } from "../contract/target.ts";
import { ADMIN_TOKEN } from "../worker/secrets.ts";
import { devFolder } from "./dev-worker.ts";

const VIEWER_TOKEN = "viewer-token-of-the-tests";

useBrowser();

const folder = await devFolder((toml) =>
  toml.replace(/^\[vars\]$/m, `[vars]\nVIEWER_TOKEN = "${VIEWER_TOKEN}"`),
);
const worker = await folder.start();

afterAll(async () => {
  await worker.kill();
  folder.remove();
});

async function logIn(token: string) {
  const page = await openPage({ baseURL: worker.url });
  await page.goto("/deliveries");
  expect(new URL(page.url()).pathname).toBe("/login");
  await page.locator("#token").fill(token);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL((url) => url.pathname !== "/login");
  return page;
}

test("a story is played through the front door, and cleaned up", async () => {
  const page = await logIn(ADMIN_TOKEN);
  await page.goto("/");
  await page.getByRole("heading", { name: "Your deploys on your lock screen" }).waitFor();
  await page.getByRole("button", { name: "Failure" }).click();
  await page.locator("#phone .activity").first().waitFor();
  await page.locator("#phone .push", { hasText: "web-shop production failed" }).waitFor();
  await page.getByText("Played.").waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Clean up what was played" }).click();
  await page.getByText("What was played is gone").waitFor();
  expect(new URL(page.url()).pathname).toBe("/");
});

test("a delivery shows up by itself, nobody else's form is believed, a viewer changes nothing", async () => {
  const target = {
    fetch: (path: string, init?: RequestInit) => fetch(worker.url + path, init),
    adminToken: ADMIN_TOKEN,
    settle: async () => undefined,
  };
  const endpoint = await createEndpoint(target, { name: "Shop" });
  const page = await logIn(ADMIN_TOKEN);
  await page.goto("/deliveries");
  await page.getByText("Live", { exact: true }).waitFor();
  expect(await page.locator("body").getAttribute("data-live")).toBe("poll");
  const fixture = "deployment.created__production-fails";
  expect(await deliver(endpoint, fixture)).toBe(200);
  await page.locator("#deliveries .go", { hasText: "web-shop production: Building" }).waitFor();

  const doDelete = `/endpoints/${endpoint.id}/delete`;
  const forged = await page.request.post(doDelete, { headers: { origin: "https://evil.example" } });
  expect(forged.status()).toBe(403);
  const viewer = await logIn(VIEWER_TOKEN);
  await viewer.getByText("Read-only").waitFor();
  await viewer.goto(`/endpoints/${endpoint.id}`);
  expect(await viewer.getByRole("button", { name: "Delete" }).count()).toBe(0);
  const refused = await viewer.request.post(doDelete, { headers: { origin: worker.url } });
  expect(refused.status()).toBe(403);
  await page.goto(`/endpoints/${endpoint.id}`);
  await page.getByRole("heading", { name: "Shop" }).waitFor();
});
