/**
 * "Send to my iPhone": a key is pasted, one test push tells whom it reaches, and nothing is kept.
 * What came of it stands in the address, so that the page can be looked at again without another
 * push.
 */
import type { Context, Hono } from "hono";
import type { KeyCheck } from "../../destinations/destination.ts";
import type { ConsoleDeps } from "../deps.ts";
import { readForm } from "../forms/forms.ts";
import { withQuery } from "../views/parts/html.ts";
import { KEY_WORDS } from "../views/iphone.ts";
import type { IphoneModel } from "../views/iphone.ts";
import { mayAct } from "./answer.ts";

/** The pages that have the form. */
const PAGES = ["/", "/settings"];
/** More devices than anybody has: an address may say anything. */
const MOST_DEVICES = 9_999;

export function mountCheckKey(app: Hono, deps: ConsoleDeps): void {
  app.post("/check-key", async (c) => {
    const { api_key: apiKey = "", from = "/" } = await readForm(c);
    const check = await deps.tryKey(apiKey.trim());
    const devices = check.kind === "works" ? check.devices?.toString() : undefined;
    const page = PAGES.includes(from) ? from : "/";
    return c.redirect(`${withQuery(page, { key: check.kind, devices })}#iphone`, 303);
  });
}

/** What the form is shown with; undefined where a key is set and there is nothing to try. */
export async function iphoneModel(deps: ConsoleDeps, c: Context): Promise<IphoneModel | undefined> {
  if (!deps.hasPreview) return undefined;
  const { key, devices } = c.req.query();
  return { page: c.req.path, check: checkIn(key, devices), mayAct: await mayAct(deps, c) };
}

function checkIn(key: string | undefined, devices: string | undefined): KeyCheck | undefined {
  const kind = KEY_WORDS.find(([name]) => name === key)?.[0];
  if (kind !== "works") return kind && { kind };
  const count = Number(devices);
  return { kind, devices: count >= 1 && count <= MOST_DEVICES ? Math.trunc(count) : undefined };
}
