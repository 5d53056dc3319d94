/** Where the other commands find the gateway that was started in a folder. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { gatewayUrlPath } from "./admin/client.ts";

const ANSWERS_WITHIN_MS = 500;

/**
 * Leaves the address of a gateway in its data directory. What is answered gives the file back, at
 * the stop, to the gateway that it named before, where that one still answers.
 */
export function announce(dataDir: string, url: string): () => Promise<void> {
  const path = gatewayUrlPath(dataDir);
  const before = existsSync(path) ? readFileSync(path, "utf8").trim() : "";
  writeFileSync(path, `${url}\n`);
  return async () => {
    const isOurs = existsSync(path) && readFileSync(path, "utf8").trim() === url;
    if (isOurs && before !== url && (await answers(before))) writeFileSync(path, `${before}\n`);
  };
}

async function answers(url: string): Promise<boolean> {
  if (!URL.canParse(url)) return false;
  const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS);
  return fetch(`${url}/healthz`, { signal }).then(
    ({ ok }) => ok,
    () => false,
  );
}
