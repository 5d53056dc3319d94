/** Secrets that are given to a command: by a file or a variable, so that no list of processes shows them. */
import { stdin, stdout } from "node:process";
import { readText } from "../phone/input.ts";
import { usageError } from "./command.ts";
import type { CliContext } from "./command.ts";
import { optionalText } from "./flags.ts";

export interface SecretFlags {
  readonly secret?: string;
  readonly secretFile?: string;
  readonly secretEnv?: string;
}

export const secretFlags = {
  secret: optionalText("The provider's secret; other processes see it in the command line"),
  secretFile: optionalText("The same from a file; - is standard input", "file"),
  secretEnv: optionalText("The same from a variable of the environment", "name"),
} as const;

/** The secret that was given, without the line break at its end; undefined where none was. */
export function givenSecret(
  { process: { env } }: CliContext,
  { secret, secretFile, secretEnv }: SecretFlags,
): string | undefined {
  const given = [secret, secretFile, secretEnv].filter((it) => it !== undefined);
  if (given.length > 1)
    throw usageError("Give one of --secret, --secret-file and --secret-env, not several.");
  if (secretEnv !== undefined && !env[secretEnv]) throw usageError(`${secretEnv} is not set.`);
  const text = secretFile === undefined ? (secret ?? env[secretEnv ?? ""]) : readText(secretFile);
  const found = text?.trim();
  if (found === "") throw usageError("The secret that was given is empty.");
  return found;
}

/** Whether a person sits before the terminal, and may be asked. */
export const canAsk = ({ json }: { readonly json: boolean }): boolean =>
  !json && stdin.isTTY && stdout.isTTY;

/** What was typed, unseen; "" for nothing, undefined where it was interrupted. */
export async function askSecret(message: string): Promise<string | undefined> {
  const { isCancel, password } = await import("@clack/prompts");
  const given = await password({ message });
  if (isCancel(given)) return undefined;
  return given ? given.trim() : "";
}
