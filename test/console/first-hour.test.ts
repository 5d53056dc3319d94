/**
 * The first hour in a real browser: in, welcome, a story that plays, a provider that is connected,
 * its first delivery.
 */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import {
  deliver,
  openConsole,
  openGateway,
  openPage,
  seriousFindings,
  useBrowser,
} from "./browser.ts";

useBrowser();

test("lets nobody in without a login, in by the link once, and out again", async () => {
  const opened = await openGateway();
  const { url } = opened.gateway;
  const page = await openPage({ baseURL: url });
  await page.goto("/deliveries");
  expect(new URL(page.url()).pathname).toBe("/login");
  const link = opened.gateway.newLoginLink();
  await page.goto(link);
  await page.getByRole("heading", { name: "Your deploys on your lock screen" }).waitFor();
  expect(page.url()).toBe(`${url}/`);
  await page.getByRole("button", { name: "Log out" }).click();
  await page.waitForURL(/\/login$/);
  expect((await fetch(link, { redirect: "manual" })).status).toBe(401);
});

test("the phone is phone-sized at every width", async () => {
  const page = await openConsole(await openGateway());
  for (const [width, shown] of [
    [390, 326],
    [768, 263],
    [1280, 326],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    // It is drawn anew with each piece of news, and has no box in that moment.
    const widthOf = async () => (await page.locator("#phone .phone").boundingBox())?.width ?? 0;
    await expect.poll(async () => [width, Math.round(await widthOf())]).toEqual([width, shown]);
  }
});

test("plays a story through the front door and cleans up after it", async () => {
  const opened = await openGateway();
  const page = await openConsole(opened);
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "Failure" }).click();
  await page.locator("#phone .activity").first().waitFor();
  await page.locator("#phone .push", { hasText: "web-shop production failed" }).waitFor();
  await page.getByText("Played.").waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Clean up what was played" }).click();
  await page.getByText("What was played is gone").waitFor();
  const endpoints = await (await opened.admin("GET", "/api/v1/endpoints")).json();
  expect(endpoints).toEqual({ data: [], next_cursor: null });
});

test("takes no endpoint for one that it played at because of its name", async () => {
  const opened = await openGateway();
  const page = await openConsole(opened);
  await page.getByRole("button", { name: "Success" }).click();
  await page.getByText("Played.").waitFor();
  const own = await opened.createEndpoint({
    provider: "vercel",
    name: "Demo shop",
    secret: "a-secret-of-ours",
  });
  await page.goto("/");
  await page.getByRole("heading", { name: "Now" }).waitFor();
  const origin = opened.gateway.url;
  await page.request.post("/play/clean", { headers: { origin } });
  const { data } = await (await opened.admin("GET", "/api/v1/endpoints")).json();
  expect(data.map(({ id }: { id: string }) => id)).toEqual([own.id]);
});

describe("send to my iPhone", () => {
  /** A gateway whose core API is another one's preview, and the key of that. */
  async function openWithCore() {
    const core = await openGateway();
    const opened = await openGateway({ ACTIVITYSMITH_API_URL: `${core.gateway.url}/preview/api` });
    return { core, opened, key: core.gateway.previewKey ?? "" };
  }
  const check = async (page: Page, key: string) => {
    await page.getByPlaceholder("API key").fill(key);
    await page.getByRole("button", { name: "Check" }).click();
    return page.locator("#iphone .note");
  };

  test("tells of each key what came of one test push, and keeps none", async () => {
    const { core, opened, key } = await openWithCore();
    const page = await openConsole(opened);
    const answers = [
      [key, "The key works: the test push went to 1 device."],
      [`${key}x`, "ActivitySmith refuses this key."],
      ["кириллица-вместо-ключа", "ActivitySmith refuses this key."],
      [`${key}-alone`, "The key is right, but reaches no device."],
      [`${key}-expired`, "The key is right, but its account may not send."],
      [`${key}-scoped`, "The key works: the test push went to 1 device."],
    ] as const;
    for (const [typed, words] of answers)
      await (await check(page, typed)).getByText(words).waitFor();
    expect(page.url()).not.toContain(key);
    expect(await seriousFindings(page)).toEqual([]);
    const screen = await (await core.admin("GET", "/preview/state")).json();
    expect(screen).toMatchObject({
      pushes: [
        { body: { title: "Your gateway can reach this iPhone" } },
        { body: { title: "Your gateway can reach this iPhone" } },
      ],
    });
    await page.goto("/settings");
    await (await check(page, key)).getByText("The key works").waitFor();
    expect(new URL(page.url()).pathname).toBe("/settings");
  });

  test("says where nobody answers, and where too much was asked", async () => {
    const { core, opened, key } = await openWithCore();
    const page = await openConsole(opened);
    await core.admin("POST", "/preview/chaos", { fault: "rate_limit", calls: 1 });
    await (await check(page, key)).getByText("ActivitySmith asks to slow down").waitFor();
    await core.admin("POST", "/preview/chaos", { fault: "reset", calls: 1 });
    await (await check(page, key)).getByText("ActivitySmith does not answer").waitFor();
    expect(await (await core.admin("GET", "/preview/state")).json()).toMatchObject({ pushes: [] });
  });
});

test("connects a provider that makes its own secret, and tells what arrives", async () => {
  const opened = await openGateway();
  const page = await openConsole(opened);
  await page.getByRole("link", { name: "Vercel" }).click();
  await page.getByText("Providers cannot reach http://127.0.0.1").waitFor();
  await page.getByText("On Hobby connect GitHub instead").waitFor();
  await page.getByLabel("Name").fill("Shop");
  await page.getByRole("button", { name: "Make the endpoint" }).click();
  await page.getByText("Waiting for the first delivery").waitFor();
  const url = await page.locator("#url").innerText();
  expect(await page.locator(".steps").innerText()).toContain(url);

  const endpoint = { id: url.split("/").at(-1) ?? "", url, secret: "another-secret" };
  expect(await deliver(endpoint, "deployment.created__production")).toBe(401);
  // The page that answered the form hears of it by itself, and may be read anew.
  await page.getByText("Something arrived and was refused").waitFor();
  expect(new URL(page.url()).pathname).toBe(`/connect/vercel/${endpoint.id}`);
  await page.reload();
  await page.getByText("Something arrived and was refused: The signature does not match").waitFor();
  await page.getByLabel("Secret of Vercel").fill(endpoint.secret);
  await page.getByRole("button", { name: "Store it" }).click();
  await page.getByText("The secret is stored.").waitFor();
  await page.getByText("Its secret is stored: what Vercel sends is verified with it.").waitFor();
  expect(await deliver(endpoint, "deployment.created__production")).toBe(200);
  await page.getByText("The first delivery is here").waitFor();
  expect(await page.getByText("You follow this project through").count()).toBe(0);
  const second = await opened.createEndpoint({
    provider: "vercel",
    name: "Team",
    secret: "secret-2",
  });
  expect(await deliver(second, "deployment.created__production")).toBe(200);
  await page.goto(`/connect/vercel/${second.id}`);
  await page.getByText("You follow this project through Shop already").waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.goto("/");
  await page.locator("#phone .activity").first().waitFor();
});
