/**
 * How the console answers: a page in its frame, a refusal as a page, a redirect that says what was
 * done.
 */
import type { Context } from "hono";
import type { ApiError } from "../../api/routing/api-error.ts";
import type { ConsoleDeps } from "../deps.ts";
import { saidBy } from "./said.ts";
import type { Said } from "./said.ts";
import { renderPage } from "../views/parts/layout.ts";
import type { Page } from "../views/parts/layout.ts";
import { missingPage, problemPage } from "../views/problem.ts";

/** The page in its frame. */
export async function show(
  deps: ConsoleDeps,
  c: Context,
  page: Page,
  status: 200 | 400 | 404 | 409 | 503 = 200,
): Promise<Response> {
  const frame = {
    role: await deps.roleOf(c),
    live: deps.changes === undefined ? ("poll" as const) : ("stream" as const),
    said: saidBy(c.req.query("said")),
    hasPreview: deps.hasPreview,
  };
  return c.html(renderPage(frame, page), status);
}

export const mayAct = async (deps: ConsoleDeps, c: Context): Promise<boolean> =>
  (await deps.roleOf(c)) === "operator";

/** A refusal of the API as a page. */
export const refused = (
  deps: ConsoleDeps,
  c: Context,
  { status, body }: ApiError,
): Promise<Response> =>
  status === 404
    ? show(deps, c, missingPage(), 404)
    : show(deps, c, problemPage(body.message), 400);

/** After something was done: to the page that shows it, which says so. */
export function back(c: Context, path: string, said: Said): Response {
  const [address = "", anchor] = path.split("#");
  const joint = address.includes("?") ? "&" : "?";
  const end = anchor === undefined ? "" : `#${anchor}`;
  return c.redirect(`${address}${joint}said=${said}${end}`, 303);
}
