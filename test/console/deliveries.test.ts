/**
 * Deliveries in a real browser: live rows, search, keys, one delivery's whole why, and whatever a
 * sender may send.
 */
import { statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  deliver,
  followShop,
  openConsole,
  openGateway,
  seriousFindings,
  useBrowser,
} from "./browser.ts";

useBrowser();

describe("the list", () => {
  test("shows a delivery by itself within moments of its acknowledgement", async () => {
    const opened = await openGateway();
    const endpoint = await followShop(opened);
    const page = await openConsole(opened);
    await page.goto("/deliveries");
    await page.getByText("Live", { exact: true }).waitFor();
    expect(await page.locator("#none").innerText()).toContain("Nothing has arrived yet");
    const projects = await page.context().newPage();
    await projects.goto("/projects");
    await projects.getByText("No run yet").waitFor();
    await deliver(endpoint, "deployment.created__production");
    await page.locator("#deliveries li").waitFor();
    expect(await page.locator("#none").innerText()).toBe("");
    await projects.locator("#projects .name", { hasText: "web-shop" }).waitFor();
    expect(await projects.getByText("No run yet").count()).toBe(0);
    await page.locator("#deliveries").getByText("activity sent").first().waitFor();
    expect(await page.locator("#deliveries .go").allInnerTexts()).toEqual([
      "web-shop production: Building",
    ]);
    expect(await seriousFindings(page)).toEqual([]);
  });

  test("is searched by its small grammar, and the address holds the search", async () => {
    const opened = await openGateway();
    const endpoint = await followShop(opened);
    await deliver(endpoint, "deployment.created__production-fails");
    await deliver(endpoint, "deployment.error__production-fails");
    await deliver(endpoint, "deployment.cleanup__purged");
    const page = await openConsole(opened);
    await page.goto("/deliveries");
    await page.locator("#deliveries").getByText("push sent").first().waitFor();
    const rows = page.locator("#deliveries li");
    expect(await rows.count()).toBe(3);
    await page.keyboard.press("/");
    await page.keyboard.type("outcome:failed project:web-*");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=outcome/);
    expect(await rows.count()).toBe(1);
    await page.goto(`${page.url().split("?")[0]}?q=status%3Aignored`);
    await page
      .locator("#deliveries")
      .getByText(/^deployment\.cleanup: /)
      .waitFor();
    expect(await rows.count()).toBe(1);
    await page.goto("/deliveries?q=before%3A2020-01-01");
    await page.getByText("Everything was looked through").waitFor();
    expect(await rows.count()).toBe(0);
    await page.goto("/deliveries?q=before%3A2100-01-01");
    expect(await rows.count()).toBe(3);
    await page.goto("/deliveries?q=before%3Ayesterday");
    await page.getByText("before: takes a day or time").waitFor();
  });

  test("is walked with j and k, opened with Enter, and left with u", async () => {
    const opened = await openGateway();
    const endpoint = await followShop(opened);
    await deliver(endpoint, "deployment.created__production-fails");
    await deliver(endpoint, "deployment.error__production-fails");
    const page = await openConsole(opened);
    await page.goto("/deliveries");
    await page.locator("#deliveries").getByText("push sent").first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/deliveries\/dlv_/);
    expect(await page.locator("h1").innerText()).toContain("failed");
    await page.keyboard.press("j");
    await page.locator("h1", { hasText: "Building" }).waitFor();
    await page.keyboard.press("k");
    await page.locator("h1", { hasText: "failed" }).waitFor();
    expect(await page.locator("[data-previous]").count()).toBe(0);
    await page.keyboard.press("u");
    await page.waitForURL(/\/deliveries$/);
    await page.keyboard.press("?");
    await page.getByRole("heading", { name: "Keys" }).waitFor();
  });
});

describe("one delivery", () => {
  test("tells its whole why in five boxes and is replayed", async () => {
    const opened = await openGateway();
    const endpoint = await followShop(opened);
    await deliver(endpoint, "deployment.created__production-fails");
    await deliver(endpoint, "deployment.error__production-fails");
    const page = await openConsole(opened);
    await page.goto("/deliveries");
    await page.locator("#deliveries").getByText("push sent").first().waitFor();
    await page.locator("#deliveries .go").first().click();
    const titles = await page.locator(".boxes h2").allInnerTexts();
    expect(titles).toEqual(["Received", "Verified", "Understood", "Decided", "Sent"]);
    await page.getByText("web-shop production failed").first().waitFor();
    await page.getByPlaceholder("Search the payload").fill("production");
    await page.locator(".hit").first().waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("r");
    await page.getByText("It is read again now.").waitFor();
    await page.getByText("Replayed 1 time.").waitFor();
  });

  test("shows hostile payloads as text and nothing else", async () => {
    const opened = await openGateway();
    const endpoint = await followShop(opened);
    const hostile = `<img src=x onerror=alert(1)><script>alert(2)</script>\u202Egnp.exe`;
    await deliver(endpoint, "deployment.created__production", (body) =>
      body.replaceAll("web-shop", JSON.stringify(hostile).slice(1, -1)),
    );
    const page = await openConsole(opened);
    page.on("dialog", () => expect.unreachable("a script of the payload ran"));
    await page.goto("/deliveries");
    await page.locator("#deliveries .go").first().click();
    await page.locator("h1").waitFor();
    expect(await page.locator("h1").innerText()).toContain("<img src=x");
    expect(await page.locator("main img, main script").count()).toBe(0);
    await page.goto("/projects");
    await page.locator("#projects .go").first().waitFor();
    expect(await page.locator("main img, main script").count()).toBe(0);
  });

  test("shows a payload of two megabytes", async () => {
    const opened = await openGateway();
    const endpoint = await followShop(opened);
    await deliver(endpoint, "deployment.created__production", (body) =>
      body.replace("{", `{"padding": ${JSON.stringify(Array(4_000).fill("x".repeat(500)))},`),
    );
    const page = await openConsole(opened);
    await page.goto("/deliveries");
    await page.locator("#deliveries .go").first().click();
    await page.getByText("The tree shows the first").waitFor();
    expect((await page.content()).length).toBeLessThan(4_000_000);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page
        .getByText("Raw text")
        .click()
        .then(() => page.getByText("Download the whole").click()),
    ]);
    expect(statSync(await download.path()).size).toBeGreaterThan(2_000_000);
    // The page answers the keyboard at once.
    await page.keyboard.press("?");
    await page.getByRole("heading", { name: "Keys" }).waitFor();
  });
});
