/** How every command ends: one result, printed for a person or as JSON, and an exit code. */
import { stdout } from "node:process";
import type { CommandContext } from "@stricli/core";
import { ConfigError } from "../../util/config-error.ts";

/**
 * 0: done · 1: it could not be done · 2: the command line is wrong, nothing was tried · 130: Ctrl-C
 * where something was asked, as shells say it.
 */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** An expected failure: its message is for the person who typed the command. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: number;
  /** What `--json` tells beside the message. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    message: string,
    exitCode: number = EXIT.failed,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.exitCode = exitCode;
    this.details = details;
  }
}

/** The command line asks for what cannot be; nothing was sent. */
export const usageError = (message: string): CliError => new CliError(message, EXIT.usage);

export interface CommandResult {
  /** What `--json` prints; undefined where all of it was printed line by line. */
  readonly json: unknown;
  /** What a person reads, without a line break at the end. */
  readonly text: string;
  /** Where something that was asked for was not done. */
  readonly exitCode?: number;
}

export interface CliProcess {
  readonly stdout: { write(text: string): void };
  readonly stderr: { write(text: string): void };
  readonly env: Readonly<Partial<Record<string, string>>>;
  exitCode?: number | string | null;
}

export interface CliContext extends CommandContext {
  readonly process: CliProcess;
}

interface JsonFlag {
  readonly json: boolean;
}

/**
 * A function for the parser of `run`, which returns the result or throws CliError. Prints either;
 * what nobody expects is thrown on.
 */
export function command<Flags extends JsonFlag, Args extends unknown[]>(
  run: (context: CliContext, flags: Flags, ...args: Args) => Promise<CommandResult>,
): (this: CliContext, flags: Flags, ...args: Args) => Promise<void> {
  return async function (this: CliContext, flags: Flags, ...args: Args) {
    try {
      const { json, text, exitCode = EXIT.done } = await run(this, flags, ...args);
      print(this, flags.json ? jsonText(json) : text);
      this.process.exitCode = exitCode;
    } catch (error) {
      if (error instanceof CliError) return fail(this, flags, error);
      if (error instanceof ConfigError) return fail(this, flags, new CliError(error.message));
      throw error;
    }
  };
}

function fail({ process }: CliContext, { json }: JsonFlag, error: CliError): void {
  if (json)
    process.stdout.write(`${jsonText({ error: { message: error.message, ...error.details } })}\n`);
  else process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}

export function print({ process }: CliContext, text: string): void {
  if (text !== "") process.stdout.write(`${text}\n`);
}

const jsonText = (value: unknown): string =>
  value === undefined ? "" : JSON.stringify(value, null, 2);

/** Whoever reads the output may stop early, as `head` does: that is no failure. */
export function endQuietlyWhereNobodyReads(): void {
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(EXIT.done);
  });
}
