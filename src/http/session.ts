/**
 * Who may look and act: whoever sends the admin token, or a browser's session that was opened with
 * it or with a one-time code. Never believes where a request says that it comes from: Host, Origin
 * and the like may only refuse.
 */
import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import type { Clock } from "../ports.ts";
import { base64Url, bytesOf } from "../util/bytes.ts";
import { randomToken } from "../util/id.ts";
import { equalTexts } from "../verify/constant-time.ts";

const SESSION_COOKIE = "activitysmith_session";
const SUFFIX_LENGTH = 8;
export const SESSION_SECONDS = 7 * 24 * 60 * 60;
/** How long a login link works, in ms: it stands in a terminal, from where it is opened at once. */
const CODE_MS = 10 * 60_000;
const CODE_BYTES = 24;
const BEARER = /^Bearer +([^\s]+) *$/i;
const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

/** `other_site`: a right session, but it is another site's page that makes the browser send it. */
export type Admission = Role | "stranger" | "other_site";

export const ROLES = ["operator", "viewer"] as const;
/** `viewer`: sees all and changes nothing. */
export type Role = (typeof ROLES)[number];

export interface Sessions {
  /**
   * The name of the cookie ends in a suffix of this gateway's own: browsers send a cookie to every
   * port of a host, so that two gateways there would take each other's for theirs
   * (https://www.rfc-editor.org/rfc/rfc6265#section-8.5).
   */
  cookieName(): Promise<string>;
  admissionOf(c: Context): Promise<Admission>;
  /** Whether no page of another site has sent it, as far as browsers tell. */
  isOwnPage(c: Context): boolean;
  /** The value of a new session's cookie; undefined where the token is none of this gateway. */
  openWithToken(token: string): Promise<string | undefined>;
  /**
   * The same for a code, which is spent with that; undefined where it is unknown, spent or too old.
   */
  openWithCode(code: string): Promise<string | undefined>;
  /** A code that opens one session, soon, in this process. */
  newCode(): string;
}

/** After so long without a wrong token the next one waits as little as the first. */
const BRAKE_MEMORY_MS = 60_000;
const FIRST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 1_000;

/**
 * Makes whoever guesses wait, the longer the more wrong tokens this process has seen lately. A
 * right one never waits.
 */
function createBrake(clock: Clock): () => Promise<void> {
  let waitMs = FIRST_WAIT_MS;
  let lastAt = -Infinity;
  return async () => {
    const now = clock.now();
    const isNew = Math.abs(now - lastAt) > BRAKE_MEMORY_MS;
    waitMs = isNew ? FIRST_WAIT_MS : Math.min(waitMs * 2, LONGEST_WAIT_MS);
    lastAt = now;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  };
}

export interface SessionOptions {
  /** Never empty. */
  readonly adminToken: string;
  /** Undefined where nobody is let in to look only. */
  readonly viewerToken?: string | undefined;
  /** Signs together with the token, which alone a person may have chosen and others could guess. */
  readonly encryptionKey: string;
  readonly publicUrl: () => string;
  readonly clock: Clock;
}

/**
 * A session is `<role>.<expires at>.<signature>`: nothing is stored, so it holds on every isolate
 * and process. It ends after seven days, or for all when a token or the encryption key is changed.
 */
export function createSessions(options: SessionOptions): Sessions {
  const { adminToken, viewerToken, clock } = options;
  if (adminToken === "") throw new Error("ADMIN_TOKEN must not be empty.");
  const secret = ["session", adminToken, viewerToken ?? "", options.encryptionKey].join("\n");
  const sign = signer(secret);
  const { seal, unseal } = createSeal(sign, clock);
  let named: Promise<string> | undefined;
  const cookieName = (): Promise<string> =>
    (named ??= sign("name of the cookie").then(
      (signature) => `${SESSION_COOKIE}_${signature.slice(0, SUFFIX_LENGTH)}`,
    ));
  const codes = createCodes(clock);
  const isOwnPage = (c: Context) => comesFromOwnPage(c, options.publicUrl);
  const brake = createBrake(clock);
  const roleOf = async (token: string): Promise<Role | undefined> => {
    if (equalTexts(token, adminToken)) return "operator";
    if (viewerToken !== undefined && equalTexts(token, viewerToken)) return "viewer";
    await brake();
    return undefined;
  };

  return {
    cookieName,
    isOwnPage,
    admissionOf: async (c) => {
      const token = BEARER.exec(c.req.header("authorization") ?? "")?.[1];
      if (token !== undefined) return (await roleOf(token)) ?? "stranger";
      const session = getCookie(c, await cookieName());
      const role = session === undefined ? undefined : await unseal(session);
      if (role === undefined) return "stranger";
      return SAFE_METHODS.includes(c.req.method) || isOwnPage(c) ? role : "other_site";
    },
    openWithToken: async (token) => {
      const role = await roleOf(token.trim());
      return role && seal(role);
    },
    openWithCode: async (code) => (codes.spend(code) ? seal("operator") : undefined),
    newCode: codes.make,
  };
}

/** Makes the texts of sessions, and reads the role of one that is signed and not over. */
function createSeal(sign: (text: string) => Promise<string>, clock: Clock) {
  return {
    seal: async (role: Role): Promise<string> => {
      const session = `${role}.${clock.now() + SESSION_SECONDS * 1000}`;
      return `${session}.${await sign(session)}`;
    },
    unseal: async (session: string): Promise<Role | undefined> => {
      const [role = "", expiresAt = "", signature = ""] = session.split(".");
      const isSigned = equalTexts(signature, await sign(`${role}.${expiresAt}`));
      const isOpen = isSigned && Number(expiresAt) > clock.now();
      return isOpen ? ROLES.find((known) => known === role) : undefined;
    },
  };
}

function createCodes(clock: Clock) {
  /** When each code that was not used ends. */
  const codes = new Map<string, number>();
  return {
    make: (): string => {
      const code = randomToken(CODE_BYTES);
      codes.set(code, clock.now() + CODE_MS);
      return code;
    },
    /** False where it is unknown, spent or too old. */
    spend: (code: string): boolean => {
      const expiresAt = codes.get(code) ?? 0;
      codes.delete(code);
      return expiresAt > clock.now();
    },
  };
}

/**
 * Lets operators through, and viewers where they only look. A stranger's browser is led to the
 * login page; whoever else is told what is missing.
 */
export function requireOperator(sessions: Pick<Sessions, "admissionOf">): MiddlewareHandler {
  return async (c, next) => {
    const admission = await sessions.admissionOf(c);
    const isSafe = SAFE_METHODS.includes(c.req.method);
    if (admission === "operator" || (admission === "viewer" && isSafe)) return next();
    if (admission === "viewer") return refuseViewer(c);
    if (admission === "other_site") return refuseOtherSite(c);
    const wantsPage = c.req.method === "GET" && c.req.header("accept")?.includes("text/html");
    if (wantsPage) return c.redirect("/login", 303);
    c.header("www-authenticate", 'Bearer realm="activitysmith-webhooks"');
    const message =
      "Send the ADMIN_TOKEN of this gateway as `Authorization: Bearer <token>`, or log in at /login.";
    return c.json({ error: "unauthorized", message }, 401);
  };
}

function refuseViewer(c: Context): Response {
  const message = "This login may look, and change nothing.";
  return c.json({ error: "forbidden", message }, 403);
}

export function refuseOtherSite(c: Context): Response {
  return c.json({ error: "forbidden", message: "Only a page of this gateway may do this." }, 403);
}

/**
 * Browsers tell it in Sec-Fetch-Site over https and on this machine, and elsewhere in Origin, which
 * they send with every method that is not safe. What sends neither is no browser, and has no cookie
 * that it did not mean to send.
 */
function comesFromOwnPage(c: Context, publicUrl: () => string): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin" || site === "none";
  const origin = c.req.header("origin");
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const own = [c.req.url, publicUrl()].filter((url) => URL.canParse(url));
  return own.some((url) => new URL(url).host === new URL(origin).host);
}

/**
 * HMAC-SHA256 in base64url. The key is imported on first use: Workers allow no cryptography outside
 * of a request.
 */
function signer(secret: string): (text: string) => Promise<string> {
  let imported: Promise<CryptoKey> | undefined;
  return async (text) => {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    imported ??= crypto.subtle.importKey("raw", bytesOf(secret), algorithm, false, ["sign"]);
    return base64Url(
      new Uint8Array(await crypto.subtle.sign("HMAC", await imported, bytesOf(text))),
    );
  };
}
