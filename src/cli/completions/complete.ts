/** `completions` prints a shell's script; the script asks for what fits a line that is being typed. */
import { proposeCompletions } from "@stricli/core";
import type { Application } from "@stricli/core";
import { command } from "../terminal/command.ts";
import type { CliContext, CliProcess } from "../terminal/command.ts";
import { completionScript } from "./scripts.ts";
import type { Shell } from "./scripts.ts";

export interface CompletionsFlags {
  readonly json: boolean;
}

export const completionsCommand = (name: string) =>
  command<CompletionsFlags, [Shell]>(async (_, __, shell) => {
    const script = completionScript(shell, name);
    return { json: { shell, script }, text: script };
  });

/** One proposal a line, with what it is behind a tab; flags once a dash is typed, or alone. */
export async function printCompletions(
  app: Application<CliContext>,
  words: readonly string[],
  process: CliProcess,
): Promise<void> {
  const all = await proposeCompletions(app, words, { process });
  const values = all.filter(({ kind }) => kind !== "argument:flag");
  const found = values.length > 0 ? values : all;
  for (const { completion, brief } of found) process.stdout.write(`${completion}\t${brief}\n`);
}
