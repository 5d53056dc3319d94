/** `--help` of the whole program: its commands in groups, a line each. */
import type { CliContext } from "./command.ts";
import type { RouteMap } from "@stricli/core";
import { INVOCATION } from "./invocation.ts";

export interface CommandGroup {
  readonly title: string;
  readonly routes: Readonly<Record<string, { readonly brief: string }>>;
}

/** The same routes; their help is by group, where the parser's own has a usage line for each. */
export function inGroups(
  map: RouteMap<CliContext>,
  groups: readonly CommandGroup[],
): RouteMap<CliContext> {
  return { ...map, formatHelp: () => helpText(map.fullDescription ?? map.brief, groups) };
}

function helpText(description: string, groups: readonly CommandGroup[]): string {
  const names = groups.flatMap(({ routes }) => Object.keys(routes));
  const width = Math.max(...names.map((name) => name.length));
  const commands = groups.flatMap(({ title, routes }) => [
    "",
    title,
    ...Object.entries(routes).map(([name, { brief }]) => `  ${name.padEnd(width)}  ${brief}`),
  ]);
  const usage = [
    "USAGE",
    `  ${INVOCATION} <command> …`,
    `  ${INVOCATION} <command> --help   what it takes, with examples`,
    `  ${INVOCATION} --version`,
  ];
  return `${[...usage, "", description, ...commands].join("\n")}\n`;
}
