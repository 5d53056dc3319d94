/**
 * What an operator sees of a gateway: `/readyz`, the metrics, the log and the console's page. Reads
 * only; asserts nothing.
 */
import * as z from "zod";
import type { GatewayProcess } from "../gateway-process.ts";

const readiness = z.object({
  problems: z.array(z.object({ kind: z.string(), problem: z.string(), advice: z.string() })),
});

export interface Trouble {
  /** Of `/readyz` and the metrics. */
  readonly kind: string;
  /** In a line of the log that is no mere information. */
  readonly log: RegExp;
  /** On the console's page. */
  readonly console: RegExp;
}

export interface Sight {
  readonly problem: string;
  readonly log: string;
  readonly console: string;
}

/** What is said of the trouble, once all four places name it; undefined before. */
export async function sightOf(
  gateway: GatewayProcess,
  token: string,
  { kind, log, console }: Trouble,
): Promise<Sight | undefined> {
  const answer: unknown = await (await gateway.admin("GET", "/readyz")).json();
  const problem = readiness.parse(answer).problems.find((it) => it.kind === kind);
  const metrics = await (await gateway.admin("GET", "/metrics")).text();
  const headers = { authorization: `Bearer ${token}`, accept: "text/html" };
  const page = await (await fetch(gateway.url, { headers })).text();
  const shown = itemsIn(page).find((words) => console.test(words));
  const line = gateway
    .output()
    .split("\n")
    .find((it) => /"level":"(?:warn|error)"/.test(it) && log.test(it));
  const isMeasured = metrics.includes(`gateway_problem{kind="${kind}"`);
  if (!problem || !isMeasured || shown === undefined || line === undefined) return undefined;
  return { ...problem, log: line, console: shown };
}

/** The words of "How it stands", each without its marks. */
function itemsIn(page: string): string[] {
  const [, list = ""] = /<ul[^>]* id="health"[^>]*>(.*?)<\/ul>/s.exec(page) ?? [];
  return [...list.matchAll(/<li.*?<\/li>/gs)].map(([item]) =>
    item
      .replaceAll(/<[^>]+>/g, " ")
      .replaceAll(/\s+/g, " ")
      .trim(),
  );
}
