/**
 * Hosts that tell of their deployments through GitHub's: what their bots are called, and what is
 * theirs. Data and pure.
 */
import { ANY_APP, appKey, hostKey } from "../../src/adapter/contract.ts";
import type { Environment } from "../../src/model/signal.ts";

/** The bots' logins without `[bot]`. */
const HOSTS: ReadonlyMap<string, string> = new Map([
  ["vercel", "vercel"],
  ["netlify", "netlify"],
  ["railway-app", "railway"],
  ["render", "render"],
]);

/** The host whose bot this is; undefined for everybody else. */
export const hostOf = (login: string | undefined): string | undefined =>
  login?.endsWith("[bot]") ? HOSTS.get(login.slice(0, -"[bot]".length)) : undefined;

/**
 * Where several apps of a repository are deployed, hosts call environments `Preview – web-shop`.
 */
const OF_APP = /^(.+?) – (.+)$/;

export function splitEnvironment(name: string): { readonly name: string; readonly app?: string } {
  const [, environment, app] = OF_APP.exec(name) ?? [];
  return environment && app ? { name: environment, app } : { name };
}

/**
 * Vercel's and Netlify's addresses that belong to one deployment alone; any other may be the whole
 * app's.
 */
const OWN_ADDRESS =
  /^[\w-]+-[a-z0-9]{9}(?:-[\w-]+)?\.vercel\.app$|^[0-9a-f]{24}--[\w-]+\.netlify\.app$/;

const ownKey = (url: string | undefined): string | undefined => {
  const key = hostKey(url);
  return key && OWN_ADDRESS.test(key.slice("host:".length)) ? key : undefined;
};

/** What the host's own telling of the same deployment knows it by. */
export function hostKeys(
  host: string | undefined,
  told: {
    readonly urls: readonly (string | undefined)[];
    readonly app: string | undefined;
    /** Where its only app is: Vercel's bot names none there. */
    readonly repository?: number | undefined;
    readonly kind: Environment["kind"];
    readonly commit: string | undefined;
  },
): string[] {
  const own = told.urls.map(ownKey);
  const only = told.repository === undefined ? undefined : `repository ${told.repository}`;
  const app = told.app ?? (host === "vercel" ? only : undefined);
  const byApp = host && appKey(host, app, told.kind, told.commit);
  return [...new Set([...own, byApp].filter((key) => key !== undefined))];
}

/** Of a host's check suite, which speaks of all its apps at once: that any of them has failed. */
export const anyAppKey = (host: string, commit: string | undefined): string | undefined =>
  appKey(host, ANY_APP, "production", commit);

/** Of a commit status: "Vercel – web-shop", "netlify/web-shop/production". */
export const appOfContext = (context: string): string | undefined =>
  /^Vercel – (.+)$/.exec(context)?.[1] ?? /^netlify\/([^/]+)\//.exec(context)?.[1];

const OF_DASHBOARD =
  /^https:\/\/(?:vercel\.com\/[^/]+|app\.netlify\.com\/(?:sites|projects))\/([^/?#]+)/;

/** The app whose page at its host this is. */
export const appOfUrl = (url: string | undefined): string | undefined =>
  OF_DASHBOARD.exec(url ?? "")?.[1];
