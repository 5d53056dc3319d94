/** Names of endpoints: the other commands find one by it, so that no two are to have the same. */
import { CliError } from "../terminal/command.ts";
import { INVOCATION } from "../terminal/invocation.ts";
import type { Endpoint } from "./models.ts";

/** Throws CliError where another endpoint has the name already. */
export function demandFree(name: string, endpoints: readonly Endpoint[], ownId?: string): void {
  const taken = endpoints.find((it) => it.name === name && it.id !== ownId);
  if (!taken) return;
  throw new CliError(
    `There is an endpoint "${name}" already (${taken.id}): \`${INVOCATION} endpoints show ${taken.id}\` has it. Give another --name.`,
  );
}

/** `Vercel`, `Vercel 2` … */
export function freeName(title: string, endpoints: readonly Endpoint[]): string {
  const taken = new Set(endpoints.map(({ name }) => name));
  for (let count = 1; ; count++) {
    const name = count === 1 ? title : `${title} ${count}`;
    if (!taken.has(name)) return name;
  }
}
