/**
 * Every page in a real browser: its main way, at three widths, in both schemes, for keyboards and
 * readers.
 */
import { describe, expect, test } from "vitest";
import {
  deliver,
  followShop,
  openConsole,
  openGateway,
  openPage,
  seriousFindings,
  useBrowser,
} from "./browser.ts";
import type { Opened } from "./browser.ts";

useBrowser();

/** A gateway with an endpoint, a failed run and a run that is live. */
async function openBusy(
  settings: Record<string, string> = {},
): Promise<Opened & { endpoint: string }> {
  const opened = await openGateway(settings);
  const endpoint = await followShop(opened);
  for (const name of [
    "deployment.created__production-fails",
    "deployment.error__production-fails",
    "deployment.created__production",
    "deployment.succeeded__production",
    "deployment.promoted__production",
  ])
    await deliver(endpoint, name);
  return { ...opened, endpoint: endpoint.id };
}

test("every page fits its width and keeps nobody out, in both schemes", async () => {
  const { endpoint, ...opened } = await openBusy();
  const page = await openConsole(opened);
  await page.goto("/projects");
  const project = await page.locator("#projects .go").first().getAttribute("href");
  await page.goto(`${project}`);
  const run = await page.locator("#runs .go").first().getAttribute("href");
  await page.goto("/deliveries");
  const delivery = await page.locator("#deliveries .go").first().getAttribute("href");
  const paths = [
    "/",
    "/projects",
    `${project}`,
    `${run}`,
    "/deliveries",
    `${delivery}`,
    `/try?endpoint=${endpoint}`,
    "/connect",
    "/connect/github",
    `/connect/vercel/${endpoint}`,
    "/endpoints",
    `/endpoints/${endpoint}`,
    "/outbox?status=done",
    "/incidents",
    "/incidents?show=resolved",
    "/why?branch=main",
    "/settings",
    "/docs",
  ];
  for (const path of paths) {
    const answer = await page.goto(path);
    expect([path, answer?.status()]).toEqual([path, 200]);
    for (const width of [390, 768, 1280]) {
      await page.setViewportSize({ width, height: 844 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect([path, width, overflow]).toEqual([path, width, 0]);
    }
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect([path, colorScheme, await seriousFindings(page)]).toEqual([path, colorScheme, []]);
    }
  }
}, 400_000);

test("settings name what one needs to know of the gateway, and the report hides its address", async () => {
  const ENCRYPTION_KEY = [1, 2].map((it) => Buffer.alloc(32, it).toString("base64")).join(",");
  const opened = await openGateway({ ENCRYPTION_KEY, ADMIN_TOKEN: "admin-token-of-the-tests" });
  const page = await openConsole(opened);
  await page.goto("/settings");
  await page
    .locator("dd")
    .getByText(/^[0-9a-f]{8} seals, [0-9a-f]{8} opens$/)
    .waitFor();
  const report = await page.locator("#report").innerText();
  expect(report).toContain("Providers cannot reach its address.");
  expect(report).not.toContain(opened.gateway.url);
  expect(await page.locator("#backup").innerText()).toBe("npm run cli -- backup gateway.backup.gz");
});

test("the outbox counts what waits, and a repeated refusal stands once", async () => {
  const { endpoint, ...opened } = await openBusy();
  const page = await openConsole(opened);
  await page.goto("/outbox");
  await page.locator("#tabs a[aria-current]", { hasText: /^Waiting\s+[1-9]\d*$/ }).waitFor();
  await page.locator("#tabs a", { hasText: /^Given up\s+0$/ }).waitFor();
  const forged = { id: endpoint, url: `${opened.gateway.url}/hooks/${endpoint}`, secret: "wrong" };
  for (let attempt = 0; attempt < 3; attempt++)
    expect(await deliver(forged, "deployment.created__production")).toBe(401);
  await page.goto(`/endpoints/${endpoint}`);
  await expect
    .poll(async () => {
      await page.reload();
      return page.locator("#refused .pill").allInnerTexts();
    })
    .toEqual(["401 × 3"]);
  const missing = await page.request.get("/deliveries/dlv_that_nobody_has");
  expect([missing.status(), await missing.text()]).toEqual([
    404,
    expect.stringContaining("There is nothing here"),
  ]);
});

describe("endpoints", () => {
  test("are changed by a form that repeats the API's words, rotated, paused and deleted", async () => {
    const { endpoint, ...opened } = await openBusy();
    const page = await openConsole(opened);
    await page.goto(`/endpoints/${endpoint}`);
    await page.locator("input[name=name]").fill("");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").getByText("body.name").waitFor();
    await page.locator("input[name=name]").fill("Web shop");
    await page.locator("input[name=projects]").fill("web-*, blog");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    const stored = await (await opened.admin("GET", `/api/v1/endpoints/${endpoint}`)).json();
    expect(stored).toMatchObject({ name: "Web shop", filters: { projects: ["web-*", "blog"] } });

    await page.getByRole("button", { name: "Add a rule" }).click();
    const rule = page.locator("#rules > details").last();
    await rule.getByLabel("Branches", { exact: true }).fill("dependabot/*");
    await rule.getByLabel("Mute it").check();
    await rule.getByLabel("A result stays").fill("9999");
    await page.locator("input[name=me]").fill("ada-example");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator("#rules .error").first().waitFor();
    await page.locator("#rules").getByLabel("A result stays").fill("");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    expect(await (await opened.admin("GET", `/api/v1/endpoints/${endpoint}`)).json()).toMatchObject(
      {
        me: ["ada-example"],
        rules: [{ when: { branches: ["dependabot/*"] }, then: { mute: true } }],
      },
    );

    await page.getByLabel("New secret").fill("a-new-secret-of-vercel");
    await page.getByRole("button", { name: "Rotate" }).click();
    await page.getByText("The secret is stored.").waitFor();
    expect(await page.locator("#secrets li").count()).toBe(2);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("Paused: its URL answers 404").waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByText("Resumed").waitFor();
    page.on("dialog", (dialog) => void dialog.accept());
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByText("Deleted. What it shows ends").waitFor();
    expect((await opened.admin("GET", `/api/v1/endpoints/${endpoint}`)).status).toBe(404);
  });
});

describe("a run", () => {
  test("has its steps, what moved it, and what the lock screen showed when", async () => {
    const opened = await openBusy();
    const page = await openConsole(opened);
    await page.goto("/projects");
    await page.locator("#projects .go", { hasText: "web-shop" }).first().click();
    await page.locator("#runs li", { hasText: "failed" }).locator(".go").click();
    await page.getByText("Deliveries that moved it").waitFor();
    await page.locator("#steps li", { hasText: "Building" }).waitFor();
    expect(await page.locator("#moved li").count()).toBe(2);
    expect(await page.locator("[data-moment]:visible").count()).toBe(1);
    const words = await page.locator("[data-moment]:visible").innerText();
    await page.locator("[data-scrub]").focus();
    await page.keyboard.press("ArrowLeft");
    expect(await page.locator("[data-moment]:visible").innerText()).not.toBe(words);
  });
});

test("trying shows every moment while one writes, counts what would pass, and saves", async () => {
  const { endpoint, ...opened } = await openBusy();
  const page = await openConsole(opened);
  await page.goto(`/try?endpoint=${endpoint}`);
  const tried = page.locator("#tried");
  await tried.getByRole("heading", { name: "Where it fails" }).waitFor();
  expect(await tried.locator(".moments [data-card]").count()).toBe(4);
  await page.locator("#passes").getByText("Of the last 5 deliveries 5 would").waitFor();
  await page.getByLabel("Branches", { exact: true }).fill("nobody");
  await page.locator("#passes").getByText("0 would pass").waitFor();
  await page.getByLabel("Branches", { exact: true }).fill("");
  await page.getByText("Texts of your own").click();
  await page.getByLabel("Title", { exact: true }).first().fill("Shop is {{sta");
  await page.getByRole("group", { name: "Words for Title" }).getByText("{{status}}").click();
  await tried
    .getByText(/^Shop is /)
    .first()
    .waitFor();
  await page.getByRole("button", { name: "Save to the endpoint" }).click();
  await page.getByText("Saved.").waitFor();
  const stored = await (await opened.admin("GET", `/api/v1/endpoints/${endpoint}`)).json();
  expect(stored).toMatchObject({ name: "Shop", mapping: { title: "Shop is {{status}}" } });
});

test("why nothing came is answered from a branch, a commit or what was refused", async () => {
  const { endpoint, ...opened } = await openBusy();
  const page = await openConsole(opened);
  await page.locator("#latest").getByText("push sent").first().waitFor();
  await page.keyboard.press("y");
  await page.waitForURL(/\/why/);
  await page.getByLabel("Branch").fill("main");
  await page.keyboard.press("Enter");
  await page.getByText("deliveries arrived").waitFor();
  await page.getByText(/^The push “web-shop production failed” was sent/).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.goto("/why?branch=shoes");
  await page.getByText("Nothing arrived here on shoes.").waitFor();
  const forged = { id: endpoint, url: `${opened.gateway.url}/hooks/${endpoint}`, secret: "wrong" };
  expect(await deliver(forged, "deployment.created__production")).toBe(401);
  await page.goto("/why?commit=0123456789");
  await page.getByText("Nothing arrived here").waitFor();
  // What is refused is written a little later.
  await expect
    .poll(async () => {
      await page.reload();
      return page.getByText("The signature does not match").count();
    })
    .toBe(1);
});

test("a viewer sees all and is offered nothing that changes anything", async () => {
  const VIEWER_TOKEN = "viewer-token-of-the-tests";
  const { endpoint, gateway } = await openBusy({ VIEWER_TOKEN });
  const page = await openPage({ baseURL: gateway.url });
  await page.goto("/login");
  await page.locator("#token").fill(VIEWER_TOKEN);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("Read-only").waitFor();
  await page.goto(`/endpoints/${endpoint}`);
  expect(await page.getByRole("button", { name: "Delete" }).count()).toBe(0);
  expect(await page.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
  const refused = await page.request.post(`/endpoints/${endpoint}/delete`, {
    headers: { origin: gateway.url },
  });
  expect(refused.status()).toBe(403);
});

test("on a phone every page is two taps away, with a finger and with the keyboard", async () => {
  const opened = await openBusy();
  const page = await openConsole(opened, { viewport: { width: 390, height: 844 } });
  const bar = page.locator(".bar-below");
  await bar.getByRole("link", { name: "Deliveries" }).click();
  await page.waitForURL("**/deliveries");
  await bar.getByRole("button", { name: "More" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/endpoints");
  expect(await bar.locator("#more").isVisible()).toBe(false);
  await bar.getByRole("button", { name: "More" }).click();
  expect(await bar.getByRole("link", { name: "Endpoints" }).getAttribute("aria-current")).toBe(
    "page",
  );
  expect(await seriousFindings(page)).toEqual([]);
});

test("before anything is asked, the newest that did not push are there with their reasons", async () => {
  const page = await openConsole(await openBusy());
  await page.goto("/why");
  const offered = page.getByRole("region", { name: "The newest that did not push" });
  await offered.getByRole("link", { name: "web-shop production: succeeded" }).first().click();
  await page.waitForURL("**/deliveries/*");
  expect(await page.locator(".verdict").textContent()).toContain("It did not ring");
});
