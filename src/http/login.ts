/**
 * Logging in and out with a browser: a page with one field, the one-time link, and the cookie that
 * both give.
 */
import { Hono } from "hono";
import type { Context } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { randomToken } from "../util/id.ts";
import { textOf } from "../util/bytes.ts";
import { readBody } from "../util/body/read-body.ts";
import { refuseOtherSite, SESSION_SECONDS } from "./session.ts";
import type { Sessions } from "./session.ts";

const MAX_FORM_BYTES = 8 * 1024;
const WRONG_TOKEN = "That is no token of this gateway.";
const SPENT_LINK =
  "This link was used already, or is older than ten minutes. The admin token works always.";

/** The path of the link that opens a session once. */
export const loginPath = (code: string): string => `/login?code=${code}`;

/** Serves `/login` and `/logout`; to be mounted at `/`. */
export function createLoginRoutes(sessions: Sessions): Hono {
  const app = new Hono();
  app.get("/login", async (c) => {
    const code = c.req.query("code");
    // Whatever only looks whether the link works must not spend it.
    if (code === undefined || c.req.method !== "GET") return page(c, 200);
    return enter(c, await sessions.cookieName(), await sessions.openWithCode(code), SPENT_LINK);
  });
  app.post("/login", async (c) => {
    if (!sessions.isOwnPage(c)) return refuseOtherSite(c);
    const body = await readBody(c.req.raw, MAX_FORM_BYTES);
    const form = typeof body === "string" ? "" : textOf(body);
    const token = new URLSearchParams(form).get("token") ?? "";
    return enter(c, await sessions.cookieName(), await sessions.openWithToken(token), WRONG_TOKEN);
  });
  app.post("/logout", async (c) => {
    if (!sessions.isOwnPage(c)) return refuseOtherSite(c);
    deleteCookie(c, await sessions.cookieName(), { path: "/", secure: isHttps(c) });
    return c.redirect("/login", 303);
  });
  return app;
}

function enter(c: Context, cookie: string, session: string | undefined, refusal: string): Response {
  if (session === undefined) return page(c, 401, refusal);
  setCookie(c, cookie, session, {
    path: "/",
    httpOnly: true,
    secure: isHttps(c),
    // Lax, so that a link to this gateway in a chat or on a phone finds the session.
    sameSite: "Lax",
    maxAge: SESSION_SECONDS,
  });
  c.header("cache-control", "no-store");
  c.header("referrer-policy", "no-referrer");
  return c.redirect("/", 303);
}

/** Also where a proxy says so: that only makes the cookie stricter. */
const isHttps = (c: Context): boolean =>
  new URL(c.req.url).protocol === "https:" || c.req.header("x-forwarded-proto") === "https";

function page(c: Context, status: 200 | 401, message = ""): Response {
  const nonce = randomToken(16);
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    "img-src data:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return c.html(render(nonce, message), status, {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    // With no-referrer the form would be sent with the origin `null`.
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
  });
}

const render = (nonce: string, message: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Log in · ActivitySmith webhooks</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">
body { font: 14px/1.5 system-ui, sans-serif; display: grid; place-content: center; min-height: 100dvh; margin: 0; background: light-dark(#fbfbfc, #0c0d0f); color: light-dark(#14161b, #eeeff2); }
main { width: min(21rem, calc(100vw - 32px)); box-sizing: border-box; padding: 28px; border: 1px solid light-dark(#e6e7eb, #25272c); border-radius: 14px; background: light-dark(#fff, #141518); box-shadow: 0 1px 2px rgb(0 0 0 / .05); }
svg { width: 22px; padding: 8px; border-radius: 10px; background: light-dark(#4049d0, #98a2ff); fill: light-dark(#fff, #10121c); }
h1 { font-size: 18px; font-weight: 600; letter-spacing: -.01em; margin: 14px 0 18px; }
label { font-size: 13px; font-weight: 550; }
input, button { font: inherit; box-sizing: border-box; width: 100%; min-height: 40px; padding: 6px 12px; border-radius: 8px; border: 1px solid light-dark(#d3d5db, #363940); }
input { font-size: 16px; margin: 6px 0 12px; background: light-dark(#fff, #0f1012); color: inherit; }
button { font-weight: 550; cursor: pointer; border-color: transparent; background: light-dark(#4049d0, #98a2ff); color: light-dark(#fff, #10121c); }
:focus-visible { outline: 2px solid light-dark(#4049d0, #98a2ff); outline-offset: 1px; }
form + p { margin: 16px 0 0; font-size: 12.5px; color: light-dark(#5c616c, #9ea3ae); }
[role=alert] { color: light-dark(#c0262d, #ff7b78); }
</style>
</head>
<body>
<main>
<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M13.5 1.5L4 13.8h6.2L9.3 22.5L20 9.6h-6.6z"/></svg>
<h1>ActivitySmith webhooks</h1>
${message && `<p role="alert">${message}</p>`}
<form method="post" action="/login">
<label for="token">Admin token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button>Log in</button>
</form>
<p>It is in <code>DATA_DIR/admin-token</code>, or in <code>ADMIN_TOKEN</code>.</p>
</main>
</body>
</html>
`;
