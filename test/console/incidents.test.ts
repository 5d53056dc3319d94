/** Incidents in a real browser: one that begins is seen, acknowledged and muted. */
import { expect, test } from "vitest";
import { httpFixture } from "../support/fixtures.ts";
import { openConsole, openGateway, seriousFindings, useBrowser } from "./browser.ts";

useBrowser();

test("a crash is open until it is over, and is acknowledged and muted", async () => {
  const opened = await openGateway();
  const endpoint = await opened.createEndpoint({ provider: "railway", name: "API" });
  const page = await openConsole(opened);
  await page.goto("/incidents");
  await page.getByText("Nothing is wrong").waitFor();
  const { headers, body } = httpFixture("railway", "Deployment.crashed__after-live");
  expect((await fetch(endpoint.url, { method: "POST", headers, body })).status).toBe(200);
  const row = page.locator("#incidents li");
  await row.getByText("crashed").waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await row.getByRole("button", { name: "Acknowledge" }).click();
  await page.getByText("Acknowledged: it rings again only").waitFor();
  await row.getByText("acknowledged", { exact: true }).waitFor();
  await row.getByRole("button", { name: "Mute" }).click();
  await row.getByRole("button", { name: "Unmute" }).click();
  await row.getByRole("button", { name: "Mute", exact: true }).waitFor();
});
