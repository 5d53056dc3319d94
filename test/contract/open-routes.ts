/**
 * The routes that are open to strangers, and the table of what a stranger gets from each route. Data
 * only.
 */
import { ASSETS_FOLDER } from "../../src/console/assets.ts";

export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** Its name changes with what the files hold. */
const ASSETS_PATH = `${ASSETS_FOLDER}/:name`;

/** What a route answers strangers, by method; what is not named is closed. */
type Answers = Readonly<Record<string, number | readonly number[]>>;

/**
 * The routes that answer a stranger anything but that a token is missing. Everything else is closed:
 * 401, whatever the method, and whether or not it takes the method at all.
 */
export const OPEN: Readonly<Record<string, Answers>> = {
  "/healthz": { GET: 200, HEAD: 200 },
  // The test's own gateway is well, or not well enough to say so.
  "/readyz": { GET: [200, 503], HEAD: [200, 503] },
  "/login": { GET: 200, HEAD: 200, POST: 401 },
  "/logout": { POST: 303 },
  [ASSETS_PATH]: { GET: 404, HEAD: 404 },
  // Of an id that nobody has; what a right address answers is the contract's.
  "/hooks/:endpointId": everyMethod(404),
  "/hooks/:endpointId/": everyMethod(404),
  "/hooks/:endpointId/:token": everyMethod(404),
  "/hooks/:endpointId/:token/": everyMethod(404),
};

function everyMethod(status: number): Answers {
  return Object.fromEntries(METHODS.map((method) => [method, status]));
}

/** What a stranger gets, a line a route, in Markdown: the document holds the same. */
export function strangersTable(paths: readonly string[]): string {
  const methods = METHODS.filter((method) => method !== "HEAD");
  const cell = (path: string) => {
    const answers = OPEN[path];
    if (!answers) return "401";
    const told = methods.flatMap((method) => {
      const answer = answers[method];
      return answer === undefined ? [] : [{ method, words: [answer].flat().join(" or ") }];
    });
    const [first] = told;
    if (first && told.length > 1 && told.every(({ words }) => words === first.words))
      return first.words;
    return told.map(({ method, words }) => `${method} ${words}`).join(" · ");
  };
  const isOpen = (path: string) => OPEN[path] !== undefined;
  const sorted = paths.toSorted(
    (a, b) => Number(isOpen(b)) - Number(isOpen(a)) || (a < b ? -1 : 1),
  );
  const lines = sorted.map((path) => `| \`${shownPath(path)}\` | ${cell(path)} |`);
  return ["| route | a stranger gets |", "| --- | --- |", ...lines].join("\n");
}

const shownPath = (path: string): string => path.replace(ASSETS_FOLDER, "/assets/{version}");
